// What the check says of the file, as it is typed: a list beside it, each finding with its code, sentence and way out.
import { el } from './element.js';
import { Resting, post } from './asking.js';
import { word } from '../studio/words.js';

const MARKS = { error: '▲', warning: '●', info: 'i' };

export class Findings {
  /** host carries data-check and data-path; read() gives the text; jump(finding) shows its place; shown(findings) marks. */
  constructor(host, place, { read, jump, shown }) {
    Object.assign(this, { host, place, read, jump, shown, list: [] });
    this.resting = new Resting((signal) => this.#check(signal));
    place.setAttribute('aria-live', 'polite');
  }

  changed() {
    this.resting.soon();
  }

  now() {
    return this.resting.now();
  }

  async #check(signal) {
    const { path, check } = this.host.dataset;
    if (!check) return;
    let found;
    try {
      found = await post(check, { path, content: await this.read() }, signal);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      return this.#say(word('The check gives no answer: {reason}', { reason: error.message }));
    }
    if (signal.aborted) return;
    this.list = found.findings.filter((finding) => finding.file === path);
    this.#show(found.findings.length - this.list.length);
    this.shown?.(this.list);
  }

  #say(text) {
    this.place.replaceChildren(el('p', { class: 'muted', text }));
  }

  #show(elsewhere) {
    const errors = this.list.filter(({ severity }) => severity === 'error').length;
    this.host.dataset.found = String(this.list.length);
    const count = this.list.length
      ? word('Findings: {count}, of these errors: {errors}', { count: this.list.length, errors })
      : word('Nothing to object to in this file.');
    const others = elsewhere > 0 && el('p', { class: 'muted small', text: word('In other files of the draft: {count}', { count: elsewhere }) });
    const items = this.list.map((finding) => this.#item(finding));
    this.place.replaceChildren(el('p', { class: 'findings-count', text: count }), el('ul', { class: 'finding-list' }, items), others || '');
  }

  #item(finding) {
    const { severity, code, message, fix, element } = finding;
    const names = { error: word('Error'), warning: word('Warning'), info: word('Hint') };
    const head = el('span', { class: 'finding-code' }, el('span', { 'aria-hidden': 'true', text: `${MARKS[severity]} ` }), `${names[severity]} ${code}`);
    const said = [head, el('span', { class: 'finding-text', text: message }), el('span', { class: 'finding-fix', text: fix })];
    const act = element && this.jump
      ? el('button', { type: 'button', class: 'finding', 'data-severity': severity, 'data-element': element, onclick: () => this.jump(finding) }, said)
      : el('div', { class: 'finding', 'data-severity': severity }, said);
    return el('li', {}, act);
  }
}
