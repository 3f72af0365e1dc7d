/** The header that proves a request comes from our own page; empty where the page carries no token. */
export function csrfHeaders() {
  const token = document.querySelector('meta[name=csrf-token]')?.content;
  return token ? { 'X-CSRFToken': token } : {};
}

/** Takes the token of the present session into this page, after a new log-in in another tab; true when it is another one. */
export async function renewToken() {
  const here = document.querySelector('meta[name=csrf-token]');
  const answer = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const token = page.querySelector('meta[name=csrf-token]')?.content;
  if (!here || !token || token === here.content) return false;
  here.content = token;
  return true;
}
