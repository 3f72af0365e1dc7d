// The modeler with our rooms in it. In a published version it only shows: nothing can be drawn, and fields are locked.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import tokenSimulation from 'bpmn-js-token-simulation';
import { allowedModule } from './allowed.js';
import { foreignModule, keepReferences, mendModel } from './foreign.js';
import { namingModule } from './naming.js';
import { panelModule } from './panel/provider.js';
import { rootsModule } from './roots.js';
import { togetherModule } from './together.js';
import { CHINESE, word } from './words.js';

const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", Arial, sans-serif';

const translateModule = { translate: ['value', word] };

const RULES = [
  'elements.move', 'shape.resize', 'shape.create', 'elements.create', 'connection.create', 'connection.reconnect', 'elements.delete',
  'element.copy', 'elements.paste',
];

/** Everything that changes the diagram is refused. */
class ReadOnly {
  static $inject = ['eventBus', 'config.kesu'];

  constructor(eventBus, { readOnly }) {
    if (!readOnly) return;
    const refused = ['shape.move.start', 'create.start', 'connect.start', 'resize.start', 'directEditing.activate', 'bendpoint.move.start',
      'connectionSegment.move.start', 'spaceTool.start', 'element.dblclick'];
    eventBus.on(refused, 5000, (event) => { event.stopPropagation(); event.preventDefault(); return false; });
    eventBus.on('commandStack.canExecute', 5000, () => false);
    for (const rule of RULES) {
      eventBus.on(`commandStack.${rule}.canExecute`, 5000, () => false);
    }
  }
}

const readOnlyModule = { __init__: ['readOnly'], readOnly: ['type', ReadOnly] };

/** kesu: {vocabulary, languages, index, readOnly, editorOf(path), due(expression), inThisFile(id), userTasks()}. */
export function makeModeler(host, panel, kesu) {
  const modeler = new Modeler({
    container: host,
    propertiesPanel: { parent: panel },
    kesu,
    textRenderer: { defaultStyle: { fontFamily: FONT }, externalStyle: { fontFamily: FONT } },
    additionalModules: [
      BpmnPropertiesPanelModule, tokenSimulation, translateModule, togetherModule, rootsModule, foreignModule,
      namingModule, panelModule, allowedModule, readOnlyModule,
    ],
  });
  mendModel(modeler.get('moddle'));
  const registry = modeler.get('elementRegistry');
  kesu.inThisFile = (id) => Boolean(registry.get(id));
  kesu.userTasks = () => registry.filter((element) => element.type === 'bpmn:UserTask');
  modeler.get('canvas').getContainer().classList.toggle('chinese', CHINESE);
  return modeler;
}

/** Shows the XML; gives what the file holds that the editor would lose on saving. Throws Error for what is no diagram. */
export async function openDiagram(modeler, xml) {
  const { warnings } = await modeler.importXML(xml);
  return keepReferences(modeler.get('moddle'), warnings).map(({ message }) => message);
}

/** The diagram as a file. */
export async function textOf(modeler) {
  return (await modeler.saveXML({ format: true })).xml;
}

/** What pieces need to build in the diagram. */
export function toolsOf(modeler, kesu) {
  const get = (name) => modeler.get(name);
  return {
    kesu, modeling: get('modeling'), factory: get('bpmnFactory'), elementFactory: get('elementFactory'), moddle: get('moddle'),
    registry: get('elementRegistry'), extensions: get('extensions'), roots: get('roots'), together: get('together'),
    spaceTool: get('spaceTool'), canvas: get('canvas'), selection: get('selection'),
  };
}
