// What is demanded and still empty: counted above the form, in the head of each section and beside the button, with a way to
// each field. The server says the same when the page is made; texts hold # where a number goes.
import { el } from './editing/element.js';

const SHOWN = ':not([hidden])';

function filled(control) {
  if (control.type === 'radio' || control.type === 'checkbox') return control.checked && control.value !== '';
  if (control.type === 'file') return control.files.length > 0;
  return control.value.trim() !== '';
}

const typed = (place, which = 'input:not([type=hidden]), select, textarea') => [...place.querySelectorAll(which)].some(filled);

/** An aspect that was only offered makes no row. */
function begun(row) {
  const offered = row.closest('.rows-is_is_not') && !row.querySelector('input[type=hidden]').value;
  return typed(row, offered ? 'input:not([type=hidden]), textarea' : undefined);
}

const rows = (field) => [...field.querySelectorAll('[data-rows-body] > [data-row]')];

function isFilled(field) {
  if (field.querySelector('[data-rows]')) return rows(field).some(begun);
  const files = field.querySelector('[data-files]');
  if (!files) return typed(field);
  const gone = new Set([...files.querySelectorAll('[name$="-remove"]:checked')].map(({ value }) => value));
  const kept = [...files.querySelectorAll('li input[type=hidden]')].some(({ value }) => value && !gone.has(value));
  return kept || typed(files, 'input[type=file]');
}

const visible = (field) => !field.closest('[data-show-when][hidden]');
const isLocked = (field) => Boolean(field.querySelector(':scope > .locked-value'));

function lacksOf(field, text) {
  if (!visible(field) || isLocked(field)) return [];
  const own = 'required' in field.dataset && !isFilled(field) ? [{ anchor: field.dataset.field, title: field.dataset.required }] : [];
  return own.concat(rows(field).flatMap((row, place) => (!begun(row) ? [] : [...row.querySelectorAll('[data-required-cell]')]
    .filter((cell) => !typed(cell))
    .map((cell) => ({ anchor: cell.dataset.field, title: `${cell.dataset.requiredCell} (${text.replace('#', place + 1)})` })))));
}

function goTo(form, anchor) {
  const target = document.getElementById(anchor) ?? form.querySelector(`[data-field="${CSS.escape(anchor)}"]`);
  if (!target) return false;
  for (let at = target; at; at = at.parentElement) {
    if (at.matches('details')) at.open = true;
    if (at.matches('[data-part]')) fold(at, true);
  }
  const own = target.matches('input, select, textarea, [data-missing]') ? target : target.querySelector(`input:not([type=hidden])${SHOWN}, select, textarea`)
    ?? target.closest('[data-field]')?.querySelector('input:not([type=hidden]), select, textarea, [data-add-row]') ?? target;
  own.scrollIntoView({ block: 'center' });
  own.focus({ preventScroll: true });
  return true;
}

function fold(part, open) {
  const button = part.querySelector('[data-fold]');
  if (!button) return;
  button.setAttribute('aria-expanded', String(open));
  part.classList.toggle('is-folded', !open);
}

function drawBox(box, lacks) {
  // A link that is being pressed must stay the one it is: leaving a field counts anew between press and release.
  const now = JSON.stringify(lacks);
  if (box.dataset.shown === now) return;
  box.dataset.shown = now;
  box.hidden = !lacks.length;
  box.querySelector('[data-missing-count]').textContent = (lacks.length === 1 ? box.dataset.textOne : box.dataset.textMany.replace('#', lacks.length));
  box.querySelector('[data-missing-list]').replaceChildren(...lacks.map(({ anchor, title }) => el('li', {}, el('a', { href: `#${anchor}`, text: title }))));
}

function drawBadges(form, part, count) {
  const fields = [...part.querySelectorAll(':scope > .form-grid > [data-field]')].filter((field) => visible(field) && !isLocked(field));
  const full = fields.filter(isFilled).length;
  for (const badge of form.querySelectorAll(`[data-part-state="${part.dataset.part}"]`)) {
    badge.dataset.state = count ? 'missing' : full === fields.length ? 'done' : 'open';
    badge.textContent = count ? badge.dataset.textMissing.replace('#', count) : fields.length ? badge.dataset.textOf.replace('#', full).replace('%', fields.length) : '';
  }
}

/** Counts anew; the number of what is missing. */
export function refreshMissing(form) {
  const box = form.querySelector('[data-missing]');
  if (!box) return 0;
  const lacks = [...form.querySelectorAll('[data-part]')].flatMap((part) => {
    const here = [...part.querySelectorAll(':scope > .form-grid > [data-field]')].flatMap((field) => lacksOf(field, box.dataset.textRow));
    drawBadges(form, part, here.length);
    return here;
  });
  drawBox(box, lacks);
  const jump = form.querySelector('[data-missing-jump]');
  if (jump) {
    jump.hidden = !lacks.length;
    jump.textContent = jump.dataset.textMissing.replace('#', lacks.length);
  }
  return lacks.length;
}

/** Links go to their field wherever it is folded away; a form that lacks something says what instead of being sent. */
export function wireMissing(form) {
  for (const button of form.querySelectorAll('[data-fold]')) {
    button.hidden = false;
    button.addEventListener('click', () => fold(button.closest('[data-part]'), button.getAttribute('aria-expanded') !== 'true'));
  }
  form.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && goTo(form, decodeURIComponent(link.hash.slice(1)))) event.preventDefault();
    const button = event.target.closest('button');
    if (!button || button.type !== 'submit' || button.formNoValidate || event.defaultPrevented || !refreshMissing(form)) return;
    event.preventDefault();
    goTo(form, 'missing');
  });
  refreshMissing(form);
}
