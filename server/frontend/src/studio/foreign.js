// Other tools' settings survive: copied with their element, and references that lead out of the file are kept.
import { Extensions } from './extensions.js';

/** Copy, paste and "change type" take over what the library would leave behind: generic elements and foreign attributes. */
export class KeepForeign {
  static $inject = ['eventBus', 'extensions'];

  constructor(eventBus, extensions) {
    eventBus.on('moddleCopy.canCopyProperty', 1500, ({ property, parent }) => {
      if (!property?.$descriptor?.isGeneric) return undefined;
      const copy = extensions.clone(property);
      copy.$parent = parent;
      return copy;
    });
    eventBus.on('moddleCopy.canCopyProperties', 2000, ({ sourceElement, targetElement }) => {
      for (const [name, value] of Object.entries(sourceElement.$attrs ?? {})) {
        if (name.includes(':') && !name.startsWith('xmlns')) targetElement.$attrs[name] ??= value;
      }
    });
  }
}

export const foreignModule = {
  __init__: ['keepForeign'],
  extensions: ['type', Extensions],
  keepForeign: ['type', KeepForeign],
};

/** The library's model forgets that these two keep their own names; written as `formalExpression` they would say nothing. */
export function mendModel(moddle) {
  for (const [type, name] of [['CorrelationPropertyRetrievalExpression', 'messagePath'], ['CorrelationPropertyBinding', 'dataPath']]) {
    moddle.getElementDescriptor(moddle.create(`bpmn:${type}`)).propertiesByName[name].xml = { serialize: 'property' };
  }
}

// References the drawing itself is made of; putting a stranger in there would break it.
const DRAWN = new Set([
  'sourceRef', 'targetRef', 'incoming', 'outgoing', 'flowNodeRef', 'attachedToRef', 'bpmnElement', 'default', 'processRef',
]);

/** Puts back references to what is not in this file: the rows of a loop are a path of the case, messages may be imported. */
export function keepReferences(moddle, warnings) {
  return warnings.filter(({ element, property, value }) => {
    const name = property?.split(':').at(-1);
    if (!element || !name || DRAWN.has(name) || typeof value !== 'string') return true;
    const found = moddle.create('bpmn:ItemAwareElement', { id: value });
    const { isMany } = moddle.getPropertyDescriptor(element, property);
    if (isMany) element.get(name).push(found);
    else element.set(name, found);
    return false;
  });
}
