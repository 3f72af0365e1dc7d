// What makes a long form bearable: fields that appear when needed, rows, pictures, and drafts that save themselves.
// Without script the same form works: everything is visible, and the server renders one more row.
import './form.css';
import './fields.css';
import { keepDraft } from './form-draft.js';
import { showPicked } from './form-files.js';
import { wireRows } from './form-rows.js';
import { refreshShown } from './form-show.js';

for (const form of document.querySelectorAll('form[data-case-form]')) {
  refreshShown(form);
  form.addEventListener('input', () => refreshShown(form));
  form.addEventListener('change', (event) => {
    refreshShown(form);
    if (event.target.matches('input[type=file]')) showPicked(event.target);
  });
  // The browser cannot point at what is wrong inside a folded part.
  form.addEventListener('invalid', (event) => event.target.closest('details')?.setAttribute('open', ''), true);
  wireRows(form, () => {
    refreshShown(form);
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
  keepDraft(form);
  form.dataset.ready = '1';
}

// A refused form comes back: begin with what is said about it, else where the trouble is.
if (!document.querySelector('form[data-case-form] [autofocus]')) document.querySelector('form[data-case-form] [aria-invalid=true], form[data-case-form] .is-invalid')?.focus();
