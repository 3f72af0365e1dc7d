// What a kind of field is called, and the ways it can be shown.
import { word } from '../studio/words.js';

/** The name of a kind of field, for people. */
export function kindWord(kind) {
  return {
    text: word('text'), area: word('long text'), number: word('number'), integer: word('whole number'), date: word('date'),
    moment: word('date and time'), email: word('e-mail address'), choice: word('choice'), boolean: word('yes or no'),
    files: word('attachments'), rows: word('rows'), list: word('list'), group: word('group'),
  }[kind] ?? kind;
}

const cells = (schema) => Object.entries(schema?.items?.properties ?? {}).filter(([name]) => name !== 'id').map(([, cell]) => cell);
const isChoice = (cell) => Boolean(cell.oneOf ?? cell.anyOf ?? cell.enum);
const isText = (cell) => (cell.type ?? 'string') === 'string' && !isChoice(cell) && !('const' in cell) && !cell.format;

/** [hint, words] of what a text field can offer while it is typed. */
export function pickers() {
  return [['person', word('people of the house')], ['customer', word('customers')], ['part', word('part numbers')], ['complaint', word('earlier complaints')]];
}

/** Like server/domain/form_widgets.py: what a table of rows must have to be drawn. */
function drawnAs(schema) {
  const texts = cells(schema).filter(isText).length, choice = cells(schema).some(isChoice);
  return [
    texts && choice && ['fishbone', word('fishbone')], texts && ['why_chain', word('chain of whys')],
    choice && texts > 1 && ['is_is_not', word('IS / IS NOT')],
  ].filter(Boolean);
}

/** Columns of a table of rows that can be pickers: [name, schema]. */
export function textColumns(schema) {
  return Object.entries(schema?.items?.properties ?? {}).filter(([name, cell]) => name !== 'id' && isText(cell));
}

/** [hint, words] of the ways a field of this kind can be shown; the first is how it is shown without a hint. */
export function widgetsFor(kind, schema) {
  if (['text', 'area'].includes(kind)) return [['', word('one line')], ['textarea', word('several lines')], ...pickers()];
  if (kind === 'files') return [['files', word('choose files')], ['photos', word('take or choose photos')]];
  if (kind === 'rows') return [['', word('one card a row')], ['table', word('table')], ...drawnAs(schema)];
  return [];
}
