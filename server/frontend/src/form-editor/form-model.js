// Changes of a form's JSON: {"schema", "ui"}. Each function changes the object handed in; what it does not know it leaves alone.
import { kindOf, pointerOf, referenceTo, resolved, steps } from './case-schema.js';

const parentOf = (pointer) => pointer.slice(0, pointer.lastIndexOf('/'));
const nameOf = (pointer) => steps(pointer).at(-1);

/** The form's own object at a pointer, not resolved; the schema itself for ''. */
export function ownAt(form, pointer) {
  return steps(pointer).reduce((here, name) => here?.properties?.[name], form.schema);
}

function walk(form, caseSchema, schema, at, needed, closed) {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, own]) => {
    const pointer = at + pointerOf([name]), inner = resolved(own, caseSchema);
    const required = needed && (schema.required ?? []).includes(name), locked = closed || inner.readOnly === true;
    if (inner.properties) return walk(form, caseSchema, inner, pointer, required, locked);
    return [{ pointer, own, schema: inner, kind: kindOf(inner), required, locked, widget: form.ui?.widgets?.[pointer], when: form.ui?.show_when?.[pointer] }];
  });
}

/** Every field of the form, as the server lays them out: by `order`, the others last. */
export function fieldsOf(form, caseSchema) {
  const order = form.ui?.order ?? [], rank = (pointer) => (order.includes(pointer) ? order.indexOf(pointer) : order.length);
  const found = walk(form, caseSchema, form.schema, '', true, form.schema?.readOnly === true);
  return found.map((field, place) => [field, place]).sort(([a, i], [b, j]) => rank(a.pointer) - rank(b.pointer) || i - j).map(([field]) => field);
}

/** [{section (null: no section names them), index, fields}], in the order of the page. */
export function sectionsOf(form, caseSchema) {
  const left = new Map(fieldsOf(form, caseSchema).map((field) => [field.pointer, field]));
  const parts = (form.ui?.sections ?? []).map((section, index) => {
    const fields = (section.fields ?? []).filter((pointer) => left.has(pointer)).map((pointer) => {
      const field = left.get(pointer);
      left.delete(pointer);
      return field;
    });
    return { section, index, fields };
  });
  return left.size || !parts.length ? [...parts, { section: null, index: -1, fields: [...left.values()] }] : parts;
}

/** `order` follows the page, so that the two never tell different stories. */
function settle(form, caseSchema) {
  form.ui ??= {};
  form.ui.order = sectionsOf(form, caseSchema).flatMap(({ fields }) => fields.map(({ pointer }) => pointer));
}

/** Shows a field of the case: its groups are made where the form has none, titled as in the case. */
export function addField(form, caseSchema, pointer, section = -1) {
  const names = steps(pointer), target = steps(pointer).reduce((here, name) => here?.properties?.[name], caseSchema);
  let own = form.schema ??= { type: 'object', properties: {} }, known = caseSchema;
  for (const name of names.slice(0, -1)) {
    known = known?.properties?.[name];
    own.properties ??= {};
    own = own.properties[name] ??= { type: 'object', ...(known?.title ? { title: known.title } : {}), properties: {} };
  }
  own.properties ??= {};
  own.properties[names.at(-1)] ??= { $ref: referenceTo(pointer) };
  const sections = (form.ui ??= {}).sections ?? [];
  const home = sections[section] ?? sections.at(-1);
  if (home) (home.fields ??= []).push(pointer);
  const widget = { area: 'textarea', files: 'files' }[kindOf(target ?? {})];
  if (widget) (form.ui.widgets ??= {})[pointer] = widget;
  settle(form, caseSchema);
}

function dropEmptyGroups(form, pointer) {
  for (let at = parentOf(pointer); at; at = parentOf(at)) {
    if (Object.keys(ownAt(form, at)?.properties ?? {}).length) return;
    const parent = ownAt(form, parentOf(at));
    delete parent.properties[nameOf(at)];
    unrequire(parent, nameOf(at));
  }
}

function unrequire(parent, name) {
  if (!parent.required) return;
  parent.required = parent.required.filter((one) => one !== name);
  if (!parent.required.length) delete parent.required;
}

/** Takes a field out of the form, and every hint about it; the case keeps it. */
export function removeField(form, caseSchema, pointer) {
  const parent = ownAt(form, parentOf(pointer));
  delete parent.properties[nameOf(pointer)];
  unrequire(parent, nameOf(pointer));
  dropEmptyGroups(form, pointer);
  for (const section of form.ui?.sections ?? []) section.fields = (section.fields ?? []).filter((one) => one !== pointer);
  for (const hints of ['widgets', 'cells', 'head', 'show_when']) {
    drop(form, hints, (key, value) => key === pointer || (hints === 'show_when' && value?.field === pointer) || (hints === 'head' && value === pointer));
  }
  settle(form, caseSchema);
}

function drop(form, hints, unwanted) {
  const known = form.ui?.[hints];
  if (!known) return;
  for (const [key, value] of Object.entries(known)) if (unwanted(key, value)) delete known[key];
  if (!Object.keys(known).length) delete form.ui[hints];
}

/** Demands a field, and the groups around it: a field inside a group that may be missing is not demanded. */
export function setRequired(form, pointer, required) {
  for (let at = pointer; at; at = parentOf(at)) {
    const parent = ownAt(form, parentOf(at)), name = nameOf(at);
    if (required && !(parent.required ?? []).includes(name)) parent.required = [...parent.required ?? [], name];
    if (!required) {
      unrequire(parent, name);
      if (parent.required?.length) return;
    }
  }
}

/** Sets a keyword beside the reference; undefined takes it away. */
export function setOwn(form, pointer, keyword, value) {
  const own = ownAt(form, pointer);
  if (value === undefined) delete own[keyword];
  else own[keyword] = value;
}

/** Sets a hint (`widgets`, `cells`, `head`, `show_when`) of a field; undefined takes it away. */
export function setHint(form, hints, pointer, value) {
  if (value === undefined) return drop(form, hints, (key) => key === pointer);
  ((form.ui ??= {})[hints] ??= {})[pointer] = value;
}

/** How a field is shown; what is no longer drawn has no head. */
export function setWidget(form, pointer, value) {
  setHint(form, 'widgets', pointer, value || undefined);
  if (!['fishbone', 'why_chain'].includes(value)) setHint(form, 'head', pointer, undefined);
}

/** What a column of a table of rows offers; undefined for nothing. */
export function setCell(form, pointer, column, value) {
  const cells = { ...form.ui?.cells?.[pointer], [column]: value };
  if (value === undefined) delete cells[column];
  setHint(form, 'cells', pointer, Object.keys(cells).length ? cells : undefined);
}

/** Moves a field before the one at `place` of a section; -1 is the fields that no section names. */
export function moveField(form, caseSchema, pointer, section, place) {
  const sections = (form.ui ??= {}).sections ?? [];
  if (!sections.length || section < 0) {
    for (const one of sections) one.fields = (one.fields ?? []).filter((other) => other !== pointer);
    const free = sectionsOf(form, caseSchema).at(-1).fields.map((field) => field.pointer).filter((one) => one !== pointer);
    free.splice(place, 0, pointer);
    const named = sections.flatMap((one) => one.fields ?? []);
    form.ui.order = [...named, ...free];
    return;
  }
  const target = sections[section], before = (target.fields ?? []).indexOf(pointer);
  for (const one of sections) one.fields = (one.fields ?? []).filter((other) => other !== pointer);
  target.fields.splice(before >= 0 && before < place ? place - 1 : place, 0, pointer);
  settle(form, caseSchema);
}

/** A new section at the end; fields that no section named come into the first one. */
export function addSection(form, caseSchema, title) {
  const free = form.ui?.sections?.length ? [] : fieldsOf(form, caseSchema).map(({ pointer }) => pointer);
  ((form.ui ??= {}).sections ??= []).push({ title, fields: free });
  settle(form, caseSchema);
}

/** Takes a section away; its fields go to the one before it, else to the one behind. */
export function removeSection(form, caseSchema, index) {
  const [gone] = form.ui.sections.splice(index, 1), heir = form.ui.sections[Math.max(0, index - 1)];
  if (heir) heir.fields = [...heir.fields ?? [], ...gone.fields ?? []];
  else delete form.ui.sections;
  settle(form, caseSchema);
}

/** Moves a section up (-1) or down (1). */
export function moveSection(form, caseSchema, index, by) {
  const { sections } = form.ui, target = index + by;
  if (target < 0 || target >= sections.length) return;
  sections.splice(target, 0, ...sections.splice(index, 1));
  settle(form, caseSchema);
}
