// Name, description and id of any element: one field a language.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { joinBlocks, joinName, nameLines, textBlocks } from '../names.js';
import { languageName, word } from '../words.js';
import { area, group, text } from './entries.js';

const ID = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const NAMED = ['bpmn:FlowElement', 'bpmn:Participant', 'bpmn:Lane', 'bpmn:Process'];

/** One field a language for a name; the first line serves all while it is the only one. */
export function nameEntries(id, name, set, languages) {
  const lines = nameLines(name, languages.length), alone = lines.filter(Boolean).length === 1 && lines[0];
  return languages.map((language, index) => text(`${id}-${language}`, word('Name ({language})', { language: languageName(language) }), () => lines[index], (value) => {
    const changed = lines.with(index, value);
    set(joinName(changed) || undefined);
  }, { placeholder: index && alone ? alone : undefined }));
}

/** One field a language for a long text, and one for what is common to all where there is any. */
export function blockEntries(id, label, written, set, languages, rows) {
  const parts = textBlocks(written);
  const write = (change) => set(joinBlocks({ ...parts, ...change }));
  const common = parts.common && area(
    `${id}-common`, word('{label} (all languages)', { label }), () => parts.common, (value) => write({ common: value }), { rows },
  );
  const headed = languages.map((language) => area(`${id}-${language}`, word('{label} ({language})', { label, language: languageName(language) }),
    () => parts.blocks[language] ?? '', (value) => write({ blocks: { ...parts.blocks, [language]: value } }), { rows }));
  return [common, ...headed];
}

function setDocumentation({ modeling, factory }, element, owner, written) {
  const [first, ...rest] = owner.get('documentation');
  const made = written ? factory.create('bpmn:Documentation', { text: written }) : undefined;
  if (made) Object.assign(made, { $parent: owner });
  if (made && first) for (const name of ['id', 'textFormat']) if (first.get(name)) made.set(name, first.get(name));
  modeling.updateModdleProperties(element, owner, { documentation: [made, ...rest].filter(Boolean) });
}

function idEntry({ modeling, moddle }, element) {
  const { businessObject: owner } = element;
  const validate = (value) => {
    if (!ID.test(value ?? '')) return word('An id begins with a letter and has letters, digits, "_", "-" and "." only.');
    const taken = moddle.ids.assigned(value);
    return taken && taken !== owner ? word('This id is taken.') : undefined;
  };
  const set = (value) => { if (!validate(value)) modeling.updateProperties(element, { id: value }); };
  return text('id', word('Id'), () => owner.get('id'), set, { validate, hint: word('Deadlines, send-back and reports refer to it.') });
}

/** The process that is meant: the element itself, or the one its pool (or the only pool of the drawing) shows. */
export function processOf(element) {
  const { businessObject: owner } = element;
  if (is(element, 'bpmn:Process')) return owner;
  if (is(element, 'bpmn:Participant')) return owner.get('processRef');
  const processes = is(element, 'bpmn:Collaboration') ? owner.get('participants').map((pool) => pool.get('processRef')).filter(Boolean) : [];
  return processes.length === 1 ? processes[0] : undefined;
}

export function generalGroups(tools, element) {
  const { kesu, modeling } = tools, { businessObject: owner } = element;
  const named = NAMED.some((type) => is(element, type));
  if (is(element, 'bpmn:TextAnnotation')) {
    return [group(
      'general', 'General',
      [area('text', word('Text'), () => owner.get('text') ?? '', (value) => modeling.updateLabel(element, value))],
    )];
  }
  const names = named ? nameEntries('name', owner.get('name'), (name) => rename(tools, element, name), kesu.languages) : [];
  const documented = processOf(element) ?? owner;
  const documentation = documented.get('documentation')?.[0]?.get('text');
  const texts = blockEntries(
    'documentation', word('Description'), documentation, (written) => setDocumentation(tools, element, documented, written),
    kesu.languages, 2,
  );
  const own = !['bpmn:Participant', 'bpmn:Collaboration'].some((type) => is(element, type));
  const general = [...names, own && idEntry(tools, element)].filter(Boolean);
  return [...(general.length ? [group('general', 'General', general)] : []), group('documentation', 'Description', texts)];
}

/** Through updateLabel, which also makes and sizes the label beside an event, gateway or flow. */
function rename({ modeling }, element, name) {
  if (is(element, 'bpmn:Process')) modeling.updateProperties(element, { name });
  else modeling.updateLabel(element, name ?? null);
}
