// What the check says of the file, as it is typed: a list beside it, each finding with its code, sentence and way out.
import { el } from './element.js';
import { Resting, post } from './asking.js';
import { word } from '../studio/words.js';

const SHOWN_ELSEWHERE = 20;
const MARKS = { error: '▲', warning: '●', info: 'i' };

export class Findings {
  /** host carries data-check, data-path, data-edit and data-codes; read() gives the text; jump(finding) shows its place; shown(findings) marks. */
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
    this.#show(found.findings.filter((finding) => finding.file !== path));
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
    const others = elsewhere.length > 0 && el('details', { class: 'small' },
      el('summary', { text: word('In other files of the draft: {count}', { count: elsewhere.length }) }),
      el('ul', { class: 'finding-list' }, elsewhere.slice(0, SHOWN_ELSEWHERE).map((finding) => this.#item(finding, this.#editorOf(finding)))));
    const items = this.list.map((finding) => this.#item(finding));
    this.place.replaceChildren(el('p', { class: 'findings-count', text: count }), el('ul', { class: 'finding-list' }, items), others || '');
  }

  #editorOf({ file, element }) {
    const path = file.split('/').map(encodeURIComponent).join('/');
    return `${this.host.dataset.edit.replace('PATH', path)}#${encodeURIComponent(element ?? '')}`;
  }

  /** A finding; what it is about leads to its place: here, or in another editor at `address`. */
  #item(finding, address) {
    const { severity, code, message, fix, element, file } = finding;
    const names = { error: word('Error'), warning: word('Warning'), info: word('Hint') };
    const head = el('span', { class: 'finding-code' }, el('span', { 'aria-hidden': 'true', text: `${MARKS[severity]} ` }), `${names[severity]} `,
      el('a', { href: `${this.host.dataset.codes}#${code}`, target: '_blank', rel: 'noopener', text: code }), address && ` ${file}`);
    const here = !address && element && this.jump;
    const about = here ? el('button', { type: 'button', class: 'finding-text', 'data-element': element, text: message, onclick: () => this.jump(finding) })
      : address ? el('a', { class: 'finding-text', href: address, text: message }) : el('span', { class: 'finding-text', text: message });
    return el('li', { class: 'finding', 'data-severity': severity, 'data-code': code }, head, about, el('span', { class: 'finding-fix', text: fix }));
  }
}
