// Two drawings beside each other; what the other side has otherwise is marked.
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import { pickNames } from '../diagram-names.js';

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
const PARTS = new Set(['process', 'subProcess', 'collaboration', 'definitions', 'laneSet', 'lane', 'transaction', 'adHocSubProcess']);

/** What an element says, without the elements that stand in it; blanks between elements do not count. */
function saying(element) {
  const copy = element.cloneNode(true);
  for (const inner of copy.querySelectorAll('[id]')) {
    if (PARTS.has(copy.localName) && inner.namespaceURI === BPMN) inner.remove();
  }
  // Which steps lie in a lane is seen at the steps.
  for (const inner of [...copy.children]) if (inner.localName === 'flowNodeRef') inner.remove();
  for (const node of [copy, ...copy.querySelectorAll('*')]) {
    for (const child of [...node.childNodes]) if (child.nodeType === 3 && !child.data.trim()) child.remove();
  }
  return new XMLSerializer().serializeToString(copy);
}

/** {id: what it says and where it is drawn} of a diagram. */
function elementsOf(xml) {
  const tree = new DOMParser().parseFromString(xml, 'application/xml');
  const found = new Map();
  for (const element of tree.querySelectorAll('[id]')) if (element.namespaceURI === BPMN) found.set(element.id, saying(element));
  for (const drawn of tree.querySelectorAll('[bpmnElement]')) {
    const id = drawn.getAttribute('bpmnElement');
    const numbers = [...drawn.querySelectorAll('*')].flatMap((each) => ['x', 'y', 'width', 'height'].map((name) => Number(each.getAttribute(name))));
    found.set(id, `${found.get(id) ?? ''}|${numbers.join(' ')}`);
  }
  return found;
}

/** Ids that `mine` has and `theirs` has otherwise or not at all. */
export function differing(mine, theirs) {
  const [here, there] = [elementsOf(mine), elementsOf(theirs)];
  return [...here.keys()].filter((id) => there.get(id) !== here.get(id));
}

async function draw(xml, place, ids, index) {
  const host = document.createElement('div');
  host.className = 'diagram compare-side';
  place.append(host);
  const viewer = new Viewer({ container: host });
  await viewer.importXML(pickNames(xml, index));
  const canvas = viewer.get('canvas'), registry = viewer.get('elementRegistry');
  for (const id of ids) if (registry.get(id) && registry.get(id) !== canvas.getRootElement()) canvas.addMarker(id, 'compare-differs');
  canvas.zoom('fit-viewport', 'auto');
  place.dataset.differs = ids.length;
}

/** For Saving: draws both sides. */
export const compareDiagrams = (index) => async (mine, theirs, places) => {
  await draw(mine, places.mine, differing(mine, theirs), index);
  await draw(theirs, places.theirs, differing(theirs, mine), index);
};
