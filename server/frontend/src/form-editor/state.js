// The form being edited: its text is what counts; every change can be taken back.
import { rewrite } from '../editing/json-text.js';
import { word } from '../studio/words.js';

const isObject = (value) => Boolean(value) && typeof value === 'object' && !Array.isArray(value);
const maybe = (fits, value) => value === undefined || fits(value);

function isSchema(schema) {
  return isObject(schema) && maybe(Array.isArray, schema.required) && maybe(isObject, schema.properties) && Object.values(schema.properties ?? {}).every(isSchema);
}

function isSection(section) {
  return isObject(section) && maybe(Array.isArray, section.fields);
}

/** Whether the list can show it; what is wrong beyond that the check tells. */
function isForm(form) {
  const ui = form?.ui ?? {};
  return isObject(form) && isSchema(form.schema) && isObject(ui) && maybe(isObject, ui.widgets) && maybe(isObject, ui.cells) && maybe(isObject, ui.head) && maybe(isObject, ui.show_when)
    && maybe(Array.isArray, ui.order) && maybe((list) => Array.isArray(list) && list.every(isSection), ui.sections);
}

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
      this.form = isForm(form) ? form : null;
      this.error = this.form ? '' : word('Its parts are not those of a form.');
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
