// Where things are in the open table: the decision, its columns, a cell by its id, and going there.

/** The moddle element of the table that is open. */
export function openDecision(modeler) {
  return modeler.getActiveView()?.element;
}

function node(container, id) {
  const wanted = CSS.escape(id);
  return container.querySelector(`td[data-element-id="${wanted}"], th[data-element-id="${wanted}"]`)
    ?? container.querySelector(`td[data-row-id="${wanted}"]`);
}

function holds(decision, id) {
  const { decisionLogic: table } = decision;
  const inside = [decision, table, ...table.input ?? [], ...table.output ?? [], ...table.rule ?? []];
  return inside.some((one) => one.id === id || one.inputExpression?.id === id)
    || (table.rule ?? []).some((rule) => [...rule.inputEntry ?? [], ...rule.outputEntry ?? []].some((cell) => cell.id === id));
}

/** Opens the decision that holds the element and puts the cursor into its cell; true when that is another decision. */
export async function goTo(modeler, container, id) {
  const decision = modeler.decisions.find((one) => holds(one, id));
  if (!decision) return false;
  const other = openDecision(modeler) !== decision;
  if (other) await modeler.open(modeler.getView(decision));
  const found = node(container, id) ?? container.querySelector('.tjs-table');
  found?.scrollIntoView({ block: 'center', inline: 'center' });
  const target = found?.querySelector('[contenteditable]');
  if (target) target.focus();
  else if (found) found.click();
  return other;
}

/** {cell, column, isInput} of the cell with this id, or null. */
export function columnOf(modeler, id) {
  const table = openDecision(modeler)?.decisionLogic;
  for (const rule of table?.rule ?? []) {
    for (const [cells, columns, isInput] of [[rule.inputEntry, table.input, true], [rule.outputEntry, table.output, false]]) {
      const place = (cells ?? []).findIndex((cell) => cell.id === id);
      if (place >= 0) return { cell: cells[place], column: columns[place], isInput };
    }
  }
  return null;
}
