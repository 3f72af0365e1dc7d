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

/** [hint, words] of the ways a field of this kind can be shown; the first is how it is shown without a hint. */
export function widgetsFor(kind) {
  if (['text', 'area'].includes(kind)) return [['', word('one line')], ['textarea', word('several lines')]];
  if (kind === 'files') return [['files', word('choose files')], ['photos', word('take or choose photos')]];
  if (kind === 'rows') return [['', word('one card a row')], ['table', word('table')]];
  return [];
}
