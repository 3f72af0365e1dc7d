// What makes a long form bearable: fields that appear when needed, rows, pictures, and drafts that save themselves.
// Without script the same form works: everything is visible, and the server renders one more row.
import './form.css';
import './fields.css';
import { keepDraft } from './form-draft.js';
import { showPicked } from './form-files.js';
import { refreshMissing, wireMissing } from './form-missing.js';
import { wireRows } from './form-rows.js';
import { refreshShown } from './form-show.js';

const quiet = (error) => console.error(error); // the form works without what could not be loaded

/** What only some forms need comes when one does: a page of a plain form stays small. */
function extras(form) {
  if (form.querySelector('[data-drawn]')) import('./form-drawn.js').then(({ wireDrawn }) => wireDrawn(form)).catch(quiet);
  if (form.querySelector('[data-files]')) import('./form-photos.js').then(({ wireFiles }) => wireFiles(form)).catch(quiet);
  if (!form.querySelector('[data-pick]') && ![...form.querySelectorAll('template')].some(({ content }) => content.querySelector('[data-pick]'))) return;
  import('./form-pick.js').then(({ wirePicks }) => {
    wirePicks(form);
    form.addEventListener('rowadded', ({ target }) => wirePicks(target));
  }).catch(quiet);
}

for (const form of document.querySelectorAll('form[data-case-form]')) {
  refreshShown(form);
  form.addEventListener('input', () => {
    refreshShown(form);
    refreshMissing(form);
  });
  form.addEventListener('change', (event) => {
    refreshShown(form);
    refreshMissing(form);
    if (event.target.matches('input[type=file]') && !event.target.closest('[data-files]')) showPicked(event.target);
  });
  // The browser cannot point at what is wrong inside a folded part.
  form.addEventListener('invalid', (event) => event.target.closest('details')?.setAttribute('open', ''), true);
  wireRows(form, () => {
    refreshShown(form);
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
  wireMissing(form);
  extras(form);
  keepDraft(form);
  form.dataset.ready = '1';
}

// A refused form comes back: begin with what is said about it, else where the trouble is.
if (!document.querySelector('form[data-case-form] [autofocus]')) document.querySelector('form[data-case-form] [aria-invalid=true], form[data-case-form] .is-invalid')?.focus();
