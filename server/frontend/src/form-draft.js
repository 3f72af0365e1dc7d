// Drafts: a few seconds after the last keystroke the form goes to data-draft-url (urlencoded, without files), with the
// CSRF header. An answer with {"revision": N} updates the hidden field of that name. The words come from the page:
// data-text-saving, data-text-saved, data-text-failed, or from the answer that refuses; they appear in the form's [data-draft-status].
import { csrfHeaders } from './csrf.js';
import { UNSENT } from './sending.js';

const QUIET = 2500; // milliseconds without typing
const LONGEST = 15000; // milliseconds after which steady typing is saved too

function body(form) {
  const data = new FormData(form);
  return new URLSearchParams([...data].filter(([, value]) => typeof value === 'string'));
}

function say(form, state, reason) {
  const place = form.querySelector('[data-draft-status]');
  if (!place) return;
  const text = { saving: form.dataset.textSaving, saved: form.dataset.textSaved, failed: reason || form.dataset.textFailed }[state] ?? '';
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
  place.dataset.state = state;
  place.textContent = state === 'saved' && text ? `${text} ${time}` : text;
}

/** The server was reached and said why not. */
class Refused extends Error {}

async function send(form) {
  const answer = await fetch(form.dataset.draftUrl, {
    method: 'POST', headers: { Accept: 'application/json', ...csrfHeaders() }, body: body(form), credentials: 'same-origin', redirect: 'error',
  });
  if (!answer.ok) throw new Refused((await answer.json().catch(() => ({}))).error?.message);
  if (!answer.headers.get('Content-Type')?.includes('json')) return;
  const { revision } = await answer.json();
  const field = form.elements.namedItem('revision');
  if (field && revision !== undefined) field.value = revision;
}

/** Saves drafts of the form, and asks before the page is left with something unsaved. */
export function keepDraft(form) {
  let dirty = false, filesPicked = false, leaving = false, since = 0, timer = 0, running = null;

  async function save() {
    clearTimeout(timer);
    if (!dirty || leaving || running) return;
    dirty = false;
    say(form, 'saving');
    running = send(form).then(() => say(form, 'saved'), (error) => {
      dirty = true;
      say(form, 'failed', error instanceof Refused ? error.message : '');
    });
    await running;
    running = null;
    if (dirty && !leaving) plan();
  }
  function plan() {
    clearTimeout(timer);
    timer = setTimeout(save, form.querySelector('[data-draft-status]')?.dataset.state === 'failed' ? LONGEST
      : Math.max(0, Math.min(QUIET, since + LONGEST - Date.now())));
  }
  form.addEventListener('input', (event) => {
    if (event.target.type === 'file') filesPicked = true;
    if (!dirty) since = Date.now();
    dirty = true;
    if (form.dataset.draftUrl) plan();
  });
  form.addEventListener('submit', (event) => {
    if (!event.defaultPrevented) leaving = true;
    clearTimeout(timer);
  });
  form.addEventListener(UNSENT, () => {
    leaving = false;
    dirty = true;
    if (form.dataset.draftUrl) plan();
  });
  window.addEventListener('pageshow', () => { leaving = false; });
  window.addEventListener('beforeunload', (event) => {
    if ((dirty || filesPicked) && !leaving) event.preventDefault();
  });
  // A phone that locks its screen may never come back to this page.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && form.dataset.draftUrl) save();
  });
}
