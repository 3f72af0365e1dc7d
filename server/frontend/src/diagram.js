// A BPMN diagram to look at: where the case has been, where it is, where it hurts.
//   <div class="diagram" id="d1" data-diagram="URL of the XML" data-language-index="0"
//        data-marks='URL, or {"done": [ids], "flows": [ids], "active": [ids], "incident": [ids], "labels": {id: text},
//          "heat": {id: {"shade": 0 to 5, "text", "href"}}, "focus": id}' data-text-failed="…"></div>
//   <button type="button" data-zoom="in" data-for="d1">        (also "out" and "fit")
// Sets data-ready when drawn (data-warnings: how many bpmn-js had), data-failed when that cannot be done; a tapped element is sent on as `diagram:element`.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import { pickNames } from './diagram-names.js';
import { wireKeys } from './diagram-keys.js';
import { wireTouch } from './diagram-touch.js';
import { drawHeat, drawMarks, focusOf } from './diagram-marks.js';

const MARGIN = 20; // units of the diagram around it, rather than half a window of nothing
const WIDE = 700; // pixels
const READABLE = 0.45; // below this scale nobody reads a task's name on a phone

async function load(url, kind) {
  const answer = await fetch(url, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer[kind]();
}

function within(wanted, least, most) {
  return Math.max(least - MARGIN, Math.min(wanted, most + MARGIN));
}

/** The whole diagram; where that would be too small to read, the step the case stands at. */
function fit(viewer, marks, whole = false) {
  const canvas = viewer.get('canvas');
  canvas.resized();
  canvas.zoom('fit-viewport', 'auto');
  const here = focusOf(viewer, marks);
  const wide = marks.heat && canvas.getContainer().clientWidth >= WIDE; // of a heat map the whole is looked at
  if (whole || wide || !here || canvas.zoom() >= READABLE) return;
  canvas.zoom(0.8, { x: 0, y: 0 });
  const { inner, outer, scale } = canvas.viewbox();
  const width = outer.width / scale, height = outer.height / scale;
  const x = within(here.x + here.width / 2 - width / 2, inner.x, inner.x + inner.width - width);
  const y = within(here.y + here.height / 2 - height / 2, inner.y, inner.y + inner.height - height);
  canvas.viewbox({ x, y, width, height });
}

function wireButtons(host, actions) {
  for (const button of document.querySelectorAll(`[data-zoom][data-for="${CSS.escape(host.id)}"]`)) {
    button.addEventListener('click', () => actions[button.dataset.zoom]());
  }
}

async function show(host) {
  const given = host.dataset.marks ?? '{}';
  const [xml, marks] = await Promise.all([
    load(host.dataset.diagram, 'text'),
    given.trimStart().startsWith('{') ? JSON.parse(given) : load(given, 'json'),
  ]);
  const viewer = new Viewer({ container: host, zoomScroll: { enabled: false } });
  const { warnings } = await viewer.importXML(pickNames(xml, Number(host.dataset.languageIndex ?? 0)));
  host.dataset.warnings = warnings.length;
  drawMarks(viewer, marks);
  drawHeat(viewer, marks.heat ?? {});
  fit(viewer, marks);
  const actions = {
    in: () => viewer.get('zoomScroll').stepZoom(1),
    out: () => viewer.get('zoomScroll').stepZoom(-1),
    fit: () => fit(viewer, marks, true),
  };
  wireTouch(host, viewer.get('canvas'));
  wireKeys(host, viewer, actions);
  wireButtons(host, actions);
  viewer.on('element.click', ({ element }) => {
    const { href } = marks.heat?.[element.labelTarget?.id ?? element.id] ?? {};
    if (href) location.assign(href);
    host.dispatchEvent(new CustomEvent('diagram:element', { bubbles: true, detail: element.id }));
  });
  let width = host.clientWidth; // a phone turned on its side; not the keyboard coming up
  new ResizeObserver(() => {
    if (!host.clientWidth || host.clientWidth === width) return;
    width = host.clientWidth;
    fit(viewer, marks);
  }).observe(host);
}

for (const host of document.querySelectorAll('[data-diagram]')) {
  show(host).then(() => { host.dataset.ready = '1'; }, (error) => {
    host.dataset.failed = error.message;
    host.append(Object.assign(document.createElement('p'), { className: 'diagram-failed', textContent: host.dataset.textFailed ?? error.message }));
  });
}
