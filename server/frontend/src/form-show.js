// data-show-when='{"field": NAME, "equals": VALUE}' (or "in": [VALUES], or "not_equals": VALUE).
// NAME is a control's name, or the data-field of the element around it.
// A hidden field is disabled, so it is neither demanded nor sent: what was stored stays as it is.

function controls(form, field) {
  const around = form.querySelector(`[data-field="${CSS.escape(field)}"]`);
  if (around) return [...around.querySelectorAll('input, select, textarea')];
  return [...form.elements].filter((control) => control.name === field);
}

/** The values a field has now: none for an unchecked box, several for a list of boxes. */
function values(form, field) {
  return controls(form, field)
    .filter((control) => !['checkbox', 'radio'].includes(control.type) || control.checked)
    .flatMap((control) => (control.selectedOptions ? [...control.selectedOptions].map((option) => option.value) : [control.value]));
}

function holds(form, rule) {
  if (!controls(form, rule.field).length) return true; // the server shows that field as text, and has decided
  const now = values(form, rule.field);
  if ('in' in rule) return now.some((value) => rule.in.map(String).includes(value));
  if ('not_equals' in rule) return !now.includes(String(rule.not_equals));
  if (typeof rule.equals === 'boolean') return rule.equals === now.some((value) => !['', 'false', 'no', '0'].includes(value));
  return now.includes(String(rule.equals));
}

function setShown(element, shown) {
  element.hidden = !shown;
  for (const control of element.querySelectorAll('input, select, textarea, button')) {
    if (!shown && !control.disabled) {
      control.disabled = true;
      control.dataset.disabledByRule = '1';
    } else if (shown && control.dataset.disabledByRule && !control.closest('[data-show-when][hidden]')) {
      control.disabled = false;
      delete control.dataset.disabledByRule;
    }
  }
}

/** Shows and hides by the rules; outer rules come first in the document, so inner ones see their result. */
export function refreshShown(form) {
  for (const element of form.querySelectorAll('[data-show-when]')) {
    setShown(element, holds(form, JSON.parse(element.dataset.showWhen)));
  }
}
