// The groups of the properties panel: our conventions and nothing else, each kind of element in a file of its own.
import { eventGroups } from './events.js';
import { flowGroups } from './flow.js';
import { generalGroups } from './general.js';
import { loopGroups } from './loop.js';
import { laneGroups, processGroups } from './process.js';
import { serviceGroups } from './service.js';
import { taskGroups } from './task.js';

const MAKERS = [generalGroups, processGroups, laneGroups, taskGroups, serviceGroups, eventGroups, flowGroups, loopGroups];
const DESCRIPTION_LAST = ['documentation', 'loop'];

class KesuPanel {
  static $inject = [
    'propertiesPanel', 'modeling', 'bpmnFactory', 'moddle', 'elementRegistry', 'extensions', 'roots', 'together', 'config.kesu',
  ];

  constructor(panel, modeling, factory, moddle, registry, extensions, roots, together, kesu) {
    this.tools = { modeling, factory, moddle, registry, extensions, roots, together, kesu };
    panel.registerProvider(this);
  }

  getGroups(element) {
    return (groups) => {
      const own = MAKERS.flatMap((make) => make(this.tools, element)).map((each) => (this.tools.kesu.readOnly ? locked(each) : each));
      const [first, last] = [own.filter(({ id }) => !DESCRIPTION_LAST.includes(id)), own.filter(({ id }) => DESCRIPTION_LAST.includes(id))];
      return [...groups, ...first, ...last];
    };
  }
}

const locked = (group) => ({ ...group, entries: group.entries.map((entry) => ({ ...entry, disabled: true })) });

export const panelModule = { __init__: ['kesuPanel'], kesuPanel: ['type', KesuPanel] };
