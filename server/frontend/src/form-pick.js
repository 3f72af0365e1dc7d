// Fields that offer what the house knows: <input data-pick="ADDRESS"> becomes a combobox (ARIA Authoring Practices, "list
// autocomplete with manual selection"). The server searches, so the list may be as long as it likes; anything may be typed.
import { el } from './editing/element.js';

const QUIET = 180; // milliseconds without typing
let last = 0;

class Picker {
  constructor(input) {
    const id = `pick-${last += 1}`;
    Object.assign(this, { input, id, items: [], at: -1, timer: 0, asked: null });
    input.removeAttribute('list');
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id })) input.setAttribute(name, value);
    this.list = el('ul', { id, class: 'pick-list', role: 'listbox', 'aria-label': input.dataset.textList ?? '', hidden: true });
    this.said = el('span', { class: 'visually-hidden', role: 'status' });
    input.after(this.list, this.said);
    input.addEventListener('input', (event) => { if (event.isTrusted || event.detail !== 'picked') this.soon(); });
    input.addEventListener('keydown', (event) => this.key(event));
    input.addEventListener('click', () => { if (this.list.hidden) this.ask(); });
    input.addEventListener('blur', () => this.close());
    // Before the field loses the focus, and with it the list.
    this.list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.list.addEventListener('click', ({ target }) => {
      const option = target.closest('[role=option]');
      if (option) this.take(Number(option.dataset.place));
    });
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), QUIET);
  }

  async ask() {
    clearTimeout(this.timer);
    this.asked?.abort();
    const { signal } = this.asked = new AbortController();
    const address = `${this.input.dataset.pick}?${new URLSearchParams({ q: this.input.value })}`;
    try {
      const answer = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'error', signal });
      if (!answer.ok) return this.close();
      this.show((await answer.json()).items);
    } catch {
      if (!signal.aborted) this.close(); // without a connection the field is a plain one
    }
  }

  show(items) {
    if (document.activeElement !== this.input) return;
    Object.assign(this, { items, at: -1 });
    this.list.replaceChildren(...items.map(({ value, label }, place) => el('li', { role: 'option', id: `${this.id}-${place}`, 'data-place': place, 'aria-selected': 'false' },
      el('span', { text: value }), label && label !== value && el('small', { text: label }))));
    this.open(items.length > 0);
    this.said.textContent = items.length ? this.input.dataset.textFound.replace('#', items.length) : this.input.value ? this.input.dataset.textNone : '';
  }

  open(shown) {
    this.list.hidden = !shown;
    this.input.setAttribute('aria-expanded', String(shown));
    if (!shown) this.input.removeAttribute('aria-activedescendant');
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.open(false);
  }

  move(by) {
    const count = this.items.length;
    this.at = this.at < 0 && by < 0 ? count - 1 : (this.at + by + count) % count;
    [...this.list.children].forEach((option, place) => option.setAttribute('aria-selected', String(place === this.at)));
    this.list.children[this.at].scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', `${this.id}-${this.at}`);
  }

  take(place) {
    this.input.value = this.items[place].value;
    this.close();
    this.input.dispatchEvent(new CustomEvent('input', { bubbles: true, detail: 'picked' }));
    this.input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  key(event) {
    const shown = !this.list.hidden;
    if (['ArrowDown', 'ArrowUp'].includes(event.key)) {
      event.preventDefault();
      if (shown) this.move(event.key === 'ArrowDown' ? 1 : -1);
      else this.ask();
    } else if (shown && event.key === 'Enter' && this.at >= 0) {
      event.preventDefault();
      this.take(this.at);
    } else if (shown && event.key === 'Escape') {
      event.preventDefault();
      this.close();
    }
  }
}

/** Every picker below `place` that is none yet; in rows that are added later too. */
export function wirePicks(place) {
  for (const input of place.querySelectorAll('input[data-pick]:not([role=combobox])')) new Picker(input);
}
