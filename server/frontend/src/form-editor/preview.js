// The form as staff would see it: rendered by the server with the very fields they get, shown in a frame.
import { wireRows } from '../form-rows.js';
import { refreshShown } from '../form-show.js';
import { el } from '../editing/element.js';
import { Resting, post } from '../editing/asking.js';
import { word } from '../studio/words.js';

const WIDTHS = { desk: 1000, phone: 390 }; // pixels
const LOWEST = 400, HIGHEST = 4000; // pixels of the frame's height

export class Preview {
  /** host carries data-preview and data-path; state holds the text. */
  constructor(host, place, state) {
    Object.assign(this, { host, place, state, width: 'desk', language: document.documentElement.lang });
    this.frame = el('iframe', { class: 'preview-frame', title: word('Preview') });
    this.said = el('div', { class: 'preview-problems', role: 'status' });
    this.holder = el('div', { class: 'preview-holder' }, this.frame);
    place.replaceChildren(this.said, this.holder);
    this.resting = new Resting((signal) => this.#ask(signal), 500);
    this.frame.addEventListener('load', () => this.#wire());
    new ResizeObserver(() => this.#fit()).observe(this.holder);
  }

  changed() {
    this.resting.soon();
  }

  now() {
    return this.resting.now();
  }

  /** 'desk' or 'phone'. */
  show(width) {
    this.width = width;
    this.#fit();
  }

  async #ask(signal) {
    if (!this.host.dataset.preview) return;
    const asked = { path: this.host.dataset.path, content: this.state.text, language: this.language };
    let said;
    try {
      said = await post(this.host.dataset.preview, asked, signal);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      return this.#problems([{ message: error.message }]);
    }
    if (signal.aborted) return;
    this.#problems(said.findings ?? []);
    if (!said.html || said.html === this.html) return;
    this.html = said.html;
    this.frame.srcdoc = said.html;
  }

  #problems(problems) {
    this.said.replaceChildren(...problems.length ? [el('div', { class: 'notice notice-warning' },
      el('strong', { text: word('Shown as it was before this:') }), problems.map(({ pointer, message }) => el('div', {}, pointer && el('code', { text: pointer }), ' ', message)))] : []);
  }

  /** Fields come and go and rows are added as on the real page; nothing is ever sent. */
  #wire() {
    const form = this.frame.contentDocument?.querySelector('form');
    if (!form) return;
    refreshShown(form);
    form.addEventListener('input', () => refreshShown(form));
    form.addEventListener('change', () => refreshShown(form));
    form.addEventListener('submit', (event) => event.preventDefault());
    wireRows(form, () => refreshShown(form));
    new ResizeObserver(() => this.#fit()).observe(form);
    this.host.dataset.previewed = String(Number(this.host.dataset.previewed ?? 0) + 1);
  }

  #fit() {
    const wanted = WIDTHS[this.width], scale = Math.min(1, this.holder.clientWidth / wanted);
    Object.assign(this.frame.style, { width: `${wanted}px`, transform: `scale(${scale})` });
    const page = this.frame.contentDocument?.querySelector('main');
    const height = Math.min(HIGHEST, Math.max(LOWEST, page ? page.offsetHeight : 0));
    this.frame.style.height = `${height}px`;
    this.holder.style.height = `${height * scale}px`;
  }
}
