// A file that an editor cannot open can still be mended as a text.
import { el } from './element.js';
import { word } from '../studio/words.js';

/** Says in `host` why its file cannot be opened, with the way to its text. */
export function tellFailure(host, error) {
  host.dataset.failed = '1';
  host.prepend(el('div', { class: 'notice notice-danger', role: 'alert' },
    el('p', { text: word('This file cannot be opened here: {reason}', { reason: error.message }) }),
    el('a', { href: '?as=text', text: word('Open it as a text') })));
}
