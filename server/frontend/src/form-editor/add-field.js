// Choosing a field of the case for the form: searched by its title in any language or its path.
import { button, el } from '../editing/element.js';
import { word } from '../studio/words.js';
import { caseFields } from './case-schema.js';
import { addField, fieldsOf } from './form-model.js';
import { kindWord } from './kinds.js';

const SHOWN = 60;

function fits(field, wanted) {
  const text = `${field.schema.title ?? ''} ${field.group} ${field.pointer} ${field.pointer.slice(1).replaceAll('/', '.')}`.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((part) => text.includes(part));
}

/** The title in the other languages. */
function othersOf({ title, schema }) {
  return (schema.title ?? '').split('\n').filter((line) => line && line !== title).join(' / ');
}

/** Opens the list; the field chosen is put into the section at hand, and opened. */
export function openAddField(editor, section, newField) {
  const { state, caseSchema, index } = editor;
  const there = new Set(fieldsOf(state.form, caseSchema).map(({ pointer }) => pointer));
  const free = caseFields(caseSchema, index).filter(({ pointer }) => !there.has(pointer));
  const search = el('input', { class: 'form-control', type: 'search', 'aria-label': word('Search by title or path'), placeholder: word('Search by title or path') });
  const list = el('ul', { class: 'add-list' }), count = el('p', { class: 'muted small', role: 'status' });
  const box = el('dialog', { class: 'edit-dialog', 'aria-label': word('Add a field of the case') },
    el('h2', { text: word('Add a field of the case') }), search, count, list,
    el('div', { class: 'edit-dialog-actions' },
      button(word('The case has no such field yet …'), () => { box.close(); newField(); }, { class: 'btn btn-outline-primary' }),
      button(word('Close'), () => box.close())));

  function draw() {
    const found = free.filter((field) => fits(field, search.value.trim()));
    count.textContent = found.length > SHOWN ? word('{count} fields; the first {shown} are listed', { count: found.length, shown: SHOWN }) : word('{count} fields', { count: found.length });
    list.replaceChildren(...found.slice(0, SHOWN).map((field) => el('li', {}, el('button', {
      type: 'button', class: 'add-item', 'data-add': field.pointer, onclick: () => take(field),
    }, el('strong', { text: field.title }), el('span', { class: 'muted small', text: `${field.group} · ${kindWord(field.kind)}` }),
    el('span', { class: 'small', text: othersOf(field) }), el('code', { class: 'small', text: field.pointer })))));
  }
  function take({ pointer }) {
    box.close();
    state.edit((form) => addField(form, caseSchema, pointer, section));
    editor.choose(pointer);
  }
  search.addEventListener('input', draw);
  search.addEventListener('keydown', (event) => {
    const first = list.querySelector('button');
    if (!first || !['Enter', 'ArrowDown'].includes(event.key)) return;
    event.preventDefault(); // or the button that gets the focus back would be pressed, too
    if (event.key === 'Enter') first.click();
    else first.focus();
  });
  list.addEventListener('keydown', (event) => {
    const items = [...list.querySelectorAll('button')], at = items.indexOf(document.activeElement);
    const target = { ArrowDown: items[at + 1], ArrowUp: items[at - 1] ?? search }[event.key];
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  draw();
  box.showModal();
  search.focus();
}
