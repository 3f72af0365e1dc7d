// The editor of plain files: <div data-text-editor …> around the form that works without script; see
// templates/design/text_editor.html. It saves by itself, numbers the lines, and shows what the check says.
import './editing/editing.css';
import './text-editor/text-editor.css';
import { Saving } from './studio/saving.js';
import { addWords, word } from './studio/words.js';
import { el } from './editing/element.js';
import { tellFailure } from './editing/failing.js';
import { Findings } from './editing/findings.js';
import shared from './editing/words-zh.js';
import { wireTab } from './text-editor/keys.js';
import { Preview } from './text-editor/preview.js';
import zh from './text-editor/zh.js';

addWords(shared);
addWords(zh);

const host = document.querySelector('[data-text-editor]');
const area = host.querySelector('textarea');
const part = (name) => document.querySelector(`[data-${name}]`);

/** Numbers beside the lines, moving with them. */
function numberLines() {
  const gutter = el('div', { class: 'text-lines', 'aria-hidden': 'true' });
  const draw = () => {
    const count = area.value.split('\n').length;
    if (gutter.childElementCount !== count) gutter.replaceChildren(...Array.from({ length: count }, (_, place) => el('div', { text: place + 1 })));
    gutter.scrollTop = area.scrollTop;
  };
  area.parentElement.insertBefore(gutter, area);
  area.addEventListener('input', draw);
  area.addEventListener('scroll', () => { gutter.scrollTop = area.scrollTop; });
  return draw;
}

async function start() {
  const typed = host.dataset.typed === 'true' ? area.value : null; // a text that the server refused comes back in the page
  const saving = new Saving(host, { read: async () => area.value, show: async (text) => put(text) });
  const findings = new Findings(host, part('findings'), { read: async () => area.value });
  const preview = part('text-preview') && new Preview(host, part('text-preview'), () => area.value);
  const draw = numberLines();
  function put(text) {
    area.value = text;
    draw();
    findings.changed();
    preview?.changed();
  }
  const text = await saving.load();
  put(typed ?? text);
  if (typed !== null && typed !== text) saving.changed();
  area.addEventListener('input', () => {
    saving.changed();
    findings.changed();
    preview?.changed();
  });
  area.form.addEventListener('submit', (event) => {
    event.preventDefault();
    saving.now();
  });
  wireTab(area);
  for (const one of host.querySelectorAll('[data-without-script]')) one.hidden = true;
  findings.now();
  preview?.now();
  host.dataset.ready = '1';
}

start().catch((error) => tellFailure(host, error));
