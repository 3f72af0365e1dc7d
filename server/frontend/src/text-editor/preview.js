// A mail or report as it would look for a made-up case, rendered by the server on the unsaved text.
import { el } from '../editing/element.js';
import { Resting, post } from '../editing/asking.js';
import { word } from '../studio/words.js';

export class Preview {
  /** host carries data-document and data-path; read() gives the text. */
  constructor(host, place, read) {
    Object.assign(this, { host, place, read });
    this.resting = new Resting((signal) => this.#ask(signal), 900);
  }

  changed() {
    this.resting.soon();
  }

  now() {
    return this.resting.now();
  }

  async #ask(signal) {
    let said;
    try {
      said = await post(this.host.dataset.document, { path: this.host.dataset.path, content: this.read() }, signal);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      return this.place.replaceChildren(el('p', { class: 'notice notice-warning', text: error.message }));
    }
    if (signal.aborted) return;
    const shown = said.problem ? [el('p', { class: 'notice notice-warning', text: said.problem })]
      : said.pages ? said.pages.map((page, place) => el('img', { class: 'preview-page', alt: word('Page {number}', { number: place + 1 }), src: `data:image/png;base64,${page}` }))
        : [el('pre', { class: 'preview-text', text: said.text })];
    this.place.replaceChildren(...shown);
    this.host.dataset.previewed = '1';
  }
}
