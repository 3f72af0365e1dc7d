// Playing by hand: the library's token simulation, under a button of our own and in the reader's language.
import { word } from './words.js';

const ATTRIBUTES = ['title', 'aria-label'];
const TEXTS = new Set([
  'Toggle Simulation Log', 'Reset Simulation', 'Play/Pause Simulation', 'Set Sequence Flow', 'Trigger Event',
  'Remove pause point', 'Add pause point', 'Pause Simulation', 'Play Simulation', 'Found unsupported elements', 'Not supported', 'Finished', 'Simulation Log', 'No Entries',
]);

/** Its words stand in its markup; they are put into the reader's language wherever they come up. */
function translateUnder(host) {
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (TEXTS.has(node.data.trim())) node.data = word(node.data.trim());
      continue;
    }
    for (const name of ATTRIBUTES) {
      const text = node.getAttribute?.(name);
      if (TEXTS.has(text)) node.setAttribute(name, word(text));
    }
  }
}

/** Wires the button; while one plays, nothing is drawn and the fields stand back. */
export function wireSimulation(modeler, button, host) {
  const mode = modeler.get('toggleMode');
  const watcher = new MutationObserver(() => {
    watcher.disconnect();
    translateUnder(host);
    watch();
  });
  const watch = () => watcher.observe(host, { childList: true, subtree: true, characterData: true });
  modeler.on('tokenSimulation.toggleMode', ({ active }) => {
    button.setAttribute('aria-pressed', String(active));
    document.querySelector('[data-studio]').dataset.simulating = active ? '1' : '';
    if (!active) return watcher.disconnect();
    translateUnder(host);
    watch();
  });
  button.addEventListener('click', () => mode.toggleMode());
}
