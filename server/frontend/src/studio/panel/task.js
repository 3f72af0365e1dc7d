// A user task: form, time, who, milestone, sending back, rounds; and instructions, which other tasks have too.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { extensionText, propertyOf } from '../extensions.js';
import { pickLine } from '../names.js';
import { word } from '../words.js';
import { area, choice, group, note, orNone, several, text } from './entries.js';
import { expression } from './expression.js';
import { blockEntries } from './general.js';

/** Ids of user tasks from which a token can come to this one, nearest first, in this diagram. */
export function earlierTasks(element) {
  const seen = new Set([element]), found = [];
  const queue = [element];
  while (queue.length) {
    const here = queue.shift();
    const before = (here.incoming ?? []).filter((flow) => is(flow, 'bpmn:SequenceFlow')).map((flow) => flow.source);
    if (here.host) before.push(here.host);
    if (!before.length && is(here.parent, 'bpmn:SubProcess')) before.push(here.parent);
    for (const each of before) {
      if (seen.has(each)) continue;
      seen.add(each);
      queue.push(each);
      if (is(each, 'bpmn:UserTask')) found.push(each);
    }
  }
  return found;
}

const ids = (value) => value.split(/[\s,]+/).filter(Boolean);

function taskOptions(kesu, drawn) {
  const here = drawn.map(({ businessObject: task }) => ({
    value: task.get('id'), label: pickLine(task.get('name') ?? task.get('id'), kesu.index),
  }));
  const elsewhere = (kesu.vocabulary.tasks ?? []).filter(({ id }) => !kesu.inThisFile(id));
  return [here, elsewhere.map(({ id, name }) => ({ value: id, label: name || id }))];
}

export function taskGroups(tools, element) {
  return [...(is(element, 'bpmn:UserTask') ? userTask(tools, element) : []), ...instructions(tools, element)];
}

function userTask({ kesu, extensions }, element) {
  const { businessObject: task } = element, { vocabulary } = kesu;
  const property = (make, name, label, ...more) => make(
    name, word(label), () => propertyOf(task, name), (value) => extensions.setProperty(element, task, name, value.trim()), ...more
  );
  const list = (name, label, options, hint) => several(name, word(label), () => ids(propertyOf(task, name)),
    (values) => extensions.setProperty(element, task, name, values.join(', ')), options, { hint: word(hint) });
  const form = vocabulary.forms?.find(({ key }) => key === propertyOf(task, 'formKey'));
  const forms = orNone((vocabulary.forms ?? []).map(({ key, title }) => ({ value: key, label: `${title} (${key})` })));
  const [before] = taskOptions(kesu, earlierTasks(element));
  const [others, elsewhere] = taskOptions(kesu, kesu.userTasks().filter((each) => each !== element));
  const prompts = (vocabulary.prompts ?? []).map(({ key, title }) => ({ value: key, label: title || key }));
  const loops = orNone((vocabulary.loops ?? []).map(({ key, title }) => ({ value: key, label: title || key })));
  const milestones = orNone((vocabulary.milestones ?? []).map((value) => ({ value, label: value })));
  return [
    group('form', 'Form', [
      property(choice, 'formKey', 'What is filled in', forms),
      form && note(
        'form-link',
        { links: [{ href: kesu.editorOf(form.path), label: word('Open the form “{title}”', { title: form.title }) }] },
      ),
    ]),
    group('due', 'Time', [
      property(
        expression, 'dueDate', 'Due', vocabulary,
        { due: kesu.due, placeholder: 'working_hours(8)', hint: word('Empty: the table of deadlines says it.') },
      ),
      property(choice, 'milestone', 'Milestone', milestones, { hint: word('The customer’s status page goes by it.') }),
      property(text, 'priority', 'Priority', { validate: whole, hint: word('A whole number; 50 when empty.') }),
      property(text, 'costRate', 'Cost per hour', { validate: number, hint: word('Empty: the rate of application.toml.') }),
    ]),
    group('who', 'Who', [
      property(
        expression, 'assignee', 'Meant for', vocabulary,
        { hint: word('An expression that gives a user name; empty: anybody of the group.') },
      ),
      property(area, 'waitsFor', 'Waits for this from outside', {
        hint: word('For the sentence that says why a complaint waits; one line for each language.'),
      }),
      list('notBy', 'Not by whoever did', [...others, ...elsewhere], 'Four eyes: the same person cannot do both.'),
    ]),
    group('conduct', 'How to behave', [
      list('prompts', 'Prompts shown at this task', prompts, 'Their texts stand in application.toml, under [prompts].'),
    ]),
    group('back', 'Sending back and rounds', [
      list('sendBackTo', 'Can be sent back to', before, 'Offered first when the work is not good enough.'),
      property(choice, 'loop', 'Begins a round of', loops, { hint: word('Loops are described in application.toml.') }),
    ]),
  ];
}

const whole = (value) => (!value || /^-?\d+$/.test(value.trim()) ? undefined : word('A whole number, please.'));
const number = (value) => (!value || /^\d+(\.\d+)?$/.test(value.trim()) ? undefined : word('A number, please.'));

function instructions({ kesu, extensions }, element) {
  if (!is(element, 'bpmn:UserTask') && !is(element, 'bpmn:ManualTask')) return [];
  const { businessObject: task } = element;
  const entries = blockEntries('instructions', word('What to do'), extensionText(task, 'instructionsForEndUser'),
    (written) => extensions.setText(element, task, 'instructionsForEndUser', written), kesu.languages, 4);
  return [group('instructions', 'Instructions', entries)];
}
