// What the engine refuses is not offered: docs/design/findings.md says what to draw instead.
const REPLACE = new Set([
  'script-task', 'complex-gateway', 'ad-hoc-subprocess', 'collapsed-ad-hoc-subprocess', 'event-subprocess', 'transaction',
  'conditional-start', 'signal-start', 'error-start', 'escalation-start', 'compensation-start', 'compensation-end',
  'compensation-boundary', 'compensation-intermediate-throw', 'link-intermediate-catch', 'link-intermediate-throw', 'signal-end',
  'cancel-end', 'cancel-boundary', 'data-store-reference', 'conditional-flow',
].map((name) => `replace-with-${name}`));
const HEADERS = new Set(['toggle-is-collection', 'toggle-participant-multiplicity']);
const PALETTE = new Set(['create.data-store', 'create.data-object']);
const AFTER_THE_LIBRARY = 400;

const without = (refused) => (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => !refused.has(name)));

class Allowed {
  static $inject = ['popupMenu', 'palette'];

  constructor(popupMenu, palette) {
    popupMenu.registerProvider('bpmn-replace', AFTER_THE_LIBRARY, {
      getPopupMenuEntries: () => without(REPLACE),
      getPopupMenuHeaderEntries: () => without(HEADERS),
    });
    palette.registerProvider(AFTER_THE_LIBRARY, { getPaletteEntries: () => without(PALETTE) });
  }
}

export const allowedModule = { __init__: ['allowed'], allowed: ['type', Allowed] };
