// Looking at the drawing: the whole of it, one element of it, larger and smaller.
const PAD = { left: 112, top: 24, right: 24, bottom: 44 }; // the palette at the left, the mark of bpmn.io at the bottom
const READABLE = 0.55; // below this scale nobody reads a task's name

/** Shows the whole diagram beside the palette; a very large one from its upper left corner, at a size that can be read. */
export function fit(canvas, whole = true) {
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !inner.width) return;
  const left = matchMedia('(max-width: 991.98px)').matches ? 8 : PAD.left;
  const all = Math.min(1, (outer.width - left - PAD.right) / inner.width, (outer.height - PAD.top - PAD.bottom) / inner.height);
  const scale = whole ? all : Math.max(all, READABLE);
  const width = outer.width / scale, height = outer.height / scale;
  const y = inner.height > height ? inner.y - PAD.top / scale : inner.y - (height - inner.height) / 2;
  canvas.viewbox({ x: inner.x - left / scale, y, width, height });
}

/** Selects the element and brings it into the middle, at a size that can be read. Says whether the diagram has it. */
export function goTo(modeler, id) {
  const element = drawnAs(modeler, id), canvas = modeler.get('canvas');
  if (!element) return false;
  openPlaneOf(modeler, element);
  if (element.parent || element === canvas.getRootElement()) modeler.get('selection').select(element.parent ? element : null);
  if (element.parent) centre(canvas, element);
  return true;
}

/** Moves the drawing so that the element stands in the middle. */
export function centre(canvas, element) {
  if (canvas.zoom() < READABLE) canvas.zoom(READABLE, { x: 0, y: 0 });
  const { outer, scale } = canvas.viewbox();
  const width = outer.width / scale, height = outer.height / scale;
  const { x, y } = middleOf(element);
  canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
}

/** What shows the element of that id: a process is shown by its pool. */
export function drawnAs(modeler, id) {
  const registry = modeler.get('elementRegistry');
  return registry.get(id) ?? registry.find(({ businessObject }) => businessObject?.get?.('processRef')?.id === id);
}

/** Opens the drawing the element is on: a collapsed sub-process has one of its own. */
export function openPlaneOf(modeler, element) {
  const canvas = modeler.get('canvas'), root = canvas.findRoot(element);
  if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
}

/** The middle of a shape, or of the line of a flow. */
export function middleOf(element) {
  if (!element.waypoints) return { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  const at = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)], next = element.waypoints[Math.ceil(element.waypoints.length / 2)];
  return { x: (at.x + next.x) / 2, y: (at.y + next.y) / 2 };
}
