// The check while somebody draws: the unsaved text goes to the server when the hand rests, one question at a time.
import { csrfHeaders } from '../csrf.js';
import { word } from './words.js';

const QUIET = 900; // milliseconds without a change

export class Checking {
  /** read: async () => the text; show: ({findings, seconds}) => {}; say: (state, text) => {} with 'running', 'done', 'failed'. */
  constructor({ url, path, read, show, say }) {
    Object.assign(this, { url, path, read, show, say });
    this.again = false;
    this.running = false;
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), QUIET);
  }

  async now() {
    clearTimeout(this.timer);
    if (this.running) { this.again = true; return; }
    this.running = true;
    this.say('running', word('Checking …'));
    try {
      this.show(await this.#ask());
    } catch (error) {
      this.say('failed', word('Not checked: {reason}', { reason: error.message }));
    }
    this.running = false;
    if (!this.again) return;
    this.again = false;
    await this.now();
  }

  async #ask() {
    let answer;
    try {
      answer = await fetch(this.url, {
        method: 'POST', credentials: 'same-origin', redirect: 'error',
        body: JSON.stringify({ path: this.path, content: await this.read() }),
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...csrfHeaders() },
      });
    } catch {
      throw new Error(word('no connection'));
    }
    const said = await answer.json().catch(() => ({})); // a proxy's error page is no JSON
    if (!answer.ok) throw new Error(said.error?.message ?? word('the server answered {status}', { status: answer.status }));
    return said;
  }
}
