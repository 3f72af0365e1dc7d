/** An element: attributes by name, `on…` as listeners, `class` and `text` for short; children are nodes, texts or lists. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'text') made.textContent = value;
    else if (name === 'value') made.value = value;
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

let count = 0;

/** An id nobody else on the page has. */
export function newId() {
  count += 1;
  return `own-${count}`;
}

/** A control under its label. */
export function labelled(text, control, help = '') {
  control.id ||= newId();
  control.dataset.focus ??= text; // who draws anew finds the focus again by it
  const hint = help && el('div', { class: 'form-text', id: `${control.id}-help`, text: help });
  if (hint) control.setAttribute('aria-describedby', hint.id);
  return el('div', { class: 'edit-field' }, el('label', { class: 'form-label', for: control.id, text }), control, hint);
}

/** A small button that says what it does. */
export function button(text, onclick, attributes = {}) {
  return el('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick, ...attributes }, text);
}

/** Gives `parent` these children; those that stay are not touched, so that a click on one of them is not lost. */
export function arrange(parent, children) {
  children.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild.remove();
}
