// JSON that people also write by hand: what was not changed keeps its text, letter by letter.
//   const text = rewrite(oldText, value)   the text of `value`, laid out as `oldText` where the two agree

const WIDTH = 150; // characters of a line; what is longer gets a line for each member
const SPREAD = new Set(['properties', 'widgets', 'cells', 'head', 'show_when', 'sections', 'schema', 'ui']); // never on one line

class Reader {
  constructor(text) {
    Object.assign(this, { text, at: 0 });
  }

  space() {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  /** A node: {value, start, end}, with `members` (by key) or `items` for what holds others. */
  node() {
    this.space();
    const start = this.at;
    const found = { '{': () => this.members(), '[': () => this.items() }[this.text[start]]?.() ?? this.plain();
    return { ...found, start, end: this.at };
  }

  plain() {
    const [raw] = /^(?:"(?:[^"\\]|\\.)*"|[^\s,\]}]+)/s.exec(this.text.slice(this.at, this.at + 4_000_000));
    this.at += raw.length;
    return { value: JSON.parse(raw) };
  }

  list(close, one) {
    this.at += 1;
    for (this.space(); this.text[this.at] !== close; this.space()) {
      one();
      this.space();
      if (this.text[this.at] === ',') this.at += 1;
    }
    this.at += 1;
  }

  members() {
    const members = new Map(), value = {};
    this.list('}', () => {
      const { value: key } = this.plain();
      this.space();
      this.at += 1; // the colon
      const node = this.node();
      members.set(key, node);
      value[key] = node.value;
    });
    return { members, value };
  }

  items() {
    const items = [];
    this.list(']', () => items.push(this.node()));
    return { items, value: items.map((node) => node.value) };
  }
}

/** Whether two JSON values are the same, the order of members included. */
export function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (value && typeof value === 'object') return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`).join(', ')}}`;
  return JSON.stringify(value);
}

/** Whether a part of it asks for lines of its own. */
function wantsLines(value, key) {
  if (!isHolder(value)) return false;
  return SPREAD.has(key) || Object.entries(value).some(([inner, one]) => wantsLines(one, inner));
}

const isHolder = (value) => Boolean(value) && typeof value === 'object';

function print(value, node, source, indent, key) {
  if (node && same(node.value, value)) return source.slice(node.start, node.end);
  if (!isHolder(value)) return JSON.stringify(value);
  const empty = Object.keys(value).length === 0;
  const old = node && Array.isArray(node.value) === Array.isArray(value) && isHolder(node.value) ? node : null;
  const spread = old && Object.keys(old.value).length ? source.slice(old.start, old.end).includes('\n') : wantsLines(value, key);
  const flat = inline(value);
  if (empty || (!spread && indent.length + flat.length + (key?.length ?? 0) + 4 <= WIDTH)) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value) ? printItems(value, old, source, inner) : printMembers(value, old, source, inner);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

function printMembers(value, old, source, inner) {
  return Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${print(one, old?.members?.get(key), source, inner, key)}`);
}

/** An item that only moved keeps its text; another takes the layout of what stood in its place. */
function printItems(value, old, source, inner) {
  const left = [...old?.items ?? []];
  return value.map((one, place) => {
    const moved = left.find((node) => node && same(node.value, one));
    const model = moved ?? old?.items?.[place];
    if (moved) left[left.indexOf(moved)] = null;
    return print(one, model, source, inner);
  });
}

/** The text of `value`; what it shares with the JSON text `old` stays as it is written there. */
export function rewrite(old, value) {
  const reader = new Reader(old);
  let node = null;
  try {
    JSON.parse(old);
    node = reader.node();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What cannot be read has no layout to keep.
  }
  return node ? old.slice(0, node.start) + print(value, node, old, '') + old.slice(node.end) : `${print(value, null, '', '')}\n`;
}
