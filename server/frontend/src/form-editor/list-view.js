// The form as a list: sections with their fields, moved by dragging or with buttons.
import { arrange, button, el } from '../editing/element.js';
import { lineFor } from '../editing/languages.js';
import { word } from '../studio/words.js';
import { addSection, moveField, moveSection, removeField, removeSection, sectionsOf } from './form-model.js';
import { kindWord } from './kinds.js';

const MIME = 'text/x-kesu-field';

/** editor: {state, caseSchema, languages, index, readOnly, chosen, choose(pointer | section)}. */
export class ListView {
  constructor(place, editor) {
    Object.assign(this, { place, editor, drawn: new Map() });
  }

  draw() {
    const { state, caseSchema } = this.editor;
    this.parts = sectionsOf(state.form, caseSchema);
    const focus = document.activeElement?.dataset?.focus;
    const before = this.drawn;
    this.drawn = new Map();
    this.before = before;
    arrange(this.place, this.parts.map((part) => this.#section(part)));
    if (focus && document.activeElement?.dataset?.focus !== focus) this.place.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }

  /** What was drawn under this key before, while all that it shows is the same; else made anew. */
  #kept(key, shows, make) {
    const told = JSON.stringify(shows), old = this.before.get(key);
    const made = old?.told === told ? old : { told, node: make() };
    this.drawn.set(key, made);
    return made.node;
  }

  #edit(work) {
    const { state, caseSchema } = this.editor;
    state.edit((form) => work(form, caseSchema));
  }

  #section({ section, index, fields }) {
    const { editor } = this;
    const title = section ? lineFor(section.title, editor.index) || word('(no title)') : word('Not in a section');
    const shows = [title, section?.collapsed, index, this.#last(), editor.chosen === index];
    const part = this.#kept(`section ${index}`, shows, () => this.#makeSection(section, index, title));
    arrange(part.lastElementChild, fields.map((field, place) => this.#field(field, index, place, fields.length)));
    part.lastElementChild.dataset.count = fields.length;
    return part;
  }

  #makeSection(section, index, title) {
    const { editor } = this;
    const head = el('div', { class: 'form-section-head' },
      section
        ? el('button', { type: 'button', class: 'form-section-name', 'aria-pressed': String(editor.chosen === index), onclick: () => editor.choose(index), 'data-focus': `s${index}` }, title, section.collapsed ? ` · ${word('folded')}` : '')
        : el('span', { class: 'form-section-name muted', text: title }),
      section && !editor.readOnly && [
        this.#act('↑', word('Section up'), `su${index}`, index === 0, () => this.#edit((form, known) => moveSection(form, known, index, -1))),
        this.#act('↓', word('Section down'), `sd${index}`, index === this.#last(), () => this.#edit((form, known) => moveSection(form, known, index, 1))),
        this.#act('×', word('Remove the section, keep its fields'), `sx${index}`, false, () => this.#edit((form, known) => removeSection(form, known, index))),
      ]);
    const list = el('ol', { class: 'form-fields', 'data-section': index });
    this.#droppable(list, index, () => Number(list.dataset.count));
    return el('section', { class: 'form-section' }, head, list);
  }

  #last() {
    return this.parts.filter(({ section }) => section).length - 1;
  }

  #act(sign, title, focus, disabled, onclick) {
    return button(sign, onclick, { title, 'aria-label': title, disabled, 'data-focus': focus, class: 'btn btn-sm btn-outline-secondary form-act' });
  }

  #field(field, section, place, count) {
    const title = lineFor(field.schema.title, this.editor.index) || field.pointer;
    const notes = [
      kindWord(field.kind), field.required && word('required'), field.locked && word('read only'), field.when && word('shown at times'),
    ].filter(Boolean).join(' · ');
    const shows = [title, notes, section, place, count, this.editor.chosen === field.pointer];
    return this.#kept(field.pointer, shows, () => this.#makeField(field.pointer, title, notes, section, place, count));
  }

  #makeField(pointer, title, notes, section, place, count) {
    const { editor } = this;
    const item = el('li', { class: 'form-item', draggable: String(!editor.readOnly), 'data-pointer': pointer },
      el('button', { type: 'button', class: 'form-item-name', 'aria-pressed': String(editor.chosen === pointer), 'data-focus': pointer, onclick: () => editor.choose(pointer) },
        el('span', { text: title }),
        el('span', { class: 'muted small', text: notes }),
        el('code', { class: 'small', text: pointer })),
      !editor.readOnly && [
        this.#act('↑', word('Field up'), `u${pointer}`, place === 0 && section <= 0, () => this.#step(pointer, section, place, -1)),
        this.#act('↓', word('Field down'), `d${pointer}`, place === count - 1 && section < 0, () => this.#step(pointer, section, place, 1)),
        this.#act('×', word('Take the field out of the form'), `x${pointer}`, false, () => this.#remove(pointer)),
      ]);
    item.addEventListener('dragstart', (event) => {
      event.dataTransfer.setData(MIME, pointer);
      event.dataTransfer.effectAllowed = 'move';
      item.classList.add('dragged');
    });
    item.addEventListener('dragend', () => item.classList.remove('dragged'));
    this.#droppable(item, section, () => place);
    return item;
  }

  /** One place up or down; over the edge of a section into the next one. */
  #step(pointer, section, place, by) {
    const here = this.parts.find(({ index }) => index === section), sections = this.parts.filter((part) => part.section);
    const target = place + by, other = sections[section + by];
    if (target >= 0 && target < here.fields.length) {
      this.#edit((form, known) => moveField(form, known, pointer, section, by > 0 ? target + 1 : target));
    } else if (other) {
      this.#edit((form, known) => moveField(form, known, pointer, section + by, by > 0 ? 0 : other.fields.length));
    }
  }

  #remove(pointer) {
    this.#edit((form, known) => removeField(form, known, pointer));
    if (this.editor.chosen === pointer) this.editor.choose(null);
  }

  #droppable(element, section, place) {
    if (this.editor.readOnly) return;
    element.addEventListener('dragover', (event) => {
      if (!event.dataTransfer.types.includes(MIME)) return;
      event.preventDefault();
      event.stopPropagation();
      element.classList.add('dropping');
    });
    element.addEventListener('dragleave', () => element.classList.remove('dropping'));
    element.addEventListener('drop', (event) => {
      const pointer = event.dataTransfer.getData(MIME);
      element.classList.remove('dropping');
      if (!pointer) return;
      event.preventDefault();
      event.stopPropagation();
      this.#edit((form, known) => moveField(form, known, pointer, section, place()));
    });
  }

  /** A new section at the end, ready to be named. */
  addSection(title) {
    this.#edit((form, known) => addSection(form, known, title));
    this.editor.choose((this.editor.state.form.ui?.sections?.length ?? 1) - 1);
  }
}
