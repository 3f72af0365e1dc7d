/** The header that proves a request comes from our own page; empty where the page carries no token. */
export function csrfHeaders() {
  const token = document.querySelector('meta[name=csrf-token]')?.content;
  return token ? { 'X-CSRFToken': token } : {};
}
