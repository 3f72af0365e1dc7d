// SpiffWorkflow's extension elements, read and written. They stay what the parser calls generic: an element or attribute that
// nobody here knows is kept like the rest, and so are those of other tools. A change replaces the whole list of an element
// by a new one in one command, so that undo takes back one step.
export const SPIFF = 'http://spiffworkflow.org/bpmn/schema/1.0/core';
const PREFIX = 'spiffworkflow';

export const localName = (node) => node.$descriptor.ns.localName;
export const isSpiff = (node, name) => node.$descriptor?.isGeneric && node.$descriptor.ns.uri === SPIFF && localName(node) === name;
export const childrenOf = (node, name) => (node?.$children ?? []).filter((child) => !name || localName(child) === name);
export const extensionsOf = (owner) => owner.get('extensionElements')?.get('values') ?? [];
export const extension = (owner, name) => extensionsOf(owner).find((node) => isSpiff(node, name));
export const extensionText = (owner, name) => (extension(owner, name)?.$body ?? '').trim();

/** The value of a property (spiffworkflow:properties); empty when there is none. */
export function propertyOf(owner, name) {
  return childrenOf(extension(owner, 'properties'), 'property').find((row) => row.name === name)?.value ?? '';
}

/** What a service task calls: {topic, result, parameters: [{id, type, value}], retries, backoff}; empty texts where nothing stands. */
export function operatorOf(owner) {
  const node = extension(owner, 'serviceTaskOperator');
  const [list] = childrenOf(node, 'parameters'), [retry] = childrenOf(node, 'retry');
  const parameters = childrenOf(list, 'parameter').map(({ id, type, value }) => ({ id, type, value: value ?? '' }));
  return {
    topic: node?.id ?? '', result: node?.resultVariable ?? '', parameters, retries: retry?.retries ?? '',
    backoff: retry?.backoff_base ?? '',
  };
}

export class Extensions {
  static $inject = ['modeling', 'bpmnFactory', 'moddle', 'bpmnjs'];

  constructor(modeling, bpmnFactory, moddle, bpmnjs) {
    Object.assign(this, { modeling, bpmnFactory, moddle, bpmnjs });
  }

  /** A new element of the namespace: attributes, then children or a text. */
  create(name, attributes = {}, content = undefined) {
    const node = this.moddle.createAny(`${this.#prefix()}:${name}`, SPIFF, attributes);
    if (typeof content === 'string') node.$body = content;
    else if (content) this.#adopt(node, content);
    return node;
  }

  /** A copy that shares nothing with the original; also of other tools' elements. */
  clone(node) {
    const { ns } = node.$descriptor;
    const copy = this.moddle.createAny(node.$type, ns.uri, {});
    for (const [key, value] of Object.entries(node)) {
      if (key !== '$children' && key !== '$type' && typeof value === 'string') copy[key] = value;
    }
    if (node.$children) this.#adopt(copy, node.$children.map((child) => this.clone(child)));
    return copy;
  }

  /** An `extensionElements` for a new element of the diagram. */
  wrap(nodes) {
    const holder = this.bpmnFactory.create('bpmn:ExtensionElements', { values: nodes });
    for (const node of nodes) node.$parent = holder;
    return holder;
  }

  /** Replaces the element `name` of `owner` by what `change` makes of a copy of it (or of a new one); null takes it out. */
  put(element, owner, name, change) {
    const values = extensionsOf(owner), old = values.find((node) => isSpiff(node, name));
    const made = change(old ? this.clone(old) : this.create(name));
    if (!made && !old) return;
    const list = old ? values.map((node) => (node === old ? made : node)) : [...values, made];
    this.#set(element, owner, list.filter(Boolean));
  }

  setText(element, owner, name, text) {
    this.put(element, owner, name, () => (text?.trim() ? this.create(name, {}, text) : null));
  }

  setProperty(element, owner, name, value) {
    this.put(element, owner, 'properties', (node) => {
      const rows = childrenOf(node), row = rows.find((each) => localName(each) === 'property' && each.name === name);
      if (value && row) row.value = value;
      else if (value) rows.push(this.create('property', { name, value }));
      const left = value ? rows : rows.filter((each) => each !== row);
      return left.length ? this.#adopt(node, left) : null;
    });
  }

  /** Writes parts of what a service task calls, named as `operatorOf` names them. */
  setOperator(element, owner, change) {
    this.put(element, owner, 'serviceTaskOperator', (node) => {
      if ('topic' in change) node.id = change.topic;
      if (change.result) node.resultVariable = change.result;
      else if ('result' in change) delete node.resultVariable;
      if (change.parameters) {
        const rows = change.parameters.map((each) => this.create('parameter', each));
        this.#child(node, 'parameters', (list) => this.#adopt(list, rows));
      }
      if ('retries' in change || 'backoff' in change) this.#child(node, 'retry', (retry) => setRetry(retry, change));
      return node.id ? node : null;
    });
  }

  #child(node, name, change) {
    const children = childrenOf(node);
    let child = children.find((each) => localName(each) === name);
    if (!child) children[name === 'parameters' ? 'unshift' : 'push'](child = this.create(name));
    const kept = change(child) === null ? children.filter((each) => each !== child) : children;
    this.#adopt(node, kept);
  }

  #adopt(node, children) {
    for (const child of children) child.$parent = node;
    node.$children = children;
    return node;
  }

  #set(element, owner, values) {
    const holder = owner.get('extensionElements');
    for (const node of values) node.$parent = holder;
    if (holder && values.length) return this.modeling.updateModdleProperties(element, holder, { values });
    const made = values.length ? this.wrap(values) : undefined;
    if (made) made.$parent = owner;
    this.modeling.updateModdleProperties(element, owner, { extensionElements: made });
  }

  #prefix() {
    const attributes = this.bpmnjs.getDefinitions()?.$attrs ?? {};
    return Object.entries(attributes).find(([, uri]) => uri === SPIFF)?.[0].split(':')[1] ?? PREFIX;
  }
}

function setRetry(retry, { retries, backoff }) {
  for (const [name, value] of [['retries', retries], ['backoff_base', backoff]]) {
    if (value === undefined) continue;
    if (value) retry[name] = value;
    else delete retry[name];
  }
  return retry.retries || retry.backoff_base ? retry : null;
}
