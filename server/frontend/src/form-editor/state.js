// The form being edited: its text is what counts; every change can be taken back.
import { rewrite } from '../editing/json-text.js';

export class FormState {
  /** changed() is called after each change of the text. */
  constructor(text, changed) {
    Object.assign(this, { text, changed, past: [], future: [] });
    this.#read();
  }

  /** The form as JSON, or null while the text is none. */
  #read() {
    try {
      const form = JSON.parse(this.text);
      this.form = form && typeof form === 'object' && !Array.isArray(form) ? form : null;
      this.error = this.form ? '' : 'object';
    } catch (error) {
      Object.assign(this, { form: null, error: error.message });
    }
  }

  /** Lets `work` change a copy of the form; what it leaves alone keeps its text. */
  edit(work) {
    const form = structuredClone(this.form);
    work(form);
    this.write(rewrite(this.text, form));
  }

  /** Another text, typed by hand or taken from the server. */
  write(text, remember = true) {
    if (text === this.text) return;
    if (remember) this.past.push(this.text);
    if (remember) this.future = [];
    this.text = text;
    this.#read();
    this.changed();
  }

  undo() {
    this.#step(this.past, this.future);
  }

  redo() {
    this.#step(this.future, this.past);
  }

  #step(from, to) {
    if (!from.length) return;
    to.push(this.text);
    this.write(from.pop(), false);
  }
}
