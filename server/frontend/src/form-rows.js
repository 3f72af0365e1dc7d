// A table of rows:
//   <div data-rows [data-max-rows="20"]>
//     … <tbody data-rows-body> <tr data-row>…<button type="button" data-remove-row></tr> </tbody>
//     <template data-row-template> one row, with __row__ where the row's index stands </template>
//     <button type="button" data-add-row> </div>
// Gaps in the numbers are fine: the server reads the indices it finds.

function fill(node, index) {
  for (const element of node.querySelectorAll('*')) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes('__row__')) attribute.value = attribute.value.replaceAll('__row__', index);
    }
  }
}

function nextIndex(table) {
  const taken = [...table.querySelectorAll('[data-rows-body] [name]')].flatMap((control) => /-(\d+)(?:-|$)/.exec(control.name)?.[1] ?? []);
  const next = Math.max(Number(table.dataset.nextRow ?? 0), ...taken.map((number) => Number(number) + 1), 0);
  table.dataset.nextRow = next + 1;
  return next;
}

function addRow(table) {
  const row = table.querySelector(':scope > template[data-row-template]').content.cloneNode(true);
  fill(row, nextIndex(table));
  const body = table.querySelector('[data-rows-body]');
  body.append(row);
  body.lastElementChild.querySelector('input:not([type=hidden]), select, textarea')?.focus();
}

function removeRow(table, button) {
  const row = button.closest('[data-row]');
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (neighbour?.querySelector('[data-remove-row]') ?? table.querySelector('[data-add-row]'))?.focus();
}

function limit(table) {
  const full = table.querySelectorAll('[data-rows-body] > [data-row]').length >= Number(table.dataset.maxRows ?? Infinity);
  for (const button of table.querySelectorAll('[data-add-row]')) button.disabled = full;
}

/** Wires every table of rows in the form; `changed` is called after each change. */
export function wireRows(form, changed) {
  form.querySelectorAll('[data-rows]').forEach(limit);
  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-add-row], [data-remove-row]');
    const table = button?.closest('[data-rows]');
    if (!table) return;
    event.preventDefault(); // without script these buttons submit, and the server adds or drops the row
    if (button.matches('[data-add-row]')) addRow(table);
    else removeRow(table, button);
    limit(table);
    changed();
  });
}
