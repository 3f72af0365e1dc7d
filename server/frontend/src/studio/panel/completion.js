// What may stand where somebody types: fields of the case by path, and functions.
const MOST = 8;
const WORD = /[A-Za-z_][A-Za-z0-9_.]*$/;

/** True when the caret stands inside quotes, where everything is a plain text. */
function quoted(before) {
  let quote = '';
  for (const sign of before) {
    if (quote) quote = sign === quote ? '' : quote;
    else if (sign === '"' || sign === "'") quote = sign;
  }
  return Boolean(quote);
}

function candidates({ fields = [], functions = [] }) {
  return [
    ...fields.map(({ path, title, type }) => ({ value: path, title: title ?? type ?? '' })),
    ...functions.map(({ name, signature, description }) => ({ value: `${name}(`, title: signature ?? description ?? '' })),
  ];
}

/** At most eight [{value, title}] for the text before the caret; none where nothing was begun or all of it stands there. */
export function complete(vocabulary, text, caret) {
  const before = text.slice(0, caret), begun = WORD.exec(before)?.[0] ?? '';
  if (!begun || quoted(before)) return [];
  const low = begun.toLowerCase();
  const fits = candidates(vocabulary).filter(({ value }) => value.toLowerCase().includes(low) && value !== begun);
  const first = ({ value }) => (value.toLowerCase().startsWith(low) ? 0 : 1);
  return fits.sort((a, b) => first(a) - first(b)).slice(0, MOST);
}

/** The text with what was begun at the caret replaced, and where the caret stands then. */
export function insert(text, caret, { value }) {
  const before = text.slice(0, caret).replace(WORD, '') + value;
  return { text: before + text.slice(caret), caret: before.length };
}
