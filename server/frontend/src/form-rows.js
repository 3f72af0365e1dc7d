// A table of rows:
//   <div data-rows [data-max-rows="20"] [data-text-gone data-text-back data-text-row]>
//     … <tbody data-rows-body> <tr data-row>…<button data-remove-row> [data-copy-row, data-row-up, data-row-down]</tr> </tbody>
//     <template data-row-template> one row, with __row__ where the row's index stands </template>
//     <button type="button" data-add-row> </div>
// Gaps in the numbers are fine: the server reads the rows in the order of the page. Each new row is told by the event `rowadded`.
import { el } from './editing/element.js';

const BUTTONS = '[data-add-row], [data-remove-row], [data-copy-row], [data-row-up], [data-row-down]';
const CONTROLS = 'input:not([type=hidden]), select, textarea';

function fill(node, from, to) {
  for (const element of node.querySelectorAll('*')) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes(from)) attribute.value = attribute.value.replaceAll(from, to);
    }
  }
}

const rowsOf = (table) => [...table.querySelector('[data-rows-body]').children].filter((row) => row.matches('[data-row]'));
const most = (table) => Number(table.dataset.maxRows ?? Infinity);
const indexOf = (row) => /-(\d+)(?:-|$)/.exec([...row.querySelectorAll('[name]')].find(({ name }) => /-\d+-/.test(name))?.name ?? '')?.[1];

function nextIndex(table) {
  const taken = [...table.querySelectorAll('[data-rows-body] [name], .row-gone [name]')].flatMap((control) => /-(\d+)(?:-|$)/.exec(control.name)?.[1] ?? []);
  const next = Math.max(Number(table.dataset.nextRow ?? 0), ...taken.map((number) => Number(number) + 1), 0);
  table.dataset.nextRow = next + 1;
  return next;
}

function put(table, row, before = null) {
  table.querySelector('[data-rows-body]').insertBefore(row, before);
  row.querySelector(CONTROLS)?.focus();
  row.dispatchEvent(new CustomEvent('rowadded', { bubbles: true }));
}

function addRow(table) {
  const made = table.querySelector(':scope > template[data-row-template]').content.cloneNode(true);
  fill(made, '__row__', String(nextIndex(table)));
  put(table, made.querySelector('[data-row]'));
}

/** The same again right below; a row of its own, so without the id of the first. */
function copyRow(table, row) {
  const made = row.cloneNode(true), name = table.querySelector('[data-add-row]').value;
  [...row.querySelectorAll(CONTROLS)].forEach((control, place) => {
    const twin = made.querySelectorAll(CONTROLS)[place];
    if (control.type === 'checkbox' || control.type === 'radio') twin.checked = control.checked;
    else twin.value = control.value;
  });
  const old = indexOf(row), next = nextIndex(table);
  for (const hidden of made.querySelectorAll('input[type=hidden]')) hidden.value = '';
  fill(made, `${name}-${old}-`, `${name}-${next}-`);
  for (const button of made.querySelectorAll('button[value]')) button.value = button.value.replace(new RegExp(`-${old}$`), `-${next}`);
  put(table, made, row.nextElementSibling);
}

function moveRow(row, button, by) {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other?.matches('[data-row]')) return;
  if (by < 0) other.before(row);
  else other.after(row);
  button.focus();
}

function removeRow(table, row, changed) {
  const next = row.nextElementSibling, neighbour = next ?? row.previousElementSibling;
  row.remove();
  (neighbour?.querySelector('[data-remove-row]') ?? table.querySelector('[data-add-row]'))?.focus();
  table.querySelector('.row-gone')?.remove();
  if (!table.dataset.textGone) return;
  const line = el('div', { class: 'row-gone', role: 'status' }, el('span', { text: table.dataset.textGone }), ' ', el('button', {
    type: 'button', class: 'btn btn-sm btn-outline-secondary', text: table.dataset.textBack, 'data-put-back': '',
    onclick: () => {
      if (rowsOf(table).length >= most(table)) return;
      line.remove();
      put(table, row, next?.isConnected ? next : null);
      changed();
    },
  }));
  table.querySelector(':scope > [data-add-row]').before(line);
}

function settle(table) {
  const rows = rowsOf(table), full = rows.length >= most(table);
  for (const button of table.querySelectorAll('[data-add-row], [data-copy-row]')) button.disabled = full;
  rows.forEach((row, place) => {
    const up = row.querySelector('[data-row-up]'), down = row.querySelector('[data-row-down]');
    if (up) up.hidden = place === 0;
    if (down) down.hidden = place === rows.length - 1;
    const label = row.getAttribute('aria-label');
    if (label && table.dataset.textRow) row.setAttribute('aria-label', `${label.slice(0, label.lastIndexOf(', '))}, ${table.dataset.textRow.replace('#', place + 1)}`);
  });
}

/** Wires every table of rows in the form; `changed` is called after each change. */
export function wireRows(form, changed) {
  form.querySelectorAll('[data-rows]').forEach(settle);
  form.addEventListener('click', (event) => {
    const button = event.target.closest(BUTTONS), table = button?.closest('[data-rows]');
    if (!table) return;
    event.preventDefault(); // without script these buttons submit, and the server does the same
    const row = button.closest('[data-row]'), after = () => {
      settle(table);
      changed();
    };
    if (button.matches('[data-add-row]')) addRow(table);
    else if (button.matches('[data-copy-row]')) copyRow(table, row);
    else if (button.matches('[data-remove-row]')) removeRow(table, row, after);
    else moveRow(row, button, button.matches('[data-row-up]') ? -1 : 1);
    after();
  });
}
