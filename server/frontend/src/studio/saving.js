// Autosave of one file of a draft, the same for every editor (diagram, table, form, text).
//
//   const saving = new Saving(host, {
//     read: async () => text,           what the editor holds now
//     show: async (text) => {},         puts another text into the editor (the other side of a conflict was taken)
//     type: 'application/xml',          content type of the PUT
//     compare: async (mine, theirs, {mine, theirs}) => {}   optional: draws both sides into the two elements; else as text
//   });
//   await editor.load(await saving.load());   the file, or what a crash left in this browser if the person wants it
//   saving.changed();                         after every change; it is read and sent when the hand rests
//   await saving.now();                       at once; true when the server has everything (false: it does not)
//   saving.unsaved                            true while the server lacks something
//   host.addEventListener('saving:saved', …)  after each save, detail {revision}
//
// host carries data-file, data-save, data-revision, data-read-only (nothing is ever sent). The state is told in words
// in the element [data-saving-status] of the page. Unsent text stays in localStorage until the server has it.
import { csrfHeaders, renewToken } from '../csrf.js';
import { clockTime, word } from './words.js';
import { askRecovery, showConflict } from './conflict.js';

const QUIET = 1200; // milliseconds without a change
const RETRY = 5000; // milliseconds until the next try without a connection

export class Saving {
  constructor(host, { read, show, type = 'text/plain; charset=utf-8', compare }) {
    Object.assign(this, { host, read, show, type, compare });
    this.url = host.dataset.save;
    this.revision = host.dataset.revision ?? '0';
    this.readOnly = !['false', '0', undefined].includes(host.dataset.readOnly);
    this.key = `kesu:draft:${new URL(this.url || '.', location.href).pathname}`;
    this.status = document.querySelector('[data-saving-status]');
    this.dirty = false;
    this.conflict = false;
    this.running = null;
    if (!this.readOnly) this.#watch();
  }

  get unsaved() {
    return this.dirty || this.running !== null || this.conflict;
  }

  /** The text to edit. Throws Error when the file cannot be had. */
  async load() {
    const answer = await fetch(this.host.dataset.file, { credentials: 'same-origin', cache: 'no-store' });
    if (answer.status === 404) throw new Error(word('This draft leaves the file out. Bring it back in the list of files.'));
    if (!answer.ok) throw new Error(`${this.host.dataset.file}: ${answer.status}`);
    this.revision = /\d+/.exec(answer.headers.get('ETag') ?? '')?.[0] ?? this.revision;
    const text = await answer.text();
    this.saved = text;
    if (this.readOnly) {
      this.#say('read-only', word('Only to look at: this draft is closed, or you may not change it.'));
      return text;
    }
    const kept = this.#kept();
    if (kept && kept.text !== text && await askRecovery(kept)) {
      this.revision = kept.revision; // another's save meanwhile is noticed by it, and both sides are shown
      this.changed();
      return kept.text;
    }
    this.#forget();
    this.#say('saved', word('Opened {time}', { time: clockTime(new Date()) }));
    return text;
  }

  /** Something in the editor changed. */
  changed() {
    if (this.readOnly) return;
    this.dirty = true;
    if (!this.conflict) this.#say('unsaved', word('Not saved yet'));
    this.#plan(QUIET);
  }

  /** Sends what is unsent, now; true when the server has everything. */
  async now() {
    clearTimeout(this.timer);
    if (this.running) await this.running;
    if (this.conflict && this.dirty) this.#keep(await this.read()); // not sent before the person has chosen
    if (!this.dirty || this.conflict || this.readOnly) return !this.unsaved;
    this.running = this.#send();
    await this.running;
    this.running = null;
    return !this.unsaved;
  }

  async #send(match = this.revision) {
    this.dirty = false;
    let text;
    try {
      text = await this.read();
    } catch (error) {
      this.dirty = true;
      return this.#say('failed', word('Not saved: {reason}', { reason: error.message }));
    }
    if (text === this.saved && match === this.revision) return this.#done();
    this.#keep(text);
    this.#say('saving', word('Saving …'));
    let answer;
    try {
      answer = await fetch(this.url, {
        method: 'PUT', body: text, credentials: 'same-origin', redirect: 'manual',
        headers: { 'Content-Type': this.type, 'If-Match': `"${match}"`, Accept: 'application/json', ...csrfHeaders() },
      });
    } catch { // no connection: the only way fetch fails here
      return this.#failed(word('No connection: kept in this browser, sent as soon as it is back'), RETRY);
    }
    if (answer.status === 400 && await renewToken().catch(() => false)) return this.#send(match); // logged in anew meanwhile
    await this.#answered(answer, text);
  }

  async #answered(answer, text) {
    if (answer.type === 'opaqueredirect' || answer.status === 401) {
      return this.#failed(word('You are logged out. Log in in another tab; what you changed is kept in this browser.'), RETRY * 2);
    }
    const said = await answer.json().catch(() => ({})); // a proxy's error page is no JSON
    if (answer.ok) {
      this.revision = String(said.revision ?? this.revision);
      this.saved = text;
      return this.#done();
    }
    if (answer.status === 409 && said.theirs?.content != null) return this.#both(text, said.theirs);
    const reason = said.error?.message ?? word('the server answered {status}', { status: answer.status });
    this.#failed(word('Not saved: {reason}', { reason }), answer.status >= 500 ? RETRY * 2 : 0);
  }

  #done() {
    if (this.dirty) return this.#plan(QUIET);
    this.#forget();
    this.#say('saved', word('Saved {time}', { time: clockTime(new Date()) }));
    this.host.dispatchEvent(new CustomEvent('saving:saved', { bubbles: true, detail: { revision: this.revision } }));
  }

  #failed(text, again) {
    this.dirty = true;
    this.#say('failed', text);
    if (again) this.#plan(again);
  }

  #both(mine, theirs) {
    this.conflict = true;
    this.#say('failed', word('Somebody else changed this file: choose which one to keep.'));
    // Not awaited: the person may take his time, and goes on editing meanwhile if he decides later.
    showConflict({ mine, theirs, compare: this.compare }).then((choice) => this.#chosen(choice, theirs));
  }

  async #chosen(choice, theirs) {
    if (choice === 'later') return this.#later(theirs);
    this.conflict = false;
    if (choice === 'theirs') {
      Object.assign(this, { revision: String(theirs.revision), saved: theirs.content, dirty: false });
      await this.show(theirs.content);
      this.dirty = false;
      return this.#done();
    }
    this.dirty = true;
    // Only what was seen is written over: a third person's save is shown again.
    this.revision = String(theirs.revision);
    await this.now();
  }

  #later(theirs) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'btn btn-sm btn-outline-secondary', textContent: word('Choose now') });
    button.addEventListener('click', async () => this.#both(await this.read(), theirs));
    this.status?.append(' ', button);
  }

  #plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), wait);
  }

  #watch() {
    for (const back of ['online', 'focus']) window.addEventListener(back, () => this.dirty && this.#plan(0));
    window.addEventListener('beforeunload', (event) => { if (this.unsaved) event.preventDefault(); });
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') this.now(); });
  }

  #keep(text) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ text, revision: this.revision, at: new Date().toISOString() }));
    } catch {
      // A full or forbidden store keeps nothing; the server still gets the text.
    }
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? 'null');
    } catch {
      return null; // forbidden, or not written by us
    }
  }

  #forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // A forbidden store holds nothing either.
    }
  }

  #say(state, text) {
    this.host.dataset.saving = state;
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = text;
  }
}
