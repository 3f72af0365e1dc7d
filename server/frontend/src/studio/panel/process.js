// A process (also the one a pool shows) and a lane.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { propertyOf } from '../extensions.js';
import { word } from '../words.js';
import { choice, group, note, orNone, text, tick } from './entries.js';
import { nameEntries, processOf } from './general.js';

export function processGroups({ kesu, modeling }, element) {
  const process = processOf(element);
  if (!process) return [];
  const set = (properties) => modeling.updateModdleProperties(element, process, properties);
  const pool = !is(element, 'bpmn:Process'); // a drawing with pools, or one of them
  const names = pool ? nameEntries('process-name', process.get('name'), (name) => set({ name }), kesu.languages) : [];
  return [group('process', 'Process', [
    ...names,
    pool && text(
      'process-id', word('Id of the process'), () => process.get('id'), () => {},
      { disabled: true, hint: word('Call activities and application.toml refer to it.') },
    ),
    tick('executable', word('Executable'), () => Boolean(process.get('isExecutable')), (value) => set({ isExecutable: Boolean(value) })),
  ])];
}

export function laneGroups({ kesu, extensions }, element) {
  if (!is(element, 'bpmn:Lane')) return [];
  const { businessObject: lane } = element, { groups = [] } = kesu.vocabulary;
  const options = orNone(groups.map(({ key, title }) => ({ value: key, label: `${title} (${key})` })));
  const own = groups.find(({ key }) => key === lane.get('id'));
  return [group('lane', 'Group', [
    choice(
      'group', word('Works the tasks in this lane'), () => propertyOf(lane, 'group'),
      (value) => extensions.setProperty(element, lane, 'group', value), options,
    ),
    note(
      'group-note',
      { text: own ? word('Without a choice: {title}, by the id of the lane.', { title: own.title }) : word('Without a choice the id of the lane has to be a group.') },
    ),
  ])];
}
