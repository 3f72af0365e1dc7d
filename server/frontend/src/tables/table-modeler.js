// dmn-js with decision tables alone, writing what our engine evaluates.
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import DmnModeler from 'dmn-js/lib/Modeler';
import DmnViewer from 'dmn-js/lib/Viewer';
import { HIT_POLICIES } from 'dmn-js-decision-table/lib/features/hit-policy/HitPolicies';
import { word } from '../studio/words.js';

const OUR_POLICIES = new Set(['UNIQUE', 'FIRST', 'ANY', 'COLLECT', 'RULE ORDER']);
// These write date("2026-01-05") and the like, which the engine refuses; dates of the case are texts in quotes.
const FEEL_ONLY = ['simpleDateEdit', 'simpleDateTimeEdit', 'simpleTimeEdit', 'simpleDurationEdit'];
// Not FEEL, so that cells are plain text without FEEL's completion and marks.
const LANGUAGE = { options: [{ value: 'kesu', label: 'Kesu' }], defaults: { editor: 'kesu' } };

/** `Kind` of dmn-js with decision tables alone. */
const tablesOnly = (Kind) => class extends Kind {
  _getViewProviders() {
    return super._getViewProviders().filter(({ id }) => id === 'decisionTable');
  }

  get decisions() {
    return this.getViews().map(({ element }) => element);
  }
};

/** Offers the hit policies our engine has, and those the file has already, so that they can be changed. */
function limitPolicies(xml) {
  const kept = HIT_POLICIES.filter(({ value }) => OUR_POLICIES.has(value.hitPolicy) || xml.includes(`"${value.hitPolicy}"`));
  HIT_POLICIES.splice(0, HIT_POLICIES.length, ...kept);
}

/** A modeler in `container`, and its file opened, only to look at with `readOnly`. Throws Error where there is no table. */
export async function openTables(container, xml, readOnly) {
  limitPolicies(xml);
  const off = readOnly ? {} : Object.fromEntries(FEEL_ONLY.map((name) => [name, ['value', null]]));
  const modeler = new (tablesOnly(readOnly ? DmnViewer : DmnModeler))({
    container,
    common: { expressionLanguages: LANGUAGE, dataTypes: ['string', 'number', 'boolean'] },
    decisionTable: { additionalModules: [{ translate: ['value', word], ...off }] },
  });
  await show(modeler, xml);
  return modeler;
}

/** Puts another text into the modeler. */
export async function show(modeler, xml) {
  await modeler.importXML(xml, { open: false });
  const [first] = modeler.getViews();
  if (!first) throw new Error(word('it holds no decision table'));
  await modeler.open(first);
}
