// The columns of the table as plain fields: names in every language, the field looked at or written, chosen from the case's.
import { el, labelled, newId } from '../editing/element.js';
import { lineFor, linesOf, textOf } from '../editing/languages.js';
import { word } from '../studio/words.js';
import { openDecision } from './places.js';

function fieldList(fields) {
  const options = fields.filter(({ path }) => !path.includes('[]')).map(({ path, title }) => el('option', { value: path, label: title }));
  return el('datalist', { id: newId() }, options);
}

function labels(holder, languages, update) {
  const now = linesOf(holder.label, languages);
  return languages.map((language, place) => labelled(word('Title ({language})', { language }), el('input', {
    class: 'form-control', value: now[place],
    onchange: ({ target }) => {
      now[place] = target.value;
      update(textOf(now));
    },
  })));
}

/** Draws the columns into `place`; `change` calls its work with the table's modeling, so that it can be undone. */
export function showColumns(place, modeler, { fields, languages, language_index: index = 0 }, change, readOnly) {
  const table = openDecision(modeler)?.decisionLogic;
  if (!table) return place.replaceChildren();
  const offered = fieldList(fields);
  const column = (kind, one, path, rename) => el('details', { class: 'column', 'data-column': one.id },
    el('summary', {}, el('span', { class: 'count', text: kind }), ' ', lineFor(one.label, index) || path || '–', ' ', el('code', { text: path ?? '' })),
    labelled(word('Field of the case, or an expression'), el('input', {
      class: 'form-control', value: path ?? '', list: offered.id, onchange: ({ target }) => rename(target.value.trim()),
    })),
    labels(one, languages, (label) => change((modeling) => modeling.updateProperties(one, { label }))));
  const inputs = (table.input ?? []).map((one) => column(
    word('If'), one, one.inputExpression?.text, (text) => change((modeling) => modeling.editInputExpression(one.inputExpression, { text })),
  ));
  const outputs = (table.output ?? []).map((one) => column(
    word('Then'), one, one.name, (name) => change((modeling) => modeling.editOutputName(one, name || undefined)),
  ));
  const open = [...place.querySelectorAll('details[open]')].map((one) => one.dataset.column);
  place.replaceChildren(offered, el('fieldset', { disabled: readOnly }, inputs, outputs));
  for (const one of place.querySelectorAll('details')) one.open = open.includes(one.dataset.column);
}
