// Drafts: a few seconds after the last keystroke the form goes to data-draft-url (urlencoded, without files), with the
// CSRF header. An answer with {"revision": N} updates the hidden field of that name. The words come from the page:
// data-text-saving, data-text-saved, data-text-failed, data-text-kept, or from the answer that refuses; they appear in the form's [data-draft-status].
// What could not be saved is kept in this browser under data-draft-key, and offered when the page is opened again.
import { csrfHeaders } from './csrf.js';
import { UNSENT } from './sending.js';

const QUIET = 2500; // milliseconds without typing
const LONGEST = 15000; // milliseconds after which steady typing is saved too
const PLACE = 'kesu-unsaved:';

function body(form) {
  const data = new FormData(form);
  return new URLSearchParams([...data].filter(([, value]) => typeof value === 'string'));
}

/** What somebody filled in, without what is another on every page. */
function entries(sent) {
  const own = new Set(['csrf_token', 'once', 'base', 'revision', 'draft_version', 'do']);
  return JSON.stringify([...sent].filter(([name]) => !own.has(name)));
}

const clock = (moment) => new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });

function say(form, state, reason = '') {
  const place = form.querySelector('[data-draft-status]');
  if (!place) return;
  const { textSaving, textSaved, textFailed, textKept } = form.dataset;
  const text = { saving: textSaving, saved: textSaved, failed: reason || textFailed, kept: reason || textKept }[state] ?? '';
  place.dataset.state = state === 'kept' ? 'failed' : state;
  place.textContent = state === 'saved' && text ? `${text} ${clock(Date.now())}` : text;
}

/** The server was reached and said why not. */
class Refused extends Error {}

async function send(address, sent) {
  const answer = await fetch(address, {
    method: 'POST', headers: { Accept: 'application/json', ...csrfHeaders() }, body: sent, credentials: 'same-origin', redirect: 'error',
  });
  if (!answer.ok) throw new Refused((await answer.json().catch(() => ({}))).error?.message);
  return answer.headers.get('Content-Type')?.includes('json') ? answer.json() : {};
}

/** In this browser; false where it has no room or no such place. */
function keep(form, sent) {
  if (!form.dataset.draftKey) return false;
  sent.delete('csrf_token');
  try {
    localStorage.setItem(PLACE + form.dataset.draftKey, JSON.stringify({ at: Date.now(), sent: sent.toString() }));
    return true;
  } catch {
    return false;
  }
}

function forget(form) {
  try {
    localStorage.removeItem(PLACE + form.dataset.draftKey);
  } catch { /* a browser that keeps nothing has nothing to forget */ }
}

function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(PLACE + form.dataset.draftKey));
  } catch {
    return null;
  }
}

/** What an earlier visit could not save: to be put in, or thrown away. */
function offer(form) {
  const found = form.dataset.draftKey && kept(form), place = form.querySelector('[data-draft-kept]');
  if (!found || !place) return;
  if (entries(new URLSearchParams(found.sent)) === entries(body(form))) {
    forget(form); // it has reached the server after all
    return;
  }
  place.querySelector('[data-draft-kept-at]').textContent = new Date(found.at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
  place.hidden = false;
  place.querySelector('[data-draft-put]').addEventListener('click', async () => {
    try {
      await send(form.dataset.draftUrl, new URLSearchParams(found.sent));
    } catch (error) {
      say(form, 'kept', error instanceof Refused ? error.message : '');
      return;
    }
    forget(form);
    window.dispatchEvent(new Event('draftput'));
    location.reload();
  });
  place.querySelector('[data-draft-drop]').addEventListener('click', () => {
    forget(form);
    place.hidden = true;
  });
}

/** Saves drafts of the form, and asks before the page is left with something unsaved. */
export function keepDraft(form) {
  let dirty = false, leaving = false, since = 0, timer = 0, running = null;
  const picked = () => [...form.querySelectorAll('input[type=file]')].some((input) => input.files.length);

  async function save() {
    clearTimeout(timer);
    if (!dirty || leaving || running) return;
    dirty = false;
    say(form, 'saving');
    const sent = body(form);
    running = send(form.dataset.draftUrl, sent).then(({ revision }) => {
      const field = form.elements.namedItem('revision');
      if (field && revision !== undefined) field.value = revision;
      forget(form);
      say(form, 'saved');
    }, (error) => {
      dirty = true;
      say(form, keep(form, sent) ? 'kept' : 'failed', error instanceof Refused ? error.message : '');
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
    if (event.target.type === 'file') return;
    if (!dirty) since = Date.now();
    dirty = true;
    if (form.dataset.draftUrl) plan();
  });
  form.addEventListener('submit', (event) => {
    if (!event.defaultPrevented) leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener('draftput', () => { leaving = true; });
  form.addEventListener(UNSENT, () => {
    leaving = false;
    dirty = true;
    if (form.dataset.draftUrl) plan();
  });
  window.addEventListener('pageshow', () => { leaving = false; });
  window.addEventListener('online', () => { if (dirty && form.dataset.draftUrl) save(); });
  window.addEventListener('beforeunload', (event) => {
    if ((dirty || picked()) && !leaving) event.preventDefault();
  });
  // A phone that locks its screen may never come back to this page.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && form.dataset.draftUrl) save();
  });
  offer(form);
}
