// What the machine does: service tasks with their topic, decision tables, called processes.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { extension, extensionText, operatorOf } from '../extensions.js';
import { addErrorEvent } from '../insert.js';
import { word } from '../words.js';
import { choice, group, note, orNone, text } from './entries.js';
import { expression } from './expression.js';

export function serviceGroups(tools, element) {
  if (is(element, 'bpmn:ServiceTask')) return serviceTask(tools, element);
  if (is(element, 'bpmn:BusinessRuleTask')) return ruleTask(tools, element);
  if (is(element, 'bpmn:CallActivity')) return callActivity(tools, element);
  return [];
}

function serviceTask(tools, element) {
  const { kesu, extensions } = tools, { businessObject: task } = element;
  const now = operatorOf(task), { topics = [] } = kesu.vocabulary;
  const set = (change) => extensions.setOperator(element, task, change);
  const topic = topics.find((each) => each.topic === now.topic);
  const options = orNone(topics.map((each) => ({ value: each.topic, label: each.topic })));
  const wanted = (value) => topics.find((each) => each.topic === value)?.parameters?.map(({ id }) => id) ?? [];
  const called = choice('topic', word('Topic'), () => now.topic, (value) => set({
    // What the new worker does not know is dropped; undo brings it back.
    topic: value, parameters: now.parameters.filter(({ id }) => wanted(value).includes(id)),
  }), options);
  const retries = [
    text(
      'retries', word('Tries'), () => now.retries, (value) => set({ retries: value.trim() }),
      { validate: whole, hint: word('How often it is tried again before somebody has to look at it.') },
    ),
    text(
      'backoff', word('Back-off base'), () => now.backoff, (value) => set({ backoff: value.trim() }),
      { validate: whole, hint: word('Each wait is so many times as long as the one before.') },
    ),
  ];
  return [
    group('topic', 'Service', [
      called, topic?.description && note('topic-note', { text: topic.description }),
      ...parameterEntries(tools, element, topic, now),
      extension(task, 'serviceTaskOperator') && expression('result', word('Result goes to'), () => now.result, (value) => set({ result: value.trim() }), kesu.vocabulary, {
        hint: topic?.results?.length ? word('The worker gives: {results}', { results: topic.results.join(', ') }) : word('A place of the case; empty: dropped.'),
      }),
    ]),
    extension(task, 'serviceTaskOperator') && group('retry', 'When it fails', [...retries, ...errorEntries(tools, element, topic)]),
  ].filter(Boolean);
}

const whole = (value) => (!value || /^\d+$/.test(value.trim()) ? undefined : word('A whole number, please.'));

function parameterEntries({ kesu, extensions }, element, topic, now) {
  const known = topic?.parameters ?? [];
  const rest = now.parameters.filter(({ id }) => !known.some((each) => each.id === id)).map(({ id, type }) => ({ id, type, title: id, strange: true }));
  const write = (id, type, value) => {
    const others = now.parameters.filter((each) => each.id !== id), at = now.parameters.findIndex((each) => each.id === id);
    const list = value ? others.toSpliced(at < 0 ? others.length : at, 0, { id, type: type ?? 'any', value }) : others;
    extensions.setOperator(element, element.businessObject, { parameters: list });
  };
  return [...known, ...rest].map(({ id, title, type, required, strange }) => {
    const there = now.parameters.find((each) => each.id === id);
    return expression(`parameter-${id}`, `${title ?? id}${required ? ' *' : ''}`, () => there?.value ?? '',
      (value) => write(id, there?.type ?? type, value.trim()), kesu.vocabulary,
      { hint: strange ? word('The worker does not know this parameter.') : required ? word('Needed ({type}).', { type }) : word('May be left out ({type}).', { type }) });
  });
}

function errorEntries(tools, element, topic) {
  const caught = (element.attachers ?? []).map(({ businessObject: event }) => event.get('eventDefinitions')[0]?.get('errorRef')?.get('errorCode'));
  return (topic?.errors ?? []).map((code) => note(`error-${code}`, {
    text: caught.includes(code) ? word('Error {code}: caught at the border of the task.', { code }) : word('May end with the error {code}.', { code }),
    buttons: caught.includes(code) || tools.kesu.readOnly ? [] : [{
      label: word('Add its boundary event'), press: () => addErrorEvent(tools, element, code),
    }],
  }));
}

function ruleTask({ kesu, extensions }, element) {
  const { businessObject: task } = element, { decisions = [] } = kesu.vocabulary;
  const id = extensionText(task, 'calledDecisionId'), decision = decisions.find((each) => each.id === id);
  const options = orNone(decisions.map((each) => ({ value: each.id, label: `${each.name || each.id} (${each.id})` })));
  return [group('decision', 'Decision table', [
    choice('decision-id', word('Decides by'), () => id, (value) => extensions.setText(element, task, 'calledDecisionId', value), options),
    decision && note('decision-note', {
      text: word(
        'Looks at {inputs}; gives {outputs}.',
        { inputs: decision.inputs?.join(', ') || '–', outputs: decision.outputs?.join(', ') || '–' },
      ),
      links: [{ href: kesu.editorOf(decision.path), label: word('Open the table') }],
    }),
  ])];
}

function callActivity({ kesu, modeling }, element) {
  const { businessObject: call } = element, { processes = [] } = kesu.vocabulary;
  const id = call.get('calledElement') ?? '', called = processes.find((each) => each.id === id);
  const options = orNone(processes.map((each) => ({ value: each.id, label: `${each.name || each.id} (${each.id})` })));
  return [group('called', 'Called process', [
    choice(
      'called-element', word('Runs the process'), () => id,
      (value) => modeling.updateProperties(element, { calledElement: value || undefined }), options,
    ),
    called?.path && note('called-link', { links: [{ href: kesu.editorOf(called.path), label: word('Open its diagram') }] }),
  ])];
}
