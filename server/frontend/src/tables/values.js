// Help for the cell at hand: the values its field can have, to be put in with a click, and how conditions are written.
import { button, el } from '../editing/element.js';
import { word } from '../studio/words.js';
import { columnOf } from './places.js';

function literal(value) {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** The cell's text with the value in it, or without when it was there: values of a condition are a list. */
export function withValue(text, value, several) {
  const wanted = literal(value), there = (text ?? '').trim();
  if (!several) return wanted;
  const parts = there && there !== '-' ? there.match(/"(?:[^"\\]|\\.)*"|[^,]+/g).map((part) => part.trim()).filter(Boolean) : [];
  return (parts.includes(wanted) ? parts.filter((part) => part !== wanted) : [...parts, wanted]).join(', ');
}

function fieldOf({ column, isInput }, fields) {
  const path = isInput ? column.inputExpression?.text?.trim() : column.name;
  return fields.find((field) => field.path === path);
}

function examples(field, isInput) {
  const kind = field?.type;
  if (!isInput) return word('A result: a text in quotes, a number, true, false, null, or an expression over the case.');
  if (kind === 'number' || kind === 'integer') return word('Write 5, >= 5, [1..5], > 1 and < 9 as: ? > 1 and ? < 9. Empty: any value.');
  if (kind === 'boolean') return word('Write true or false. Empty: any value.');
  if (kind === 'date' || kind === 'date-time') return word('Write a date in quotes: >= "2026-01-31". Empty: any value.');
  return word('Write "A", several as "A", "B", all others as not("A", "B"). Empty: any value.');
}

/** Shows the help for the selected cell in `place`; `modeling()` gives the open table's modeling. */
export function showValues(place, modeler, id, fields, modeling) {
  const found = id && columnOf(modeler, id);
  if (!found) {
    place.replaceChildren(el('p', { class: 'muted', text: word('Click a cell: its field and how to write it are shown here.') }));
    return;
  }
  const field = fieldOf(found, fields), { cell, column, isInput } = found;
  const values = field?.values ?? (field?.type === 'boolean' ? [{ value: true, title: word('Yes') }, { value: false, title: word('No') }] : []);
  const put = ({ value }) => {
    modeling().editCell(cell, withValue(cell.text, value, isInput && field.type !== 'boolean'));
    showValues(place, modeler, id, fields, modeling);
  };
  place.replaceChildren(
    el('p', { class: 'cell-field' }, el('strong', { text: field?.title ?? column.label ?? '' }), ' ', el('code', { text: isInput ? column.inputExpression?.text ?? '' : column.name ?? '' })),
    values.length ? el('div', { class: 'cell-values' }, values.map((one) => button(`${literal(one.value)} ${one.title}`, () => put(one)))) : '',
    el('p', { class: 'muted small', text: examples(field, isInput) }),
  );
}
