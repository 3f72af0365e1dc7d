// Fingers on a diagram: one drags, two pinch. The library itself knows mouse and keyboard only.
const SMALLEST = 0.15, LARGEST = 4;

const middle = ([a, b = a]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const spread = ([a, b]) => (b ? Math.hypot(a.x - b.x, a.y - b.y) : 0);

/** Lets fingers move and scale `canvas` inside `host`. */
export function wireTouch(host, canvas) {
  const fingers = new Map();
  const at = (event) => ({ x: event.clientX, y: event.clientY });

  function move(before, after) {
    const from = middle(before), to = middle(after);
    canvas.scroll({ dx: to.x - from.x, dy: to.y - from.y });
    if (after.length < 2) return;
    const box = host.getBoundingClientRect();
    const scale = canvas.zoom() * (spread(after) / Math.max(spread(before), 1));
    canvas.zoom(Math.min(LARGEST, Math.max(SMALLEST, scale)), { x: to.x - box.left, y: to.y - box.top });
  }
  host.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, at(event));
  });
  host.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, at(event));
    move(before.slice(0, 2), [...fingers.values()].slice(0, 2));
  });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) {
    host.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
}
