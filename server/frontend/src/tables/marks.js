// Marks on cells and rules by a style sheet of our own: the table draws its cells anew whenever it likes.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

const COLOURS = { error: '#ae1f17', warning: '#d99a1c', info: '#0b5a87' };
const state = { findings: [], rules: [] };

function at(id) {
  return `[data-element-id="${CSS.escape(id)}"]`;
}

function draw() {
  const rules = [];
  for (const { element, severity } of [...state.findings].reverse()) { // the most serious of a cell comes last
    if (!element) continue;
    const colour = COLOURS[severity];
    rules.push(`.tjs-table td${at(element)}, .tjs-table th${at(element)} { box-shadow: inset 0 -3px ${colour}, inset 3px 0 ${colour} }`);
    rules.push(`.tjs-table td[data-row-id="${CSS.escape(element)}"] { box-shadow: inset 0 -3px ${colour} }`);
  }
  for (const id of state.rules) {
    rules.push(`.tjs-table td[data-row-id="${CSS.escape(id)}"] { background: var(--green-tint) }`);
  }
  sheet.replaceSync(rules.join('\n'));
}

/** Marks the places of these findings; the most serious first. */
export function markFindings(findings) {
  state.findings = findings;
  draw();
}

/** Marks the rules with these ids as those that hold. */
export function markRules(ids) {
  state.rules = ids;
  draw();
}
