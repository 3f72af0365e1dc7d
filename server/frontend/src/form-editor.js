// The editor of forms: <div data-form-editor …> with the attributes every editor has; see templates/design/form_editor.html.
import './editing/editing.css';
import './form-editor/form-editor.css';
import { Saving } from './studio/saving.js';
import { addWords, word } from './studio/words.js';
import { el } from './editing/element.js';
import { ask } from './editing/asking.js';
import { tellFailure } from './editing/failing.js';
import { Findings } from './editing/findings.js';
import { rewrite } from './editing/json-text.js';
import shared from './editing/words-zh.js';
import zh from './form-editor/zh.js';
import { openAddField } from './form-editor/add-field.js';
import { drawPanel } from './form-editor/field-panel.js';
import { addField, fieldsOf, sectionsOf } from './form-editor/form-model.js';
import { ListView } from './form-editor/list-view.js';
import { openNewField } from './form-editor/new-field.js';
import { Preview } from './form-editor/preview.js';
import { FormState } from './form-editor/state.js';

addWords(shared);
addWords(zh);

const host = document.querySelector('[data-form-editor]');
const caseHost = document.querySelector('[data-case-schema]');
const part = (name) => document.querySelector(`[data-${name}]`);

/** The case schema beside the form, saved by itself when a field is added. */
async function openCase() {
  const held = { text: '' };
  const show = async (text) => {
    Object.assign(held, { text, schema: { properties: {} }, error: '' });
    try {
      held.schema = JSON.parse(text);
    } catch (error) {
      held.error = error.message; // fields are told by their paths then, and none can be added
    }
  };
  held.saving = new Saving(caseHost, { read: async () => held.text, show });
  await show(await held.saving.load());
  return held;
}

class Editor {
  constructor(state, held, vocabulary) {
    const { languages = ['zh-CN', 'en'], language_index: index = 0 } = vocabulary;
    Object.assign(this, { state, held, languages, index, chosen: null, readOnly: host.dataset.readOnly === 'true' });
    this.list = new ListView(part('form-list'), this);
  }

  get caseSchema() {
    return this.held.schema;
  }

  choose(what) {
    this.chosen = what;
    this.draw();
  }

  draw() {
    const raw = part('raw'), panel = part('form-panel');
    if (raw.value !== this.state.text && document.activeElement !== raw) raw.value = this.state.text;
    part('broken').hidden = Boolean(this.state.form);
    part('broken-reason').textContent = this.state.error;
    part('form-desk').hidden = !this.state.form;
    if (!this.state.form) return;
    const gone = typeof this.chosen === 'string' && !fieldsOf(this.state.form, this.caseSchema).some(({ pointer }) => pointer === this.chosen);
    if (gone) this.chosen = null;
    this.list.draw();
    if (!this.quiet) drawPanel(panel, this);
  }

  /** A change typed in the panel: it stays as it is, so that the next control can be clicked or tabbed into. */
  typed(work) {
    this.quiet = true;
    this.state.edit(work);
    this.quiet = false;
  }

  /** The section a new field goes to: the one chosen, or that of the chosen field, else the last. */
  section() {
    const parts = sectionsOf(this.state.form, this.caseSchema).filter(({ section }) => section);
    if (typeof this.chosen === 'number') return this.chosen;
    const home = parts.find(({ fields }) => fields.some(({ pointer }) => pointer === this.chosen));
    if (home) return home.index;
    return (parts.findLast(({ section }) => !section.collapsed) ?? parts.at(-1))?.index ?? -1;
  }

  newField() {
    if (this.held.error) {
      tellFailure(caseHost.parentElement, new Error(word('The case schema of this draft cannot be read. Mend it first: {reason}', { reason: this.held.error })));
      return;
    }
    openNewField(this, async (changed, pointer) => {
      this.held.text = rewrite(this.held.text, changed);
      this.held.schema = changed;
      this.held.saving.changed();
      // The form's check and preview read the case schema from the server.
      await this.held.saving.now();
      const section = this.section();
      this.state.edit((form) => addField(form, changed, pointer, section));
      this.choose(pointer);
    });
  }
}

function wire(editor, preview) {
  const { state } = editor, language = part('preview-language');
  language.replaceChildren(...editor.languages.map((one) => el('option', { value: one, text: one })));
  language.value = preview.language;
  language.addEventListener('change', () => {
    preview.language = language.value;
    preview.now();
  });
  part('undo')?.addEventListener('click', () => state.undo());
  part('redo')?.addEventListener('click', () => state.redo());
  part('add-field')?.addEventListener('click', () => openAddField(editor, editor.section(), () => editor.newField()));
  part('new-field')?.addEventListener('click', () => editor.newField());
  part('add-section')?.addEventListener('click', () => editor.list.addSection(word('New section')));
  part('whole-form')?.addEventListener('click', () => editor.choose(null));
  part('raw').addEventListener('input', ({ target }) => state.write(target.value));
  part('raw').addEventListener('blur', () => editor.draw());
  for (const button of document.querySelectorAll('[data-width]')) {
    button.addEventListener('click', () => {
      preview.show(button.dataset.width);
      for (const one of document.querySelectorAll('[data-width]')) one.setAttribute('aria-pressed', String(one === button));
    });
  }
  for (const button of document.querySelectorAll('[data-tab]')) {
    button.addEventListener('click', () => {
      part('fields-tab').hidden = button.dataset.tab !== 'fields';
      part('raw-tab').hidden = button.dataset.tab !== 'raw';
      for (const one of document.querySelectorAll('[data-tab]')) one.setAttribute('aria-pressed', String(one === button));
    });
  }
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest('input, textarea, select, dialog')) return;
    const key = event.key.toLowerCase();
    const step = key === 'y' || (key === 'z' && event.shiftKey) ? 'redo' : key === 'z' ? 'undo' : null;
    if (!step) return;
    event.preventDefault();
    state[step]();
  });
}

/** The field that a pointer into the form's schema means; the form as a whole for any other. */
function fieldAt(pointer) {
  return /^(\/properties\/[^/]+)+/.exec(pointer ?? '')?.[0].replaceAll('/properties', '') || null;
}

async function start() {
  let editor, findings, preview, state;
  const saving = new Saving(host, { read: async () => state.text, show: async (text) => state.write(text), type: 'application/json' });
  const text = await saving.load();
  state = new FormState(text, () => {
    saving.changed();
    findings.changed();
    preview.changed();
    editor.draw();
  });
  const held = await openCase();
  const vocabulary = await ask(host.dataset.vocabulary).catch(() => ({}));
  editor = new Editor(state, held, vocabulary);
  preview = new Preview(host, part('preview-place'), state);
  findings = new Findings(host, part('findings'), {
    read: async () => state.text,
    jump: ({ element }) => editor.choose(fieldAt(element)),
  });
  part('raw').readOnly = editor.readOnly;
  wire(editor, preview);
  editor.draw();
  findings.now();
  preview.now();
  const wanted = fieldAt(decodeURIComponent(location.hash.slice(1)).split(',')[0]);
  if (wanted) editor.choose(wanted);
  host.dataset.ready = '1';
}

start().catch((error) => tellFailure(host, error));
