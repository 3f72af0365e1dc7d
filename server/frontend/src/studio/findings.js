// The list of what the check found: errors first, of this file or of all, each with its way to the place and its counterexample.
import { word } from './words.js';

const ORDER = { error: 0, warning: 1, info: 2 };
const SIGNS = { error: '!', warning: '▲', info: 'i' };
const SPOKEN = { error: 'Error', warning: 'Warning', info: 'Hint' };

function make(tag, className, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), { className, textContent: text ?? '' });
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export class Findings {
  /** place: the element; on: {go(id) → whether this drawing has it, name(id), play(finding), editorOf(path), pageOf(code)}. */
  constructor(place, path, on) {
    Object.assign(this, { place, path, on, findings: [], all: false });
    this.state = place.querySelector('[data-check-state]');
    this.list = place.querySelector('[data-finding-list]');
    for (const button of place.querySelectorAll('[data-finding-filter]')) {
      button.addEventListener('click', () => { this.all = button.dataset.findingFilter === 'all'; this.#draw(); });
    }
  }

  say(state, text) {
    this.place.dataset.state = state;
    if (state !== 'done') this.state.textContent = text;
  }

  show({ findings, seconds }) {
    this.findings = [...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
    this.place.dataset.state = 'done';
    this.place.dataset.errors = this.here().filter(({ severity }) => severity === 'error').length;
    const errors = this.findings.filter(({ severity }) => severity === 'error').length;
    const time = Number(seconds ?? 0).toFixed(1);
    const text = !this.findings.length ? word('Nothing to object to.') : word(
      'Errors: {errors}, other remarks: {others}', { errors, others: this.findings.length - errors },
    );
    this.state.textContent = text;
    this.state.title = word('checked in {seconds} s', { seconds: time });
    this.#draw();
  }

  here() {
    return this.findings.filter(({ file }) => file === this.path);
  }

  #draw() {
    const here = this.here();
    for (const button of this.place.querySelectorAll('[data-finding-filter]')) {
      const all = button.dataset.findingFilter === 'all';
      button.setAttribute('aria-pressed', String(all === this.all));
      button.querySelector('.count').textContent = all ? this.findings.length : here.length;
    }
    const shown = this.all ? this.findings : here;
    this.list.replaceChildren(...shown.map((finding) => this.#item(finding)));
    this.list.hidden = !shown.length;
  }

  #item(finding) {
    const { code, severity, file, element, message, fix, counterexample } = finding;
    const item = make('li', 'studio-finding', '', { 'data-severity': severity, 'data-code': code });
    item.append(make('span', 'studio-sign', SIGNS[severity], { role: 'img', 'aria-label': word(SPOKEN[severity]) }));
    const text = make('div', 'studio-finding-text');
    const head = make('div', 'studio-finding-head');
    head.append(make('a', 'studio-code', code, { href: this.on.pageOf(code), target: '_blank', rel: 'noopener' }), this.#where(finding));
    text.append(head, make('p', '', message));
    if (fix) text.append(make('p', 'studio-fix', fix));
    item.append(text);
    if (counterexample?.length && file === this.path) item.append(this.#play(finding));
    if (element) item.dataset.element = element;
    return item;
  }

  #play(finding) {
    const button = make('button', 'btn btn-sm btn-outline-primary studio-play', `▶ ${word('Play it')}`, { type: 'button' });
    button.addEventListener('click', () => this.on.play(finding));
    return button;
  }

  #where({ file, element, process, counterexample, code }) {
    const id = element ?? process;
    if (file === this.path) {
      if (!id) return make('span', 'muted', word('the whole file'));
      const button = make('button', 'btn btn-link studio-where', this.on.name(id) || id, { type: 'button', title: id });
      button.addEventListener('click', () => this.on.go(id));
      return button;
    }
    const way = `${this.on.editorOf(file)}#${encodeURIComponent(id ?? '')}${counterexample?.length ? `,${code}` : ''}`;
    return make('a', 'studio-where', id ? `${file}: ${id}` : file, { href: way });
  }
}

/** Puts a sign on each element with a finding; the strongest one counts. */
export function drawBadges(modeler, findings) {
  const overlays = modeler.get('overlays'), registry = modeler.get('elementRegistry');
  overlays.remove({ type: 'finding' });
  const strongest = new Map();
  for (const finding of findings) {
    const id = finding.element ?? finding.process;
    if (!registry.get(id) || registry.get(id) === modeler.get('canvas').getRootElement()) continue;
    if (!strongest.has(id)) strongest.set(id, finding); // sorted: errors come first
  }
  for (const [id, { severity, message }] of strongest) {
    const html = make('span', 'studio-badge', SIGNS[severity], { 'data-severity': severity, title: message });
    overlays.add(id, 'finding', { position: registry.get(id).waypoints ? { top: -10, left: -10 } : { top: -11, left: -11 }, html });
  }
}
