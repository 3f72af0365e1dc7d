// A new field of the case: only ever added, so that no running complaint loses anything.
import { button, el, labelled } from '../editing/element.js';
import { textOf } from '../editing/languages.js';
import { word } from '../studio/words.js';
import { CELL_KINDS, KINDS, addCaseField, fieldSchema, groupsOf, keyFrom } from './case-schema.js';
import { kindWord } from './kinds.js';

const KEY = /^[a-z][a-z0-9_]{0,63}$/;
const NEW_GROUP = '+';

function input(more = {}) {
  return el('input', { class: 'form-control', ...more });
}

function select(options, onchange) {
  return el('select', { class: 'form-select', onchange }, options.map(([value, text]) => el('option', { value, text })));
}

/** A table of rows that grows: `cells()` makes the controls of one; give() reads those that have a key. */
function rows(title, cells, read) {
  const all = [], place = el('div', { class: 'new-rows' });
  const add = () => {
    const made = cells();
    const row = { made, line: el('div', { class: 'new-row' }, made.map(({ label, control }) => labelled(label, control)), button('×', () => {
      row.line.remove();
      all.splice(all.indexOf(row), 1);
    }, { 'aria-label': word('Remove this row') })) };
    all.push(row);
    place.append(row.line);
  };
  add();
  const node = el('fieldset', { class: 'new-part' }, el('legend', { text: title }), place, button(`+ ${word('Row')}`, add));
  return { node, give: () => all.map(({ made }) => read(made.map(({ control }) => control.value.trim()))).filter(({ key, value }) => key || value) };
}

function titleInputs(languages) {
  return languages.map((language) => ({ label: word('Title ({language})', { language }), control: input({ 'data-title': language }) }));
}

/** The key follows the title in a language of Latin letters until somebody types it. */
function follow(titles, key) {
  let own = false;
  key.addEventListener('input', () => { own = true; });
  for (const { control } of titles) {
    control.addEventListener('input', () => { if (!own && keyFrom(control.value)) key.value = keyFrom(control.value); });
  }
}

/** Opens the form for a new field; `added(pointer, group)` is called with a changed copy of the case schema. */
export function openNewField({ caseSchema, languages, index }, added) {
  const kind = select(KINDS.map((one) => [one, kindWord(one)]), draw);
  kind.dataset.kind = '';
  const group = select([...groupsOf(caseSchema, index), [NEW_GROUP, word('a new group …')]], draw);
  const groupKey = input({ 'data-group-key': '' }), groupTitles = titleInputs(languages);
  const key = input({ 'data-key': '', autocapitalize: 'none', spellcheck: 'false' }), titles = titleInputs(languages);
  follow(titles, key);
  follow(groupTitles, groupKey);
  const choices = rows(word('Choices'), () => [{ label: word('Value'), control: input({ 'data-choice': '' }) }, ...titleInputs(languages)],
    ([value, ...lines]) => ({ value, title: textOf(lines) ?? value }));
  const columns = rows(word('Columns'), () => {
    const made = titleInputs(languages), name = input({ 'data-column': '' });
    follow(made, name);
    return [...made, { label: word('Key'), control: name }, { label: word('Kind'), control: select(CELL_KINDS.map((one) => [one, kindWord(one)])) }];
  }, (values) => ({ title: textOf(values.slice(0, -2)), key: values.at(-2), kind: values.at(-1) }));
  const newGroup = el('div', {}, groupTitles.map(({ label, control }) => labelled(`${word('Group')}: ${label}`, control)), labelled(word('Key of the group'), groupKey));
  const problem = el('p', { class: 'notice notice-danger', role: 'alert', hidden: true });
  const form = el('form', { method: 'dialog', novalidate: true },
    el('h2', { text: word('A new field of the case') }),
    el('p', { class: 'muted small', text: word('It is added to the case for every form and diagram. Fields are never removed or narrowed: running complaints hold values by them.') }),
    titles.map(({ label, control }) => labelled(label, control)), labelled(word('Kind'), kind), choices.node, columns.node,
    labelled(word('Group'), group), newGroup,
    labelled(word('Key'), key, word('How expressions name it: small letters, digits and underscores. It cannot be changed later.')), problem,
    el('div', { class: 'edit-dialog-actions' }, el('button', { class: 'btn btn-primary', text: word('Add the field') }), button(word('Close'), () => box.close())));
  const box = el('dialog', { class: 'edit-dialog', 'aria-label': word('A new field of the case') }, form);

  function draw() {
    choices.node.hidden = kind.value !== 'choice';
    columns.node.hidden = kind.value !== 'rows';
    newGroup.hidden = group.value !== NEW_GROUP;
  }
  function refuse(text) {
    problem.textContent = text;
    problem.hidden = false;
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const title = textOf(titles.map(({ control }) => control.value)), fresh = group.value === NEW_GROUP;
    const home = fresh ? { key: groupKey.value.trim(), title: textOf(groupTitles.map(({ control }) => control.value)) } : { key: group.value };
    const wrong = problemOf({ title, key: key.value.trim(), home, fresh, kind: kind.value, choices: choices.give(), columns: columns.give(), caseSchema });
    if (wrong) return refuse(wrong);
    const schema = fieldSchema({ kind: kind.value, title, choices: choices.give(), columns: columns.give() }), changed = structuredClone(caseSchema);
    const pointer = addCaseField(changed, home, key.value.trim(), schema);
    box.close();
    added(changed, pointer);
  });
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  draw();
  box.showModal();
  titles[0].control.focus();
}

/** Why the field cannot be added, or ''. */
function problemOf({ title, key, home, fresh, kind, choices, columns, caseSchema }) {
  if (!title) return word('Give the field a title.');
  if (!KEY.test(key)) return word('A key begins with a small letter and holds small letters, digits and underscores.');
  if (fresh && (!KEY.test(home.key) || home.key in caseSchema.properties)) return word('Give the new group a key of its own, in small letters.');
  if (key in (caseSchema.properties[home.key]?.properties ?? {})) return word('The group has a field of this key already. Choose another one.');
  if (kind === 'choice' && (!choices.length || choices.some(({ value }) => !value))) return word('List at least one choice; each needs a value.');
  if (kind === 'choice' && new Set(choices.map(({ value }) => value)).size < choices.length) return word('Two choices have the same value.');
  if (kind !== 'rows') return '';
  if (!columns.length || columns.some((one) => !KEY.test(one.key) || one.key === 'id' || !one.title)) return word('List at least one column; each needs a title and a key other than id.');
  return new Set(columns.map((one) => one.key)).size < columns.length ? word('Two columns have the same key.') : '';
}
