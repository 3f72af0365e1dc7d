// The BPMN studio: draw, set our conventions, see the check while drawing, play its counterexamples, save by itself.
//   <div data-studio data-file data-save data-revision data-path data-check data-vocabulary data-due data-edit="…/PATH" data-codes
//        data-read-only> with [data-canvas], [data-panel], [data-findings], [data-player], [data-losses], buttons [data-do], see
//        templates/design/modeler.html. Sets data-ready when the diagram stands (its `studio` property then has modeler, open(xml)
//        and text()), data-failed when it cannot be shown.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import './studio/modeler.css';
import './studio/panel.css';
import './studio/findings.css';
import './studio/saving.css';
import './studio/words-modeler.js';
import { tellFailure } from './editing/failing.js';
import shared from './editing/words-zh.js';
import { wireTouch } from './diagram-touch.js';
import { makeModeler, openDiagram, textOf, toolsOf } from './studio/canvas.js';
import { Checking } from './studio/checking.js';
import { compareDiagrams } from './studio/compare.js';
import { drawBadges, Findings } from './studio/findings.js';
import { pickLine } from './studio/names.js';
import { askServer } from './studio/panel/due.js';
import { Player } from './studio/player.js';
import { fillMenu, insertReady } from './studio/ready.js';
import { Saving } from './studio/saving.js';
import { wireSimulation } from './studio/simulation.js';
import { tellLosses, wireToolbar } from './studio/toolbar.js';
import { drawnAs, fit, goTo } from './studio/view.js';
import { addWords, word } from './studio/words.js';

addWords(shared);

const root = document.querySelector('[data-studio]');
const part = (name) => root.querySelector(`[data-${name}]`);

async function knowledge() {
  const answer = await fetch(root.dataset.vocabulary, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${root.dataset.vocabulary}: ${answer.status}`);
  const vocabulary = await answer.json();
  const editorOf = (path) => root.dataset.edit.replace('PATH', path.split('/').map(encodeURIComponent).join('/'));
  return {
    vocabulary, languages: vocabulary.languages, index: vocabulary.language_index, readOnly: !['false', '0', undefined].includes(root.dataset.readOnly),
    editorOf, due: askServer(root.dataset.due),
  };
}

/** Checks and shows what was found; gives {changed, findings}. */
function wireCheck(modeler, kesu, saved) {
  const name = (id) => pickLine(drawnAs(modeler, id)?.businessObject.get('name') ?? '', kesu.index);
  const player = new Player(part('player'), modeler, name);
  const findings = new Findings(part('findings'), root.dataset.path, {
    name, go: (id) => goTo(modeler, id), editorOf: kesu.editorOf, pageOf: (code) => `${root.dataset.codes}#${code}`, play: (finding) => player.open(finding),
  });
  const checking = new Checking({
    url: root.dataset.check, path: root.dataset.path, read: saved, say: (state, text) => findings.say(state, text),
    show: (said) => {
      findings.show(said);
      drawBadges(modeler, findings.here());
    },
  });
  modeler.on('commandStack.changed', () => { player.close(); checking.changed(); });
  return { checking, findings, player };
}

/** A file from another tool takes the place of the diagram; what cannot be read changes nothing. */
function wireTakeOver(input, modeler, saving, check) {
  input.addEventListener('change', async () => {
    const before = await textOf(modeler), file = input.files[0];
    input.value = '';
    try {
      tellLosses(part('losses'), await openDiagram(modeler, await file.text()));
      saving.changed();
      check.changed();
      fit(modeler.get('canvas'), false);
    } catch (error) {
      await openDiagram(modeler, before);
      tellLosses(part('losses'), [error.message.split('\n')[0]], word('This file is no diagram; nothing was changed.'));
    }
  });
}

/** The element, and the finding to play, that a link from another diagram named. */
function goToNamed(modeler, { findings, player }) {
  const [id, code] = decodeURIComponent(location.hash.slice(1)).split(',');
  if (id) goTo(modeler, id);
  const finding = code && findings.here().find((each) => each.code === code && [each.element, each.process].includes(id) && each.counterexample);
  if (finding) player.open(finding);
}

async function start() {
  const kesu = await knowledge();
  const modeler = makeModeler(part('canvas'), part('panel'), kesu);
  const saving = new Saving(root, {
    read: () => textOf(modeler), type: 'application/xml', compare: compareDiagrams(kesu.index),
    show: async (text) => { xml = text; tellLosses(part('losses'), await openDiagram(modeler, text)); check.checking.now(); },
  });
  let xml = await saving.load();
  tellLosses(part('losses'), await openDiagram(modeler, xml));
  fit(modeler.get('canvas'), false);
  wireToolbar(root, modeler);
  wireTouch(part('canvas'), modeler.get('canvas'));
  wireSimulation(modeler, part('simulate'), part('canvas'));
  if (part('ready-steps')) fillMenu(part('ready-steps'), (key) => insertReady(toolsOf(modeler, kesu), key));
  // What was not touched is checked as it stands in the file, so that lines and places are those of the file.
  const check = wireCheck(modeler, kesu, async () => (!xml || modeler.get('commandStack').canUndo() ? textOf(modeler) : xml));
  if (part('take-over')) wireTakeOver(part('take-over'), modeler, saving, { changed: () => { xml = ''; check.checking.changed(); } });
  modeler.on('commandStack.changed', () => saving.changed());
  root.studio = { modeler, open: (text) => openDiagram(modeler, text), text: () => textOf(modeler) };
  root.dataset.ready = '1';
  await check.checking.now();
  goToNamed(modeler, check);
}

start().catch((error) => {
  tellFailure(root, error);
});
