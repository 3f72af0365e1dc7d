// Plays a counterexample on the drawing: step by step, back, or by itself; tokens run along the flows, unless the reader wants
// no motion. At the end it says what is wrong.
import { centre, openPlaneOf } from './view.js';
import { runOf } from './run.js';
import { word } from './words.js';

const PACE = 900; // milliseconds from step to step
const STILL = matchMedia('(prefers-reduced-motion: reduce)');

export class Player {
  /** place: the bar; it holds buttons [data-play=first|back|toggle|next|close], [data-play-step], [data-play-text]. */
  constructor(place, modeler, nameOf) {
    Object.assign(this, { place, modeler, nameOf, steps: [], at: -1 });
    this.part = (name) => place.querySelector(`[data-play-${name}]`);
    const actions = {
      first: () => this.go(0), back: () => this.go(this.at - 1), next: () => this.go(this.at + 1), toggle: () => this.toggle(),
      close: () => this.close(),
    };
    for (const button of place.querySelectorAll('[data-play]')) button.addEventListener(
      'click', () => { if (button.dataset.play !== 'toggle') this.stop(); actions[button.dataset.play](); },
    );
    place.addEventListener('keydown', (event) => {
      const name = { ArrowLeft: 'back', ArrowRight: 'next', Escape: 'close' }[event.key];
      if (name) { event.preventDefault(); this.stop(); actions[name](); }
    });
  }

  /** Opens the bar with a finding that has a counterexample, and starts playing. */
  open(finding) {
    this.close();
    this.finding = finding;
    this.steps = runOf(finding.counterexample, this.modeler.get('elementRegistry'));
    if (!this.steps.length) return;
    this.modeler.get('selection').select(null); // its buttons would lie over the way
    this.place.hidden = false;
    this.go(0);
    this.place.querySelector('[data-play=toggle]').focus({ preventScroll: true });
    this.place.parentElement.scrollIntoView({ block: 'start', behavior: STILL.matches ? 'auto' : 'smooth' });
    if (!STILL.matches) this.toggle();
  }

  close() {
    this.stop();
    this.#clear();
    this.place.hidden = true;
    this.steps = [];
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.#label();
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.at >= this.steps.length - 1) this.go(0);
    this.timer = setInterval(() => { this.go(this.at + 1); if (this.at >= this.steps.length - 1) this.stop(); }, PACE);
    this.#label();
  }

  go(wanted) {
    if (!this.steps.length) return;
    const forward = wanted === this.at + 1;
    this.at = Math.max(0, Math.min(wanted, this.steps.length - 1));
    this.#draw(forward && !STILL.matches);
  }

  #draw(moving) {
    const { element, by, marking } = this.steps[this.at], last = this.at === this.steps.length - 1;
    const canvas = this.modeler.get('canvas');
    this.#clear();
    openPlaneOf(this.modeler, element);
    for (const { element: before } of this.steps.slice(0, this.at)) this.#mark(before, 'play-done');
    for (const step of this.steps.slice(0, this.at + 1)) for (const flow of step.by) this.#mark(flow, 'play-flow');
    this.#mark(element, 'play-now');
    if (!this.#seen(element)) centre(canvas, element);
    if (moving) for (const flow of by) this.#run(flow);
    for (const [id, count] of marking) this.#token(id, count);
    const wrong = last && this.modeler.get('elementRegistry').get(this.finding.element);
    if (wrong) this.#mark(wrong, 'play-wrong');
    this.part('step').textContent = word(
      'Step {step} of {steps}: {name}',
      { step: this.at + 1, steps: this.steps.length, name: this.nameOf(element.id) || element.id },
    );
    this.part('text').textContent = last ? this.finding.message : '';
    this.place.dataset.step = this.at + 1;
    this.place.dataset.end = last ? '1' : '';
    this.#allow('back', this.at > 0);
    this.#allow('next', !last);
  }

  /** A button that can do nothing more hands the focus on, or the keyboard would lose the bar. */
  #allow(name, can) {
    const button = this.place.querySelector(`[data-play=${name}]`);
    if (!can && document.activeElement === button) this.place.querySelector('[data-play=toggle]').focus({ preventScroll: true });
    button.disabled = !can;
  }

  #mark(element, name) {
    this.modeler.get('canvas').addMarker(element, name);
    (this.marked ??= []).push([element, name]);
  }

  #clear() {
    for (const [element, name] of this.marked ?? []) this.modeler.get('canvas').removeMarker(element, name);
    this.marked = [];
    this.modeler.get('overlays').remove({ type: 'token' });
    for (const dot of this.modeler.get('canvas').getContainer().querySelectorAll('.play-runner')) dot.remove();
  }

  #seen({ x, y, width = 0, height = 0, waypoints }) {
    if (waypoints) return true;
    const view = this.modeler.get('canvas').viewbox();
    return x >= view.x && y >= view.y && x + width <= view.x + view.width && y + height <= view.y + view.height;
  }

  /** A token lies at the end of a flow, or on an element. */
  #token(id, count) {
    const element = this.modeler.get('elementRegistry').get(id);
    const html = Object.assign(document.createElement('span'), { className: 'play-token', textContent: count > 1 ? String(count) : '' });
    html.title = word('{count} tokens wait here', { count });
    const points = element.waypoints, box = points && boxOf(points);
    const position = points ? { left: points.at(-1).x - box.x - 10, top: points.at(-1).y - box.y - 10 } : { top: -10, left: element.width / 2 - 10 };
    this.modeler.get('overlays').add(id, 'token', { position, html });
  }

  /** A dot along the flow, from its source to its target. */
  #run(flow) {
    const layer = this.modeler.get('canvas').getLayer('play', 2000);
    const dot = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    dot.setAttribute('r', 8);
    dot.setAttribute('class', 'play-runner');
    layer.append(dot);
    const lengths = flow.waypoints.slice(1).map((point, index) => Math.hypot(
      point.x - flow.waypoints[index].x, point.y - flow.waypoints[index].y,
    ));
    const total = lengths.reduce((sum, each) => sum + each, 0) || 1;
    const begun = performance.now();
    const frame = (now) => {
      const share = Math.min(1, (now - begun) / (PACE * 0.6));
      const { x, y } = alongside(flow.waypoints, lengths, share * total);
      dot.setAttribute('cx', x);
      dot.setAttribute('cy', y);
      if (share < 1 && dot.isConnected) requestAnimationFrame(frame);
      else dot.remove();
    };
    requestAnimationFrame(frame);
  }

  #label() {
    const button = this.place.querySelector('[data-play=toggle]');
    button.textContent = this.timer ? '❚❚' : '▶';
    button.setAttribute('aria-label', this.timer ? word('Pause') : word('Play'));
  }
}

const boxOf = (points) => ({ x: Math.min(...points.map(({ x }) => x)), y: Math.min(...points.map(({ y }) => y)) });

/** The point `way` units along a line of waypoints. */
function alongside(points, lengths, way) {
  let left = way;
  for (const [index, length] of lengths.entries()) {
    if (left <= length) {
      const share = length ? left / length : 0, from = points[index], to = points[index + 1];
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    }
    left -= length;
  }
  return points.at(-1);
}
