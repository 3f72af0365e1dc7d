// The keyboard on a diagram: arrows move it, + and - scale it, 0 shows all of it.
const STEP = 60; // pixels
const MOVES = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
const SCALES = { '+': 'in', '=': 'in', '-': 'out', 0: 'fit' };

/** Wires the keys to `actions` {in, out, fit}; the wheel belongs to the page until the diagram has the focus. */
export function wireKeys(host, viewer, actions) {
  const canvas = viewer.get('canvas');
  const drawing = canvas.getContainer().querySelector('svg[tabindex]');
  drawing.setAttribute('role', 'img');
  drawing.setAttribute('aria-label', host.getAttribute('aria-label') ?? '');
  drawing.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key], scale = SCALES[event.key];
    if (!move && !scale) return;
    event.preventDefault();
    if (move) canvas.scroll({ dx: move[0], dy: move[1] });
    else actions[scale]();
  });
  viewer.on('canvas.focus.changed', ({ focused }) => viewer.get('zoomScroll').toggle(focused));
}
