// A form that names its sending (`once`) is sent by script first, so that a lost connection leaves the page as it is:
// the same sending can be tried again, and the server does nothing twice under one name. An answer that leads to another
// page is followed; an error page is told here, above what was typed; any other page (a refused form, say, or the log-in)
// is fetched by the browser itself, which sends the same once more.
// The words are data-text-… attributes of <body>.
const SLOW = 1500; // milliseconds until it is said that something is being sent
export const UNSENT = 'kesu:unsent';

/** Whether a form can be sent again without harm. */
export function isNamed(form) {
  return Boolean(form.elements.namedItem('once')?.value ?? form.querySelector('input[name=once]')?.value);
}

function place(form) {
  const known = form.querySelector('[data-sending]');
  if (known) return known;
  const made = Object.assign(document.createElement('div'), { tabIndex: -1 });
  made.dataset.sending = '';
  const bar = form.querySelector('.sticky-actions');
  if (bar) bar.prepend(made); // in sight wherever the page is scrolled to
  else form.append(made);
  return made;
}

function tell(form, kind, lines) {
  const box = place(form);
  box.className = `notice notice-${kind} w-100 mt-2`;
  box.setAttribute('role', kind === 'danger' ? 'alert' : 'status');
  box.replaceChildren(...lines.map((text, position) => Object.assign(document.createElement(position ? 'div' : 'strong'), { textContent: text })));
  return box;
}

function unsent(form, button, lines) {
  const box = tell(form, 'danger', lines);
  const again = Object.assign(document.createElement('button'), {
    type: 'button', className: 'btn btn-sm btn-outline-primary mt-2', textContent: document.body.dataset.textTryAgain ?? '↻',
  });
  again.addEventListener('click', () => form.requestSubmit(button ?? undefined));
  box.append(again);
  box.focus();
  if (!form.querySelector('.sticky-actions')) box.scrollIntoView({ block: 'nearest' });
  form.dispatchEvent(new CustomEvent(UNSENT));
}

/** Files that were picked would be lost on the way to the log-in: that is done in another window, and this one stays. */
function loggedOut(form, button) {
  const words = document.body.dataset;
  unsent(form, button, [words.textLoggedOut, words.textKept]);
  const link = Object.assign(document.createElement('a'), {
    className: 'btn btn-sm btn-primary mt-2 me-2', href: '/login', target: '_blank', rel: 'noopener', textContent: words.textLogIn,
  });
  place(form).querySelector('button').before(link);
  form.dataset.loggedOut = '1';
}

/** After the log-in in another window: the new session's token, if it is the same person's. */
async function comeBack(form) {
  if (!form.dataset.loggedOut) return;
  const answer = await fetch('/kept', { credentials: 'same-origin', cache: 'no-store' });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const token = page.querySelector('meta[name=csrf-token]')?.content, field = form.elements.namedItem('csrf_token');
  if (!token || !field || page.querySelector('meta[name=author]')?.content !== form.elements.namedItem('author')?.value) return;
  field.value = token;
  delete form.dataset.loggedOut;
}

/** A place on this very page would only be scrolled to: without it the page is fetched anew. */
function goTo(target) {
  const there = new URL(target, location.href);
  if (there.pathname + there.search === location.pathname + location.search) there.hash = '';
  location.assign(there.href.replace(/#$/, ''));
}

/** The files of a refused form are on the server already: sent again are their ids. */
function takeOver(form, page) {
  for (const input of form.querySelectorAll('input[type=file]')) {
    if (!input.files.length) continue;
    const field = input.name.replace(/-upload$/, '');
    const kept = [...page.querySelectorAll('.kept-files input[type=hidden]')].filter(({ name }) => name === field);
    if (!kept.length) continue;
    const known = new Set([...form.querySelectorAll('.kept-files input[type=hidden]')].map(({ value }) => value));
    form.append(...kept.filter(({ value }) => !known.has(value)).map((each) => document.importNode(each)));
    // A file that was refused has to be refused again, to be told at its field.
    if (!page.querySelector(`[data-field="${CSS.escape(field)}"] .invalid-feedback`)) input.disabled = true;
  }
}

function byBrowser(form, button) {
  if (button?.name) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: button.name, value: button.value }));
  if (button?.hasAttribute('formaction')) form.action = button.formAction;
  form.dataset.native = '1';
  HTMLFormElement.prototype.submit.call(form);
}

function toldBy(page) {
  const error = page.querySelector('.error-page');
  return error && [...error.querySelectorAll('h1, p')].filter((each) => !each.querySelector('.btn')).map((each) => each.textContent.trim());
}

async function post(form, button, signal) {
  const action = button?.hasAttribute('formaction') ? button.formAction : form.getAttribute('action') || location.href;
  const data = new FormData(form, button);
  const plain = form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data);
  return fetch(action, { method: 'POST', body: plain, headers: { 'X-Sent-By': 'script' }, credentials: 'same-origin', signal });
}

/** Sends the form; `release` makes it pressable again. */
export async function send(form, button, release) {
  const words = document.body.dataset, stop = new AbortController(), cut = () => stop.abort();
  const slow = setTimeout(() => tell(form, 'info', [words.textSending ?? '…']), SLOW);
  window.addEventListener('offline', cut);
  try {
    await comeBack(form);
    const answer = await post(form, button, stop.signal);
    if (answer.status === 401 && [...form.querySelectorAll('input[type=file]')].some(({ files }) => files.length)) {
      release(form);
      return loggedOut(form, button);
    }
    const target = answer.headers.get('X-Go-To');
    if (target) return goTo(target);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const told = toldBy(page);
    if (!told && answer.status < 500) {
      takeOver(form, page);
      return byBrowser(form, button);
    }
    unsent(form, button, [...(told ?? [words.textNotSent]), words.textKept]);
  } catch {
    unsent(form, button, [words.textNotSent, words.textKept]);
  } finally {
    clearTimeout(slow);
    window.removeEventListener('offline', cut);
  }
  release(form);
}
