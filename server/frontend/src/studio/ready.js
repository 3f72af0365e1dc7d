// Ready steps: what our processes are made of, put in as a whole with everything the engine needs.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { placeFor, Row } from './insert.js';
import { joinName } from './names.js';
import { word } from './words.js';

const TASK = 'bpmn:UserTask', GATEWAY = 'bpmn:ExclusiveGateway', SERVICE = 'bpmn:ServiceTask';

export const STEPS = [
  {
    key: 'approval', title: 'Approval with a deadline',
    about: 'A task with a due date, and a gateway: approved goes on, refused goes back.', build: approval,
  },
  {
    key: 'outside', title: 'Wait for the outside', about: 'A task that a message ends, so that people can always go on by hand.',
    build: outside,
  },
  {
    key: 'service', title: 'Service with a way out', about: 'A service task, and a task for people when it ends with an error.',
    build: service,
  },
  { key: 'round', title: 'Work and review', about: 'Work, a review that can send it back, and a gateway for another round.', build: round },
];

// The diagram is read in every language of the application, whatever the author reads.
const NAMES = {
  approve: ['审批', 'Approve'], approved: ['批准了吗？', 'Approved?'], yes: ['批准', 'Approved'], no: ['不批准', 'Refused'], refused: ['未批准', 'Refused'],
  wait: ['等待外部答复', 'Wait for the answer'], answered: ['已答复', 'Answered'], call: ['自动处理', 'Do it by machine'], failed: ['失败', 'Failed'],
  byHand: ['人工处理', 'Do it by hand'], work: ['处理', 'Do the work'], review: ['复核', 'Review'],
  good: ['合格吗？', 'Good enough?'], again: ['再来一轮', 'Once more'],
};

const nameIn = (languages, key) => joinName(languages.map((language) => NAMES[key][language.startsWith('zh') ? 0 : 1]));

/** Puts a ready step in at what is selected, as one step for undo, and selects its first shape. */
export function insertReady(tools, key) {
  const { build } = STEPS.find((each) => each.key === key);
  const name = (one) => nameIn(tools.kesu.languages, one);
  const first = tools.together.do(() => build(tools, placeFor(tools), name));
  tools.selection.select(first);
  return first;
}

function settings(tools, properties) {
  const { extensions } = tools;
  const rows = Object.entries(properties).map(([name, value]) => extensions.create('property', { name, value }));
  return rows.length ? { extensionElements: extensions.wrap([extensions.create('properties', {}, rows)]) } : {};
}

/** A condition of the case that says "refused", where there is a field for it; else the author writes it. */
function refusal({ kesu }) {
  for (const { path, values = [] } of kesu.vocabulary.fields ?? []) {
    const no = values.find(({ value }) => ['rejected', 'refused', 'no'].includes(value));
    if (no && /approv|decision/.test(path) && !path.includes('[]')) return `${path} == "${no.value}"`;
  }
  return '';
}

function approval(tools, place, name) {
  const row = new Row(tools, place, [TASK, GATEWAY]);
  const task = row.add(TASK, { id: 'approve', name: name('approve'), ...settings(tools, { dueDate: 'working_days(1)' }) });
  const gateway = row.add(GATEWAY);
  tools.modeling.updateLabel(gateway, name('approved'));
  const earlier = place.after && is(place.after, TASK) ? place.after : undefined;
  const on = row.splice(task, gateway);
  row.connect(task, gateway);
  const target = earlier ?? row.put(
    'bpmn:EndEvent', { x: gateway.x + 25, y: gateway.y + 150 }, { id: 'End_Refused', name: name('refused') },
  );
  row.connect(gateway, target, { name: name('no'), condition: refusal(tools) });
  if (on) tools.modeling.updateLabel(on, name('yes'));
  if (on) tools.modeling.updateProperties(gateway, { default: on.businessObject });
  if (earlier) tools.extensions.setProperty(task, task.businessObject, 'sendBackTo', earlier.businessObject.get('id'));
  return task;
}

function messageName({ roots, kesu }) {
  const taken = new Set([...roots.all('message').map((each) => each.get('name')), ...(kesu.vocabulary.messages ?? [])]);
  let name = 'outside.answered', count = 1;
  while (taken.has(name)) name = `outside.answered_${(count += 1)}`;
  return name;
}

function outside(tools, place, name) {
  const { extensions, modeling, roots } = tools;
  const row = new Row(tools, place, [TASK, GATEWAY]);
  const task = row.add(TASK, { id: 'wait_for_answer', name: name('wait') }), join = row.add(GATEWAY);
  const event = row.attach(task, 'bpmn:MessageEventDefinition', { name: name('answered') });
  const [definition] = event.businessObject.get('eventDefinitions');
  modeling.updateModdleProperties(event, definition, { messageRef: roots.ensure(event, 'message', messageName(tools)) });
  extensions.put(event, definition, 'processVariableCorrelation', () => extensions.create('processVariableCorrelation', {}, [
    extensions.create('propertyId', {}, 'number'), extensions.create('expression', {}, 'number'),
  ]));
  row.splice(task, join);
  row.connect(task, join);
  row.connect(event, join);
  return task;
}

function service(tools, place, name) {
  const { modeling, extensions, kesu, roots } = tools;
  const row = new Row(tools, place, [SERVICE, GATEWAY]);
  const topic = kesu.vocabulary.topics?.find(({ errors }) => errors?.length);
  const task = row.add(SERVICE, { id: 'service', name: name('call') }), join = row.add(GATEWAY);
  if (topic) extensions.setOperator(task, task.businessObject, { topic: topic.topic, parameters: [], retries: '5', backoff: '2' });
  const event = row.attach(task, 'bpmn:ErrorEventDefinition', { name: name('failed') });
  const [definition] = event.businessObject.get('eventDefinitions');
  if (topic) modeling.updateModdleProperties(event, definition, { errorRef: roots.ensure(event, 'error', topic.errors[0]) });
  const byHand = row.put(TASK, { x: event.x + 18 + 40, y: event.y + 120 }, { id: 'do_by_hand', name: name('byHand') });
  row.splice(task, join);
  row.connect(task, join);
  row.connect(event, byHand);
  row.connect(byHand, join);
  return task;
}

function round(tools, place, name) {
  const row = new Row(tools, place, [TASK, TASK, GATEWAY]);
  const work = row.add(TASK, { id: 'work', name: name('work') });
  const review = row.add(TASK, { id: 'review', name: name('review'), ...settings(tools, { sendBackTo: work.businessObject.get('id') }) });
  const gateway = row.add(GATEWAY);
  tools.modeling.updateLabel(gateway, name('good'));
  const on = row.splice(work, gateway);
  row.connect(work, review);
  row.connect(review, gateway);
  row.connect(gateway, work, { name: name('again'), condition: refusal(tools) });
  if (on) tools.modeling.updateProperties(gateway, { default: on.businessObject });
  return work;
}

/** The menu of ready steps in the toolbar. */
export function fillMenu(menu, insert) {
  for (const { key, title, about } of STEPS) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn studio-ready' });
    button.dataset.readyStep = key;
    button.append(
      Object.assign(document.createElement('strong'), { textContent: word(title) }),
      Object.assign(document.createElement('span'), { textContent: word(about) }),
    );
    button.addEventListener('click', () => { menu.closest('details').open = false; insert(key); });
    menu.append(button);
  }
}
