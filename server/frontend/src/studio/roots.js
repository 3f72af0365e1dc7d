// What stands at the root of a file and is named from inside it: messages, errors, signals, escalations, correlation.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const KINDS = {
  message: { type: 'bpmn:Message' },
  signal: { type: 'bpmn:Signal' },
  error: { type: 'bpmn:Error', code: 'errorCode' },
  escalation: { type: 'bpmn:Escalation', code: 'escalationCode' },
};

export class Roots {
  static $inject = ['bpmnjs', 'modeling', 'bpmnFactory', 'moddle'];

  constructor(bpmnjs, modeling, factory, moddle) {
    Object.assign(this, { bpmnjs, modeling, factory, moddle });
  }

  all(kind) {
    return this.bpmnjs.getDefinitions().get('rootElements').filter((root) => is(root, KINDS[kind].type));
  }

  /** What tells two of a kind apart: a code where the kind has one, else the name. */
  keyOf(kind, root) {
    const { code } = KINDS[kind];
    return (code && root?.get(code)) || root?.get('name') || '';
  }

  /** The message, error, … of that name or code, made (with its correlation, for a message) when the file has none. */
  ensure(element, kind, key) {
    const found = this.all(kind).find((root) => this.keyOf(kind, root) === key);
    if (found) return found;
    const { type, code } = KINDS[kind];
    const made = this.factory.create(type, { id: this.freeId(`${kind}_${key}`), name: key, ...(code ? { [code]: key } : {}) });
    this.#add(element, made);
    if (kind === 'message') this.#correlate(element, made);
    return made;
  }

  /** An id nothing in the file has, like the one wanted. */
  freeId(wanted) {
    const plain = wanted.replace(/[^A-Za-z0-9_]+/g, '_');
    let id = plain, count = 1;
    while (this.moddle.ids.assigned(id)) id = `${plain}_${(count += 1)}`;
    return id;
  }

  #add(element, made) {
    const definitions = this.bpmnjs.getDefinitions(), roots = definitions.get('rootElements');
    made.$parent = definitions;
    this.moddle.ids.claim(made.get('id'), made);
    // Before the processes, as our diagrams have them.
    const at = roots.findIndex((root) => is(root, 'bpmn:Process'));
    this.modeling.updateModdleProperties(element, definitions, { rootElements: roots.toSpliced(at < 0 ? roots.length : at, 0, made) });
  }

  /** Other tools want to know where in a message the number of the case stands; our engine reads it at the event. */
  #correlate(element, message) {
    const path = this.factory.create('bpmn:FormalExpression', { body: 'number' });
    const retrieval = this.factory.create('bpmn:CorrelationPropertyRetrievalExpression', { messageRef: message, messagePath: path });
    path.$parent = retrieval;
    const roots = this.bpmnjs.getDefinitions().get('rootElements');
    const number = roots.find((root) => is(root, 'bpmn:CorrelationProperty') && root.get('name') === 'number');
    if (number) {
      retrieval.$parent = number;
      const list = [...number.get('correlationPropertyRetrievalExpression'), retrieval];
      return this.modeling.updateModdleProperties(element, number, { correlationPropertyRetrievalExpression: list });
    }
    const made = this.factory.create(
      'bpmn:CorrelationProperty',
      { id: this.freeId('number'), name: 'number', correlationPropertyRetrievalExpression: [retrieval] },
    );
    retrieval.$parent = made;
    this.#add(element, made);
  }
}

export const rootsModule = { __init__: [], roots: ['type', Roots] };
