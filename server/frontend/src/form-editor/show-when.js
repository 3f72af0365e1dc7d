// When a field is shown: always, or while another field of the form has a value.
import { el, labelled } from '../editing/element.js';
import { lineFor } from '../editing/languages.js';
import { word } from '../studio/words.js';
import { fieldsOf, setHint } from './form-model.js';

const KINDS = new Set(['choice', 'boolean', 'text', 'number', 'integer']);

function optionsOf(field, index) {
  if (field.kind === 'boolean') return [[true, word('Yes')], [false, word('No')]];
  const choices = field.schema.oneOf ?? field.schema.anyOf;
  return choices ? choices.map((one) => [one.const, lineFor(one.title, index) || String(one.const)]) : (field.schema.enum ?? []).map((one) => [one, String(one)]);
}

function select(options, now, onchange) {
  const made = el('select', { class: 'form-select', onchange: ({ target }) => onchange(target.value) }, options.map(([value, text]) => el('option', { value, text })));
  made.value = now;
  return made;
}

/** The values the condition takes, as check boxes where the field has choices, else as one text. */
function values(other, when, index, update) {
  const options = optionsOf(other, index), chosen = when.in ?? [when.not_equals ?? when.equals].filter((one) => one !== undefined);
  if (!options.length) {
    return labelled(word('Value'), el('input', { class: 'form-control', value: chosen.join(', '), onchange: ({ target }) => update([typed(target.value, other.kind)]) }));
  }
  const boxes = options.map(([value, text]) => {
    const box = el('input', { type: 'checkbox', class: 'form-check-input', 'data-focus': `when ${text}` });
    box.checked = chosen.includes(value);
    box.addEventListener('change', () => update(options.filter(([one], place) => (one === value ? box.checked : boxes[place].input.checked)).map(([one]) => one)));
    return { input: box, line: el('label', { class: 'form-check edit-tick' }, box, el('span', { text })) };
  });
  return el('div', { class: 'edit-field', role: 'group', 'aria-label': word('Value') }, boxes.map(({ line }) => line));
}

function typed(text, kind) {
  const number = Number(text);
  return ['number', 'integer'].includes(kind) && text.trim() && !Number.isNaN(number) ? number : text;
}

function rule(field, not, chosen) {
  if (not) return { field, not_equals: chosen[0] };
  return chosen.length === 1 ? { field, equals: chosen[0] } : { field, in: chosen };
}

/** The controls of a field's condition. */
export function showWhen(editor, field) {
  const { state, caseSchema, index } = editor, when = field.when;
  const others = fieldsOf(state.form, caseSchema).filter(({ pointer, kind }) => pointer !== field.pointer && KINDS.has(kind));
  const put = (value) => state.edit((form) => setHint(form, 'show_when', field.pointer, value));
  const title = (one) => lineFor(one.schema.title, index) || one.pointer;
  const source = select([['', word('always')], ...others.map((one) => [one.pointer, word('depending on: {field}', { field: title(one) })])], when?.field ?? '', (pointer) => {
    if (!pointer) return put(undefined);
    const [first] = optionsOf(others.find((one) => one.pointer === pointer), index);
    put({ field: pointer, equals: first ? first[0] : '' });
  });
  const other = when && others.find((one) => one.pointer === when.field);
  const not = when && 'not_equals' in when;
  return [
    labelled(word('Shown'), source, when ? '' : word('What is hidden is neither asked for nor sent.')),
    other ? labelled(word('While it'), select([['is', word('is one of')], ['not', word('is not')]], not ? 'not' : 'is', (value) => put(rule(when.field, value === 'not', when.in ?? [when.not_equals ?? when.equals])))) : '',
    other ? values(other, when, index, (chosen) => chosen.length && put(rule(when.field, not, chosen))) : '',
  ];
}
