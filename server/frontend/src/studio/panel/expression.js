// A field for an expression: completes case fields and functions while one types, and tells what a time comes to.
import { h } from '@bpmn-io/properties-panel/preact';
import { useEffect, useRef, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { complete, insert } from './completion.js';
import { DuePreview } from './due.js';

function Suggestions({ id, found, at, take }) {
  return h('ul', { class: 'kesu-suggestions', role: 'listbox', id: `${id}-suggestions` }, found.map((each, index) => h('li', {
    key: each.value, role: 'option', 'aria-selected': index === at, id: `${id}-option-${index}`,
    // Before the field loses the focus.
    onMouseDown: (event) => { event.preventDefault(); take(each); },
  }, h('code', {}, each.value), h('span', {}, each.title))));
}

/** Text that follows the model, but not while it is typed. */
function useTyped(value, commit) {
  const [typed, setTyped] = useState(value), pending = useRef(false), debounce = useService('debounceInput');
  const send = useRef(null), latest = useRef(commit);
  latest.current = commit;
  send.current ??= debounce((text) => { pending.current = false; latest.current(text); });
  useEffect(() => { if (!pending.current) setTyped(value); }, [value]);
  const type = (text) => { pending.current = true; setTyped(text); send.current(text); };
  const flush = () => { if (pending.current) { pending.current = false; send.current.cancel?.(); latest.current(typed); } };
  return [typed, type, flush];
}

function Expression(props) {
  const { id, element, label, get, set, hint, disabled, vocabulary, due, rows = 1, placeholder } = props;
  const [typed, type, flush] = useTyped(get(), set);
  const [found, setFound] = useState([]), [at, setAt] = useState(0), field = useRef();
  const look = () => { setFound(complete(vocabulary, field.current.value, field.current.selectionStart)); setAt(0); };
  const take = (each) => {
    const { text, caret } = insert(field.current.value, field.current.selectionStart, each);
    field.current.value = text; // at once: who types on does not wait for the next drawing
    field.current.setSelectionRange(caret, caret);
    type(text);
    setFound([]);
  };
  const onKeyDown = (event) => {
    if (event.isComposing) return;
    if (!found.length && event.key === 'Enter' && rows === 1) { // one line: Enter is no part of it
      event.preventDefault();
      flush();
    }
    if (!found.length) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) setAt((at + move + found.length) % found.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(found[at]);
    else if (event.key === 'Escape') setFound([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = found.length > 0;
  return h('div', { class: 'kesu-expression bio-properties-panel-entry', 'data-entry-id': id },
    h('label', { class: 'bio-properties-panel-label', for: `kesu-${id}` }, label),
    h('textarea', {
      id: `kesu-${id}`, name: id, ref: field, rows, value: typed, disabled, placeholder, spellcheck: false,
      autocomplete: 'off', class: 'bio-properties-panel-input',
      role: 'combobox', 'aria-expanded': shown, 'aria-controls': `${id}-suggestions`,
      'aria-activedescendant': shown ? `${id}-option-${at}` : undefined,
      onInput: (event) => { type(event.target.value); look(); }, onKeyDown, onBlur: () => { setFound([]); flush(); },
    }),
    shown && h(Suggestions, { id, found, at, take }),
    hint && h('p', { class: 'kesu-note' }, hint),
    due && h(DuePreview, { expression: typed, element: element.id, due }));
}

/** more: {hint, placeholder, due: URL or function that tells what a time comes to}. */
export const expression = (id, label, get, set, vocabulary, more = {}) => ({
  id, label, get, set, vocabulary, component: Expression, isEdited: (node) => Boolean(node?.value), ...more,
});
