// The case schema as the form editor needs it: its fields, what a reference means, and new fields.
import { lineFor } from '../editing/languages.js';

const FILE = 'case.schema.json';

const token = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** The names of a pointer's steps. */
export function steps(pointer) {
  return pointer.split('/').slice(1).map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer with these steps. */
export function pointerOf(names) {
  return names.map((name) => `/${token(name)}`).join('');
}

/** The reference to the field at `pointer` of the case file. */
export function referenceTo(pointer) {
  return `${FILE}#${pointerOf(steps(pointer).flatMap((name) => ['properties', name]))}`;
}

/** A schema with its reference followed into the case schema; what stands beside it wins. */
export function resolved(schema, caseSchema, depth = 0) {
  const [file, pointer] = String(schema?.$ref ?? '').split('#');
  if (!schema?.$ref || file !== FILE || depth > 10) return schema ?? {};
  const target = steps(pointer ?? '').reduce((here, name) => here?.[name], caseSchema);
  const { $ref, ...beside } = schema;
  return { ...resolved(target ?? {}, caseSchema, depth + 1), ...beside };
}

/** What a field is, in one word: text, area, number, integer, date, moment, email, choice, boolean, files, rows, list, group. */
export function kindOf(schema) {
  const choices = schema.oneOf ?? schema.anyOf ?? schema.enum;
  if (schema.type === 'object') return 'group';
  if (schema.type === 'array') {
    if (schema.items?.format === 'attachment') return 'files';
    return schema.items?.properties ? 'rows' : 'list';
  }
  if (choices) return 'choice';
  if (['number', 'integer', 'boolean'].includes(schema.type)) return schema.type;
  return { date: 'date', 'date-time': 'moment', email: 'email' }[schema.format] ?? (schema.maxLength > 250 ? 'area' : 'text');
}

/** Every field of the case that a form can show: {pointer, title, schema, kind, group}. */
export function caseFields(schema, index, at = '', titles = []) {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, inner]) => {
    const pointer = at + pointerOf([name]), named = [...titles, lineFor(inner.title, index) || name];
    if (inner.properties) return caseFields(inner, index, pointer, named);
    return [{ pointer, title: named.at(-1), schema: inner, kind: kindOf(inner), group: named.slice(0, -1).join(' › ') }];
  });
}

/** Groups that new fields can go into: [key, title]. */
export function groupsOf(schema, index) {
  return Object.entries(schema?.properties ?? {}).filter(([, inner]) => inner.properties).map(([key, inner]) => [key, lineFor(inner.title, index) || key]);
}

const SHAPES = {
  text: () => ({ type: 'string', maxLength: 200 }),
  area: () => ({ type: 'string', maxLength: 4000 }),
  number: () => ({ type: 'number' }),
  integer: () => ({ type: 'integer' }),
  date: () => ({ type: 'string', format: 'date' }),
  moment: () => ({ type: 'string', format: 'date-time' }),
  boolean: () => ({ type: 'boolean' }),
  choice: ({ choices }) => ({ type: 'string', oneOf: choices.map(({ value, title }) => ({ const: value, title })) }),
  files: () => ({ type: 'array', items: { type: 'string', format: 'attachment' } }),
  rows: ({ columns }) => ({
    type: 'array',
    items: {
      type: 'object',
      properties: {
        id: { type: 'string', title: '行号\nRow', readOnly: true, maxLength: 64 },
        ...Object.fromEntries(columns.map(({ key, ...column }) => [key, fieldSchema(column)])),
      },
    },
  }),
};

export const KINDS = Object.keys(SHAPES);
export const CELL_KINDS = ['text', 'area', 'number', 'integer', 'date', 'boolean'];

/** The schema of a new field {kind, title, choices?, columns?}. */
export function fieldSchema({ kind, title, ...more }) {
  const { type, ...rest } = SHAPES[kind](more);
  return { type, title, ...rest };
}

/** Puts a new field into a group that is there, or into a new one {key, title}; gives its pointer. Error: the key is taken. */
export function addCaseField(caseSchema, group, key, schema) {
  const groups = caseSchema.properties;
  groups[group.key] ??= { type: 'object', title: group.title ?? group.key, properties: {} };
  const { properties } = groups[group.key];
  if (!properties || key in properties) throw new Error('taken');
  properties[key] = schema;
  return pointerOf([group.key, key]);
}

/** A key made of a title: small letters, digits and underscores. */
export function keyFrom(title) {
  const found = title.toLowerCase().normalize('NFKD').replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^[_\d]+|_+$/g, '');
  return found.slice(0, 40);
}
