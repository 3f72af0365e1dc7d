// Two drawings of one process, before and after, with what came, went and changed.
//   <div data-difference data-language-index data-text-failed data-text-none>
//     <select data-pick><option value="process" data-old="URL" data-new="URL" data-marks='{"added","removed","changed"}'>
//     <button data-show="old|new|both">, <figure data-side="old|new"><div class="diagram">, <div class="diff-told">
// What a tapped element's change is stands in the lists of the page (li[data-process][data-element]); a link with
// data-process and data-go shows its element here. Sets data-ready on each diagram when drawn.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';
import './difference.css';
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import { pickNames } from './diagram-names.js';
import { wireKeys } from './diagram-keys.js';
import { wireTouch } from './diagram-touch.js';

const SIGNS = { added: '+', removed: '−', changed: '≠' };
const SIDES = { old: ['removed', 'changed'], new: ['added', 'changed'] };
const READABLE = 0.45; // below this scale nobody reads a task's name

const drawn = new Map(); // side -> {viewer, url}

async function xmlOf(url) {
  const answer = await fetch(url, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

/** Colour, sign and badge together; labels and flows get the sign at their middle. */
function mark(viewer, marks, side) {
  const registry = viewer.get('elementRegistry'), overlays = viewer.get('overlays');
  for (const kind of SIDES[side]) {
    for (const id of marks[kind] ?? []) {
      const element = registry.get(id);
      if (!element) continue;
      viewer.get('canvas').addMarker(id, `diff-${kind}`);
      const html = Object.assign(document.createElement('span'), { className: 'diff-mark', textContent: SIGNS[kind] });
      html.dataset.kind = kind;
      const { waypoints } = element;
      const middle = waypoints && waypoints[Math.floor((waypoints.length - 1) / 2)];
      const left = waypoints && Math.min(...waypoints.map((point) => point.x)), top = waypoints && Math.min(...waypoints.map((point) => point.y));
      overlays.add(id, 'difference', { position: middle ? { left: middle.x - left - 12, top: middle.y - top - 12 } : { top: -12, left: -12 }, html });
    }
  }
}

function focus(viewer, id) {
  const element = viewer.get('elementRegistry').get(id);
  if (!element) return false;
  const canvas = viewer.get('canvas');
  const box = element.waypoints ? { x: element.waypoints[0].x, y: element.waypoints[0].y, width: 0, height: 0 } : element;
  canvas.zoom(Math.max(canvas.zoom(), 0.8), { x: 0, y: 0 });
  const { outer, scale } = canvas.viewbox();
  const width = outer.width / scale, height = outer.height / scale;
  canvas.viewbox({ x: box.x + box.width / 2 - width / 2, y: box.y + box.height / 2 - height / 2, width, height });
  return true;
}

/** The whole drawing; where that would be too small to read, the first thing that changed. */
function fit(viewer, marks, side, whole = false) {
  const canvas = viewer.get('canvas');
  canvas.resized();
  canvas.zoom('fit-viewport', 'auto');
  if (whole || canvas.zoom() >= READABLE) return;
  const first = SIDES[side].flatMap((kind) => marks[kind] ?? []).find((id) => viewer.get('elementRegistry').get(id));
  if (first) focus(viewer, first);
}

function tell(root, process, id) {
  const box = root.querySelector('.diff-told');
  const found = [...document.querySelectorAll(`.diff-changes li[data-element="${CSS.escape(id)}"]`)]
    .filter((line) => line.dataset.process === process);
  box.hidden = false;
  box.replaceChildren();
  if (!found.length) {
    box.textContent = root.dataset.textNone;
    return;
  }
  const list = Object.assign(document.createElement('ul'), { className: 'diff-changes' });
  list.append(...found.map((line) => line.cloneNode(true)));
  box.append(list);
}

async function draw(root, figure, option) {
  const { side } = figure.dataset, host = figure.querySelector('.diagram'), url = option.dataset[side];
  figure.classList.toggle('diff-absent', !url);
  const marks = JSON.parse(option.dataset.marks);
  drawn.get(side)?.viewer.destroy();
  drawn.delete(side);
  delete host.dataset.ready;
  host.replaceChildren();
  if (!url) return;
  const viewer = new Viewer({ container: host, zoomScroll: { enabled: false } });
  drawn.set(side, { viewer, marks });
  try {
    await viewer.importXML(pickNames(await xmlOf(url), Number(root.dataset.languageIndex ?? 0)));
  } catch (error) {
    host.dataset.failed = error.message;
    host.append(Object.assign(document.createElement('p'), { className: 'diagram-failed', textContent: root.dataset.textFailed }));
    return;
  }
  mark(viewer, marks, side);
  fit(viewer, marks, side);
  wireTouch(host, viewer.get('canvas'));
  wireKeys(host, viewer, actionsOf(side));
  viewer.on('element.click', ({ element }) => tell(root, root.querySelector('[data-pick]').value, element.labelTarget?.id ?? element.id));
  host.dataset.ready = '1';
}

function actionsOf(side) {
  const zoom = (by) => drawn.get(side)?.viewer.get('zoomScroll').stepZoom(by);
  return { in: () => zoom(1), out: () => zoom(-1), fit: () => drawn.has(side) && fit(drawn.get(side).viewer, drawn.get(side).marks, side, true) };
}

async function show(root, goTo) {
  const option = root.querySelector('[data-pick]').selectedOptions[0];
  await Promise.all([...root.querySelectorAll('figure[data-side]')].map((figure) => draw(root, figure, option)));
  if (goTo) for (const { viewer } of drawn.values()) focus(viewer, goTo);
}

function wireSides(root) {
  const buttons = [...root.querySelectorAll('[data-show]')];
  for (const button of buttons) {
    button.addEventListener('click', () => {
      for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
      root.dataset.shown = button.dataset.show;
      for (const [side, { viewer, marks }] of drawn) if (['both', side].includes(button.dataset.show)) fit(viewer, marks, side);
    });
  }
  for (const button of root.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', () => actionsOf(button.dataset.for.replace('diagram-', ''))[button.dataset.zoom]());
  }
}

function wireLinks(root) {
  const pick = root.querySelector('[data-pick]');
  for (const link of document.querySelectorAll('a[data-go]')) {
    const { process, go } = link.dataset;
    if (!process || ![...pick.options].some((option) => option.value === process)) continue;
    link.addEventListener('click', async (event) => {
      event.preventDefault();
      if (pick.value !== process) {
        pick.value = process;
        await show(root, go);
      } else {
        for (const { viewer } of drawn.values()) focus(viewer, go);
      }
      tell(root, process, go);
      root.scrollIntoView({ block: 'start' });
    });
  }
}

for (const root of document.querySelectorAll('[data-difference]')) {
  wireSides(root);
  wireLinks(root);
  root.querySelector('[data-pick]').addEventListener('change', () => show(root));
  show(root);
}
