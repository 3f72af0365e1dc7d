// Loops of one activity: for each row of the case, so many times, or until a condition holds.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { word } from '../words.js';
import { choice, group, text, tick } from './entries.js';
import { expression } from './expression.js';

const MANY = 'bpmn:MultiInstanceLoopCharacteristics', AGAIN = 'bpmn:StandardLoopCharacteristics';

function kindOf(loop) {
  if (!loop) return '';
  if (is(loop, AGAIN)) return 'again';
  return loop.get('isSequential') ? 'one-by-one' : 'at-once';
}

export function loopGroups(tools, element) {
  if (!is(element, 'bpmn:Activity')) return [];
  const { modeling, factory } = tools, loop = element.businessObject.get('loopCharacteristics'), kind = kindOf(loop);
  const options = [
    ['', 'Once'], ['at-once', 'For each row, all at once'], ['one-by-one', 'For each row, one after the other'],
    ['again', 'Again and again'],
  ]
    .map(([value, label]) => ({ value, label: word(label) }));
  const set = (value) => {
    if (loop && is(loop, MANY) && ['at-once', 'one-by-one'].includes(value)) return modeling.updateModdleProperties(
      element, loop, { isSequential: value === 'one-by-one' },
    );
    const made = value && factory.create(
      value === 'again' ? AGAIN : MANY, value === 'again' ? {} : { isSequential: value === 'one-by-one' },
    );
    modeling.updateProperties(element, { loopCharacteristics: made || undefined });
  };
  const entries = kind === 'again' ? again(tools, element, loop) : kind ? many(tools, element, loop) : [];
  return [group('loop', 'Repetition', [choice('loop-kind', word('Done'), () => kind, set, options), ...entries])];
}

function body({ modeling, factory, kesu }, element, loop, name, label, hint) {
  const set = (value) => modeling.updateModdleProperties(
    element, loop, { [name]: value.trim() ? factory.create('bpmn:FormalExpression', { body: value }) : undefined },
  );
  return expression(
    `loop-${name}`, word(label), () => loop.get(name)?.get('body') ?? '', set, kesu.vocabulary, { hint: hint && word(hint) },
  );
}

/** A place of the case: the engine reads it as the reference's id, and nothing in the file has that id. */
function place({ modeling, moddle, kesu }, element, loop, name, label) {
  const set = (value) => modeling.updateModdleProperties(
    element, loop, { [name]: value.trim() ? moddle.create('bpmn:ItemAwareElement', { id: value.trim() }) : undefined },
  );
  return expression(`loop-${name}`, word(label), () => loop.get(name)?.get('id') ?? '', set, kesu.vocabulary);
}

function item({ modeling, moddle }, element, loop, name, label) {
  const type = name === 'inputDataItem' ? 'bpmn:DataInput' : 'bpmn:DataOutput';
  const validate = (value) => (!value || /^[A-Za-z_]\w*$/.test(value) ? undefined : word('Letters, digits and "_" only.'));
  const set = (value) => {
    if (validate(value)) return;
    const made = value ? moddle.create(type, { id: value, name: value }) : undefined;
    if (made) made.$parent = loop;
    modeling.updateModdleProperties(element, loop, { [name]: made });
  };
  return text(`loop-${name}`, word(label), () => loop.get(name)?.get('id') ?? '', set, { validate });
}

function many(tools, element, loop) {
  return [
    place(tools, element, loop, 'loopDataInputRef', 'Rows of the case'),
    item(tools, element, loop, 'inputDataItem', 'Name of one row'),
    body(tools, element, loop, 'loopCardinality', 'Or so many times', 'A number or an expression; not together with rows.'),
    place(tools, element, loop, 'loopDataOutputRef', 'Results go to'),
    item(tools, element, loop, 'outputDataItem', 'Name of one result'),
    body(tools, element, loop, 'completionCondition', 'Enough as soon as'),
  ];
}

function again(tools, element, loop) {
  const { modeling } = tools, set = (properties) => modeling.updateModdleProperties(element, loop, properties);
  return [
    body(tools, element, loop, 'loopCondition', 'As long as'),
    text(
      'loop-max', word('At most'), () => String(loop.get('loopMaximum') ?? ''),
      (value) => set({ loopMaximum: /^\d+$/.test(value) ? Number(value) : undefined }),
    ),
    tick(
      'loop-before', word('Asked before the first time'), () => Boolean(loop.get('testBefore')),
      (value) => set({ testBefore: Boolean(value) }),
    ),
  ];
}
