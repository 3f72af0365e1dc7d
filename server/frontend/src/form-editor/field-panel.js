// What can be set of the field, the section or the form that is chosen.
import { el, labelled } from '../editing/element.js';
import { isHeaded, lineFor, linesOf, textOf } from '../editing/languages.js';
import { word } from '../studio/words.js';
import { resolved } from './case-schema.js';
import { fieldsOf, setCell, setHint, setOwn, setRequired, setWidget } from './form-model.js';
import { kindWord, pickers, textColumns, widgetsFor } from './kinds.js';
import { showWhen } from './show-when.js';

function tick(text, checked, onchange, help = '') {
  const box = el('input', { type: 'checkbox', class: 'form-check-input', 'data-focus': text, onchange: ({ target }) => onchange(target.checked) });
  box.checked = checked;
  return el('label', { class: 'form-check edit-tick' }, box, el('span', { text }), help && el('span', { class: 'form-text', text: help }));
}

/** A text in every language; `fallback` stands behind an empty one. */
function texts(label, text, languages, update, fallback = '') {
  if (isHeaded(text)) {
    return labelled(label, el('textarea', { class: 'form-control', rows: 5, value: text, onchange: ({ target }) => update(target.value || undefined) }));
  }
  const now = linesOf(text, languages), other = linesOf(fallback, languages);
  return languages.map((language, place) => labelled(`${label} (${language})`, el('input', {
    class: 'form-control', value: now[place], placeholder: other[place], 'data-language': language,
    onchange: ({ target }) => {
      now[place] = target.value;
      // One language alone is told for all: the others keep what the case calls it.
      const filled = now.some(Boolean) ? now.map((line, each) => line || other[each] || '') : now;
      update(textOf(filled));
    },
  })));
}

/** Draws the panel into `place`; editor as in list-view.js. */
export function drawPanel(place, editor) {
  const { chosen } = editor;
  const focus = place.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const parts = typeof chosen === 'number' ? section(editor, chosen) : typeof chosen === 'string' ? field(editor, chosen) : whole(editor);
  const set = el('fieldset', { disabled: editor.readOnly, class: 'edit-set' }, parts);
  place.replaceChildren(set);
  if (focus) place.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
}

function whole(editor) {
  const { state, languages } = editor;
  return [
    el('p', { class: 'muted small', text: word('Choose a field or a section on the left to change it. This is the form as a whole.') }),
    texts(word('Title of the form'), state.form.schema?.title, languages, (title) => editor.typed((form) => setOwn(form, '', 'title', title))),
  ];
}

function section(editor, index) {
  const { state, languages } = editor;
  const found = state.form.ui?.sections?.[index];
  if (!found) return [];
  const change = (work) => state.edit((form) => work(form.ui.sections[index]));
  return [
    texts(word('Title of the section'), found.title, languages, (title) => editor.typed((form) => { form.ui.sections[index].title = title ?? ''; })),
    tick(word('Folded away until somebody opens it'), found.collapsed === true, (on) => change((one) => {
      if (on) one.collapsed = true;
      else delete one.collapsed;
    }), word('A section with a required field is never folded away.')),
  ];
}

function field(editor, pointer) {
  const { state, caseSchema, languages, index } = editor;
  const found = fieldsOf(state.form, caseSchema).find((one) => one.pointer === pointer);
  if (!found) return [];
  const { own } = found, base = own.$ref ? resolved({ $ref: own.$ref }, caseSchema) : {};
  const edit = (work) => state.edit(work);
  const widgets = widgetsFor(found.kind, found.schema);
  return [
    el('p', { class: 'edit-about' }, el('strong', { text: lineFor(found.schema.title, index) || pointer }), ` ${kindWord(found.kind)} `, el('code', { text: pointer })),
    tick(word('Required'), found.required, (on) => edit((form) => setRequired(form, pointer, on)), found.locked ? word('A field that is only read cannot be required.') : ''),
    tick(word('Only to read'), found.locked, (on) => edit((form) => setOwn(form, pointer, 'readOnly', on || undefined))),
    widgets.length ? labelled(word('Shown as'), choice(widgets, found.widget ?? widgets[0][0], (value) => edit((form) => setWidget(form, pointer, value)))) : '',
    ...drawingHints(editor, found, edit),
    showWhen(editor, found),
    own.$ref ? el('p', { class: 'muted small', text: word('What is left empty here is as the case calls it.') }) : '',
    texts(word('Title here'), own.title, languages, (title) => editor.typed((form) => setOwn(form, pointer, 'title', title)), base.title),
    texts(word('Help here'), own.description, languages, (text) => editor.typed((form) => setOwn(form, pointer, 'description', text)), base.description),
  ];
}

/** Of a table of rows: what a drawing is about, and which columns offer what the house knows. */
function drawingHints({ state, caseSchema, index }, found, edit) {
  if (found.kind !== 'rows') return [];
  const none = ['', word('nothing')], title = (schema, name) => lineFor(schema.title, index) || name;
  const texts = fieldsOf(state.form, caseSchema).filter(({ kind }) => ['text', 'area'].includes(kind)).map(({ pointer, schema }) => [pointer, title(schema, pointer)]);
  const head = ['fishbone', 'why_chain'].includes(found.widget) && labelled(word('What is drawn is about'),
    choice([none, ...texts], state.form.ui?.head?.[found.pointer] ?? '', (value) => edit((form) => setHint(form, 'head', found.pointer, value || undefined))));
  return [head, ...textColumns(found.schema).map(([name, cell]) => labelled(word('Column {title} offers', { title: title(cell, name) }),
    choice([none, ...pickers()], state.form.ui?.cells?.[found.pointer]?.[name] ?? '', (value) => edit((form) => setCell(form, found.pointer, name, value || undefined)))))].filter(Boolean);
}

function choice(options, now, onchange) {
  const made = el('select', { class: 'form-select', onchange: ({ target }) => onchange(target.value) }, options.map(([value, text]) => el('option', { value, text })));
  made.value = now;
  return made;
}
