// Puts what happened onto the drawing. Colour never stands alone: a tick, a dot or an exclamation mark goes with it.

const BADGES = { done: '✓', active: '●', incident: '!' };

function badge(overlays, id, kind) {
  const html = Object.assign(document.createElement('span'), { className: `mark-badge mark-badge-${kind}`, textContent: BADGES[kind] });
  overlays.add(id, 'mark', { position: { top: -10, right: 14 }, html });
}

/** Marks the elements of `{done, flows, active, incident, labels}`; ids that this diagram does not have are passed over. */
export function drawMarks(viewer, marks) {
  const canvas = viewer.get('canvas'), overlays = viewer.get('overlays'), registry = viewer.get('elementRegistry');
  const known = (kind) => [...new Set(marks[kind] ?? [])].filter((id) => registry.get(id));
  const strongest = new Map();
  for (const kind of ['done', 'active', 'incident']) for (const id of known(kind)) strongest.set(id, kind);
  for (const id of known('flows')) canvas.addMarker(id, 'mark-flow');
  for (const [id, kind] of strongest) {
    canvas.addMarker(id, `mark-${kind}`);
    const { width } = registry.get(id);
    if (kind !== 'done' || width >= 80) badge(overlays, id, kind); // a tick on every gateway would be noise
  }
  drawLabels(viewer, marks.labels);
}

/** The middle of a connection's longest leg, from the upper left corner of all of it. */
function middleOf({ waypoints }) {
  const left = Math.min(...waypoints.map(({ x }) => x)), top = Math.min(...waypoints.map(({ y }) => y));
  const legs = waypoints.slice(1).map((to, index) => [waypoints[index], to, Math.hypot(to.x - waypoints[index].x, to.y - waypoints[index].y)]);
  const [from, to] = legs.reduce((best, leg) => (leg[2] > best[2] ? leg : best));
  return { left: (from.x + to.x) / 2 - left - 12, top: (from.y + to.y) / 2 - top - 10 };
}

/** Short texts on elements and flows: how long, how often. */
function drawLabels(viewer, labels) {
  const overlays = viewer.get('overlays'), registry = viewer.get('elementRegistry');
  for (const [id, text] of Object.entries(labels ?? {})) {
    const element = registry.get(id);
    if (!element) continue;
    const html = Object.assign(document.createElement('span'), { className: 'mark-label', textContent: text });
    const beside = element.width < 80 ? { top: -16, left: -12 } : { bottom: 8, left: 4 }; // names of small shapes stand below
    overlays.add(id, 'label', { position: element.waypoints ? middleOf(element) : beside, html });
  }
}

/** Colours and figures of `{heat: {id: {shade: 0 to 5, text, href}}}`; the figure is always written, whatever the colour. */
export function drawHeat(viewer, heat) {
  const canvas = viewer.get('canvas'), overlays = viewer.get('overlays'), registry = viewer.get('elementRegistry');
  for (const [id, { shade, text, href }] of Object.entries(heat)) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, `heat-${shade}`);
    if (href) canvas.addMarker(id, 'heat-link');
    const html = Object.assign(document.createElement('span'), { className: 'heat-figure', textContent: text });
    overlays.add(id, 'heat', { position: { top: -14, right: 20 }, html, scale: { min: 0.85 } }); // never too small to read
  }
}

/** The shape to look at first: trouble, else the current step, else what the page says. */
export function focusOf(viewer, marks) {
  const registry = viewer.get('elementRegistry');
  return [...(marks.incident ?? []), ...(marks.active ?? []), marks.focus].filter(Boolean).map((id) => registry.get(id)).find(Boolean);
}
