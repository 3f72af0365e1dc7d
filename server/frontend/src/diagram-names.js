// Diagrams carry their names in several languages, one line each. The reader sees his own line.

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';

/** Line `index` of a text of several lines; a single line serves everybody, a missing one falls back to the first. */
export function pickLine(text, index) {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.length < 2 ? text : lines[index] || lines[0];
}

/** The same XML with every name reduced to one language; XML that cannot be parsed is left for the viewer to complain about. */
export function pickNames(xml, index) {
  const tree = new DOMParser().parseFromString(xml, 'application/xml');
  if (tree.querySelector('parsererror')) return xml;
  for (const element of tree.querySelectorAll('[name]')) {
    if (element.namespaceURI === BPMN) element.setAttribute('name', pickLine(element.getAttribute('name'), index));
  }
  return new XMLSerializer().serializeToString(tree);
}
