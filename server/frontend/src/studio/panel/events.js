// What an event waits for or sends: a message, a time, an error, a signal, an escalation, a condition.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { childrenOf, extension, extensionText } from '../extensions.js';
import { word } from '../words.js';
import { choice, group, note, text, tick } from './entries.js';
import { expression } from './expression.js';
import { timerEntries } from './timer.js';

const NEW = '+';
const REFERENCES = { message: 'messageRef', signal: 'signalRef', error: 'errorRef', escalation: 'escalationRef' };
const LABELS = {
  message: ['Message', 'New message, by name'], signal: ['Signal', 'New signal, by name'],
  error: ['Error', 'New error, by code'], escalation: ['Escalation', 'New escalation, by code'],
};
const KEY = /^[A-Za-z][A-Za-z0-9._-]*$/;

export const definitionOf = (element) => element.businessObject.get('eventDefinitions')?.[0];

/** `holder` has the reference: an event definition, or a send or receive task itself. */
function referenceEntries({ kesu, roots, modeling, together }, element, holder, kind, also = () => {}) {
  const property = REFERENCES[kind], now = roots.keyOf(kind, holder.get(property));
  const here = roots.all(kind).map((root) => roots.keyOf(kind, root)), { messages = [], errors = [] } = kesu.vocabulary;
  const known = [...new Set([...here, ...({ message: messages, error: errors }[kind] ?? [])])].filter(Boolean).sort();
  const set = (key) => together.do(() => {
    modeling.updateModdleProperties(element, holder, { [property]: key ? roots.ensure(element, kind, key) : undefined });
    if (key) also();
  });
  const none = kind === 'error' && is(element, 'bpmn:BoundaryEvent') ? word('any error') : '–';
  const options = [{ value: '', label: none }, ...known.map((value) => ({ value, label: value }))];
  const [label, fresh] = LABELS[kind].map((each) => word(each));
  const rule = word('Letters, digits, ".", "_" and "-" only, beginning with a letter: it is no text to be read.');
  const bad = (value) => (!value || KEY.test(value) ? undefined : rule);
  return [
    choice(`${kind}-ref`, label, () => now, set, options),
    text(
      `${kind}-new`, fresh, () => '', (value) => { if (value && !bad(value)) commit(set, value); },
      { validate: bad, placeholder: kind === 'message' ? 'goods.returned' : 'rounds_exhausted' },
    ),
  ];
}

// A new name is made once the hand rests, not letter by letter.
const waiting = { timer: 0 };
function commit(set, value) {
  clearTimeout(waiting.timer);
  waiting.timer = setTimeout(() => set(value), 900);
}

const catches = (element) => ['bpmn:CatchEvent', 'bpmn:ReceiveTask'].some((type) => is(element, type));

function messageEntries(tools, element, holder) {
  const { kesu, extensions } = tools;
  const correlation = extension(holder, 'processVariableCorrelation');
  const part = (name) => childrenOf(correlation, name)[0]?.$body ?? '';
  const correlated = (property, value) => extensions.create('processVariableCorrelation', {}, [
    extensions.create('propertyId', {}, property), extensions.create('expression', {}, value),
  ]);
  const correlate = (property, value) => extensions.put(
    element, holder, 'processVariableCorrelation', () => (value ? correlated(property, value) : null),
  );
  const own = part('propertyId') || 'number';
  const place = expression('message-variable', word('What it brings goes to'), () => extensionText(holder, 'messageVariable'),
    (value) => extensions.setText(element, holder, 'messageVariable', value), kesu.vocabulary, { hint: word('A place of the case; empty: dropped.') });
  const sent = expression('message-payload', word('What it says'), () => extensionText(holder, 'messagePayload'),
    (value) => extensions.setText(element, holder, 'messagePayload', value), kesu.vocabulary);
  return [
    // Which case a message is about is known from the start.
    ...referenceEntries(tools, element, holder, 'message', () => { if (catches(element) && !correlation) correlate('number', 'number'); }),
    expression(
      'correlation', word('Belongs to the case by {property}', { property: own }), () => part('expression'),
      (value) => correlate(own, value.trim()), kesu.vocabulary,
      { placeholder: 'number', hint: word('Without it every message of this name would match, whichever case it is about.') }),
    !correlation && !kesu.readOnly && note(
      'correlate', { buttons: [{ label: word('By the number of the case'), press: () => correlate('number', 'number') }] },
    ),
    catches(element) ? place : sent,
  ];
}

function conditionEntries({ kesu, modeling, factory }, element, definition) {
  const set = (body) => modeling.updateModdleProperties(
    element, definition, { condition: body.trim() ? factory.create('bpmn:FormalExpression', { body }) : undefined },
  );
  return [expression(
    'event-condition', word('Goes on as soon as'), () => definition.get('condition')?.get('body') ?? '', set, kesu.vocabulary,
    { rows: 2 },
  )];
}

export function eventGroups(tools, element) {
  const { modeling } = tools, { businessObject: owner } = element;
  if (is(element, 'bpmn:SendTask') || is(element, 'bpmn:ReceiveTask')) return [group(
    'event', 'Message', messageEntries(tools, element, owner),
  )];
  const definition = is(element, 'bpmn:Event') && definitionOf(element);
  if (!definition) return [];
  const kind = definition.$type.replace(/^bpmn:(.)(.*)EventDefinition$/, (all, first, rest) => first.toLowerCase() + rest);
  const makers = { message: messageEntries, timer: timerEntries, conditional: conditionEntries };
  const entries = makers[kind]?.(tools, element, definition) ?? (REFERENCES[kind] ? referenceEntries(tools, element, definition, kind) : []);
  const interrupting = is(element, 'bpmn:BoundaryEvent') && !['error', 'cancel'].includes(kind) && tick('interrupting', word('Ends the task it stands at'),
    () => owner.get('cancelActivity'), (value) => modeling.updateProperties(element, { cancelActivity: Boolean(value) }));
  const all = [...entries, interrupting].filter(Boolean);
  return all.length ? [group('event', 'Event', all)] : [];
}
