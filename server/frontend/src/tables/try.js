// Trying the table: values in, which rule holds and what comes out, told by the server on the unsaved text.
import { el, labelled } from '../editing/element.js';
import { Resting, post } from '../editing/asking.js';
import { word } from '../studio/words.js';
import { markRules } from './marks.js';
import { openDecision } from './places.js';

function choice(options, now, onchange) {
  const made = el('select', { class: 'form-select', onchange }, el('option', { value: '', text: word('not filled') }),
    options.map(({ value, title }) => el('option', { value: JSON.stringify(value), text: title })));
  made.value = now === undefined ? '' : JSON.stringify(now);
  return [made, () => (made.value ? JSON.parse(made.value) : undefined)];
}

function numberOf(text) {
  const found = Number(text);
  return text.trim() === '' ? undefined : Number.isNaN(found) ? text : found;
}

/** [control, its value now] for a field of the case. */
function control(field, now, onchange) {
  if (field?.values) return choice(field.values, now, onchange);
  if (field?.type === 'boolean') return choice([{ value: true, title: word('Yes') }, { value: false, title: word('No') }], now, onchange);
  const numeric = ['number', 'integer'].includes(field?.type);
  const kind = { date: 'date' }[field?.type] ?? 'text';
  const made = el('input', { class: 'form-control', type: kind, value: now ?? '', inputmode: numeric ? 'decimal' : null, onchange, oninput: onchange });
  return [made, () => (numeric ? numberOf(made.value) : made.value || undefined)];
}

export class Trial {
  /** host carries data-decide and data-path; fields: the vocabulary's. */
  constructor(host, { form, result }, modeler, fields, read) {
    Object.assign(this, { host, form, result, modeler, fields, read, values: {}, controls: new Map() });
    this.resting = new Resting((signal) => this.#ask(signal), 350);
    form.addEventListener('submit', (event) => { event.preventDefault(); this.now(); });
  }

  changed() {
    this.resting.soon();
  }

  now() {
    return this.resting.now();
  }

  async #ask(signal) {
    const decision = openDecision(this.modeler);
    if (!decision || !this.host.dataset.decide) return;
    const inputs = Object.fromEntries(Object.entries(this.values).filter(([, value]) => value !== undefined));
    let said;
    try {
      said = await post(this.host.dataset.decide, { path: this.host.dataset.path, content: await this.read(), decision: decision.id, inputs }, signal);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      markRules([]);
      return this.result.replaceChildren(el('p', { class: 'notice notice-warning', text: error.message }));
    }
    if (!signal.aborted) this.#show(decision, said);
  }

  #show(decision, said) {
    // Without any the table cannot be read as it is being typed; its columns still say what to enter.
    const reads = said.reads.length ? said.reads : (decision.decisionLogic.input ?? []).map((one) => one.inputExpression?.text).filter((path) => this.#field(path));
    if (said.reads.length || !this.controls.size) this.#fields([...new Set(reads)]);
    const rules = decision.decisionLogic.rule ?? [];
    markRules(said.rules.map((number) => rules[number - 1]?.id).filter(Boolean));
    const told = said.rules.length ? word('Rules that hold: {numbers}', { numbers: said.rules.join(', ') }) : word('No rule holds.');
    const outputs = Object.entries(said.outputs).map(([path, value]) => [
      el('dt', { text: this.#field(path)?.title ?? path }), el('dd', { 'data-output': path, text: this.#shown(path, value) }),
    ]);
    this.result.replaceChildren(
      said.fault && !said.rules.length ? '' : el('p', { class: 'trial-rules', text: told }),
      said.fault ? el('p', { class: 'notice notice-warning', text: said.fault }) : el('dl', { class: 'facts' }, outputs),
    );
    this.host.dataset.tried = said.rules.join(',');
  }

  #field(path) {
    return this.fields.find((field) => field.path === path);
  }

  #shown(path, value) {
    if (value === null || value === undefined) return word('nothing (null)');
    const title = this.#field(path)?.values?.find((one) => one.value === value)?.title;
    const plain = typeof value === 'string' ? value : JSON.stringify(value);
    return title && title !== plain ? `${plain} · ${title}` : plain;
  }

  /** One control for each field the table reads; those that stay keep what was entered. */
  #fields(paths) {
    for (const path of [...this.controls.keys()].filter((path) => !paths.includes(path))) {
      this.controls.get(path).remove();
      this.controls.delete(path);
      delete this.values[path];
    }
    for (const path of paths.filter((path) => !this.controls.has(path))) {
      const field = this.#field(path);
      const [made, value] = control(field, this.values[path], () => { this.values[path] = value(); this.changed(); });
      made.dataset.try = path;
      const place = labelled(field?.title ?? path, made, field ? path : word('{name}: handed in by the server', { name: path }));
      this.controls.set(path, place);
    }
    const wanted = paths.map((path) => this.controls.get(path));
    if (wanted.some((place, index) => this.form.children[index] !== place)) this.form.replaceChildren(...wanted);
  }
}
