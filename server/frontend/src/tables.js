// The editor of decision tables: <div data-tables …> with the attributes every editor has; see templates/design/tables.html.
import './editing/editing.css';
import './tables/tables.css';
import { Saving } from './studio/saving.js';
import { addWords, word } from './studio/words.js';
import { el } from './editing/element.js';
import { ask } from './editing/asking.js';
import { tellFailure } from './editing/failing.js';
import { Findings } from './editing/findings.js';
import { lineFor } from './editing/languages.js';
import shared from './editing/words-zh.js';
import zh from './tables/zh.js';
import { showColumns } from './tables/columns.js';
import { markFindings } from './tables/marks.js';
import { goTo, openDecision } from './tables/places.js';
import { openTables, show } from './tables/table-modeler.js';
import { watchTitles } from './tables/titles.js';
import { Trial } from './tables/try.js';
import { showValues } from './tables/values.js';

addWords(shared);
addWords(zh);

const host = document.querySelector('[data-tables]');
const part = (name) => document.querySelector(`[data-${name}]`);
const SEVERITY = ['error', 'warning', 'info'];

async function words() {
  try {
    return await ask(host.dataset.vocabulary);
  } catch {
    return { fields: [], languages: ['zh-CN', 'en'] }; // the table can be edited all the same
  }
}

/** The decisions of the file, to choose from when there are several. */
function chooser(modeler, index, opened) {
  const select = part('decisions'), title = ({ id, name }) => lineFor(name, index) || id;
  const draw = () => {
    select.replaceChildren(...modeler.decisions.map((one) => el('option', { value: one.id, text: title(one) })));
    select.value = openDecision(modeler)?.id ?? '';
    select.hidden = modeler.decisions.length < 2;
  };
  select.addEventListener('change', async () => {
    await modeler.open(modeler.getView(modeler.decisions.find(({ id }) => id === select.value)));
    opened();
  });
  draw();
  return draw;
}

async function start() {
  let modeler;
  const read = async () => (saving.readOnly ? xml : (await modeler.saveXML({ format: true })).xml);
  const saving = new Saving(host, { read, show: (xml) => show(modeler, xml), type: 'application/xml' });
  const xml = await saving.load();
  modeler = await openTables(host, xml, saving.readOnly);
  const vocabulary = await words();
  const inView = (name) => modeler.getActiveViewer().get(name);
  let typing = false; // in the columns' own fields, which then stay as they are: the next one can be clicked or tabbed into
  const change = (work) => {
    typing = true;
    work(inView('modeling'));
    typing = false;
  };
  const findings = new Findings(host, part('findings'), {
    read, jump: ({ element }) => goTo(modeler, host, element).then((other) => other && drawn()),
    shown: (list) => markFindings([...list].sort((one, other) => SEVERITY.indexOf(one.severity) - SEVERITY.indexOf(other.severity))),
  });
  const trial = new Trial(host, { form: part('try-form'), result: part('try-result') }, modeler, vocabulary.fields, read);
  const columns = () => showColumns(part('columns'), modeler, vocabulary, change, saving.readOnly);
  const choose = chooser(modeler, vocabulary.language_index ?? 0, () => drawn());

  function drawn() {
    choose();
    columns();
    showValues(part('cell'), modeler, null, vocabulary.fields, () => inView('modeling'));
    trial.changed();
    listen();
  }
  const heard = new WeakSet();
  function listen() {
    const viewer = modeler.getActiveViewer();
    if (!viewer || heard.has(viewer) || saving.readOnly) return;
    heard.add(viewer);
    viewer.on('elements.changed', () => { saving.changed(); findings.changed(); trial.changed(); });
    viewer.on('cellSelection.changed', ({ elementId, selection }) => {
      if (selection.selected) showValues(part('cell'), modeler, elementId, vocabulary.fields, () => inView('modeling'));
    });
    viewer.on('commandStack.changed', () => typing || columns());
  }
  for (const action of ['undo', 'redo']) part(action)?.addEventListener('click', () => inView('editorActions').trigger(action));
  part('add-rule')?.addEventListener('click', async () => {
    inView('editorActions').trigger('addRule');
    await goTo(modeler, host, openDecision(modeler).decisionLogic.rule.at(-1).inputEntry[0].id); // it may lie far below
  });
  watchTitles(host);
  drawn();
  findings.now();
  const wanted = decodeURIComponent(location.hash.slice(1)).split(',')[0];
  if (wanted) await goTo(modeler, host, wanted);
  host.dataset.ready = '1';
}

start().catch((error) => tellFailure(host, error));
