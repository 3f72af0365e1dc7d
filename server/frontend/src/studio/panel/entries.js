// The kinds of fields of the properties panel. Each is an object {id, component, …}; the components are the same functions
// every time, or the panel would build a field anew under the fingers of whoever types in it.
import { h } from '@bpmn-io/properties-panel/preact';
import {
  CheckboxEntry, Group, isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited, SelectEntry,
  TextAreaEntry, TextFieldEntry,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { word } from '../words.js';

const blank = (set) => (value) => set(value ?? '');

function fieldProps({ id, element, label, get, set, hint, disabled, validate, placeholder }) {
  return { id, element, label, getValue: get, setValue: blank(set), description: hint, disabled, validate, placeholder };
}

function Text(props) {
  return h(TextFieldEntry, { ...fieldProps(props), debounce: useService('debounceInput') });
}

function Area(props) {
  const { rows = 3, monospace } = props;
  return h(TextAreaEntry, { ...fieldProps(props), rows, monospace, autoResize: true, debounce: useService('debounceInput') });
}

function Choice(props) {
  return h(SelectEntry, { ...fieldProps(props), getOptions: () => props.options });
}

function Tick(props) {
  return h(CheckboxEntry, { ...fieldProps(props), setValue: props.set });
}

/** Several of a list: a tick for each. */
function Several({ id, label, options, get, set, hint, disabled }) {
  const chosen = get();
  const toggle = (value, on) => set(options.map((each) => each.value).filter((each) => (each === value ? on : chosen.includes(each))));
  return h('fieldset', { class: 'kesu-several bio-properties-panel-entry', 'data-entry-id': id, disabled },
    h('legend', { class: 'bio-properties-panel-label' }, label),
    options.length ? h('div', {}, options.map((each) => h('label', { key: each.value },
      h(
        'input',
        {
          type: 'checkbox', checked: chosen.includes(each.value), value: each.value,
          onChange: (event) => toggle(each.value, event.target.checked),
        },
      ),
      h('span', {}, each.label)))) : h('p', { class: 'kesu-note' }, word('There is nothing to choose from yet.')),
    hint && h('p', { class: 'kesu-note' }, hint));
}

function Note({ id, text, state, links = [], buttons = [] }) {
  return h('div', { class: 'kesu-note bio-properties-panel-entry', 'data-entry-id': id, 'data-state': state },
    text && h('p', {}, text),
    links.map(({ href, label }) => h('a', { key: href, href }, label)),
    buttons.map(({ label, press, disabled }) => h(
      'button', { key: label, type: 'button', disabled, class: 'btn btn-sm btn-outline-secondary', onClick: press }, label,
    )));
}

/** Rows that can be moved up and down: [{key, label, detail}]. */
function Order({ id, label, rows, move, disabled }) {
  const button = (row, by, sign, name) => h('button', {
    type: 'button', class: 'btn btn-sm btn-outline-secondary', 'aria-label': `${name}: ${row.label}`, title: name,
    disabled: disabled || !rows[rows.indexOf(row) + by], onClick: () => move(rows.indexOf(row), by),
  }, sign);
  return h('div', { class: 'kesu-order bio-properties-panel-entry', 'data-entry-id': id },
    h('div', { class: 'bio-properties-panel-label' }, label),
    h('ol', {}, rows.map((row) => h('li', { key: row.key, 'data-row': row.key },
      h('span', {}, row.label, row.detail && h('code', {}, row.detail)), button(row, -1, '↑', word('Earlier')), button(row, 1, '↓', word('Later'))))));
}

const entry = (component, isEdited) => (id, label, get, set, more = {}) => ({ id, label, get, set, component, isEdited, ...more });

export const text = entry(Text, isTextFieldEntryEdited);
export const area = entry(Area, isTextAreaEntryEdited);
export const tick = entry(Tick, isCheckboxEntryEdited);
/** options: [{value, label}]; a value that is not among them is offered too, so that nothing is changed by looking. */
export const choice = (id, label, get, set, options, more = {}) => {
  const value = get(), known = options.some((each) => each.value === value);
  const all = known ? options : [...options, { value, label: value ? word('{value} (not known here)', { value }) : '–' }];
  return { id, label, get, set, component: Choice, isEdited: isSelectEntryEdited, options: all, ...more };
};
export const several = (id, label, get, set, options, more = {}) => {
  const strange = get().filter((value) => !options.some((each) => each.value === value));
  const all = [...options, ...strange.map((value) => ({ value, label: word('{value} (not known here)', { value }) }))];
  return { id, label, get, set, component: Several, options: all, ...more };
};
export const note = (id, more) => ({ id, component: Note, ...more });
export const order = (id, label, rows, move, more = {}) => ({ id, label, rows, move, component: Order, ...more });
export const group = (id, label, entries) => ({
  id, label: word(label), component: Group, entries: entries.filter(Boolean), shouldOpen: true,
});
/** The empty choice and then these. */
export const orNone = (options) => [{ value: '', label: '–' }, ...options];
