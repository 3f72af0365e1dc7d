// Questions to the server: JSON there, JSON back. A refusal is an Error with the server's sentence.
import { csrfHeaders } from '../csrf.js';
import { word } from '../studio/words.js';

async function read(answer) {
  const said = await answer.json().catch(() => ({})); // a proxy's error page is no JSON
  if (!answer.ok) throw new Error(said.error?.message ?? word('the server answered {status}', { status: answer.status }));
  return said;
}

/** The JSON answer to a GET. */
export async function ask(url) {
  return read(await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/json' } }));
}

/** The JSON answer to a POST of `body`. */
export async function post(url, body, signal) {
  return read(await fetch(url, {
    method: 'POST', credentials: 'same-origin', body: JSON.stringify(body), signal,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...csrfHeaders() },
  }));
}

/** Calls `work(signal)` when nothing has called for a while; an answer that is overtaken is dropped. */
export class Resting {
  constructor(work, wait = 600) {
    Object.assign(this, { work, wait });
  }

  soon(wait = this.wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), wait);
  }

  async now() {
    clearTimeout(this.timer);
    this.running?.abort();
    const mine = this.running = new AbortController();
    try {
      await this.work(mine.signal);
    } catch (error) {
      if (error.name !== 'AbortError') throw error;
    } finally {
      if (this.running === mine) this.running = null;
    }
  }
}
