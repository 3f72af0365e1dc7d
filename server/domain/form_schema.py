"""Form schemas (JSON Schema 2020-12): references resolved, texts picked, data cut to what a form shows."""

from collections.abc import Callable, Sequence
from typing import Any

from server.domain.rejection import Rejected
from server.domain.texts import pick_text
from server.i18n import N_

Schema = dict[str, Any]
Loader = Callable[[str], Any]
"""Gives the JSON value of a file of the `forms` folder by its name."""

KEYWORDS = frozenset(
    {"type", "title", "description", "properties", "required", "enum", "const", "oneOf", "anyOf", "allOf"}
    | {"if", "then", "else", "items", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum"}
    | {"exclusiveMinimum", "exclusiveMaximum", "format", "readOnly", "default"}
)
"""The keywords a form may use; who scripts against a form may rely on meeting no others."""

_ONE = ("items", "if", "then", "else")
_MANY = ("allOf", "anyOf", "oneOf")
_DROPPED = frozenset({"$schema", "$id", "$defs", "$comment", "definitions"})
_MAX_DEPTH = 40
# References that each use another twice double with every step; this is far more than any form needs.
_MAX_PARTS = 20_000


def resolve(schema: Any, load: Loader, file: str) -> Schema:
    """`schema` with every `$ref` (`file.json#/pointer` or `#/pointer`) replaced by what it points to.

    Keywords beside a `$ref` add to its target or override it. Raises Rejected `bundle.form` for a reference
    that leads nowhere or in a circle, and for anything that is no schema object.
    """
    return _resolve(schema, load, file, 0, [_MAX_PARTS])


def localise(schema: Schema, languages: Sequence[str], language: str) -> Schema:
    """A copy of a resolved schema whose titles and descriptions are in `language` only."""
    found = map_subschemas(schema, lambda inner: localise(inner, languages, language))
    for keyword in ("title", "description"):
        if isinstance(found.get(keyword), str):
            found[keyword] = pick_text(found[keyword], languages, language)
    return found


def map_subschemas(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """A copy of `schema` with `change` applied to each schema directly inside it."""
    found = dict(schema)
    if isinstance(schema.get("properties"), dict):
        found["properties"] = {name: change(inner) for name, inner in schema["properties"].items()}
    for keyword in _ONE:
        if isinstance(schema.get(keyword), dict):
            found[keyword] = change(schema[keyword])
    for keyword in _MANY:
        if isinstance(schema.get(keyword), list):
            found[keyword] = [change(inner) for inner in schema[keyword]]
    return found


def restrict(schema: Schema, data: Any) -> Any:
    """The part of `data` that `schema` shows: only listed properties, in objects and in rows alike."""
    properties = schema.get("properties")
    if isinstance(data, dict) and isinstance(properties, dict):
        return {name: restrict(inner, data[name]) for name, inner in properties.items() if name in data}
    if isinstance(data, list) and isinstance(schema.get("items"), dict):
        return [restrict(schema["items"], item) for item in data]
    return data


def is_rows(schema: Schema) -> bool:
    """Whether `schema` is an array of rows: its items are objects with an `id`."""
    items = schema.get("items")
    return isinstance(items, dict) and isinstance(items.get("properties"), dict) and "id" in items["properties"]


def _resolve(schema: Any, load: Loader, file: str, depth: int, left: list[int]) -> Schema:
    if not isinstance(schema, dict):
        raise _wrong(N_("{file}: a schema must be an object, not {found}."), file, found=repr(schema)[:60])
    if depth > _MAX_DEPTH:
        raise _wrong(N_("{file}: the schema is nested too deeply or refers to itself. Break the circle."), file)
    left[0] -= 1
    if left[0] < 0:
        raise _wrong(N_("{file}: the schema grows too large through its references. Use fewer."), file)
    if "$ref" in schema:
        target, source = _follow(schema["$ref"], load, file)
        beside = _resolve({key: value for key, value in schema.items() if key != "$ref"}, load, file, depth + 1, left)
        return {**_resolve(target, load, source, depth + 1, left), **beside}
    kept = {key: value for key, value in schema.items() if key not in _DROPPED}
    if not isinstance(kept.get("properties", {}), dict):
        raise _wrong(N_("{file}: properties must be an object that lists fields by name."), file)
    return map_subschemas(kept, lambda inner: _resolve(inner, load, file, depth + 1, left))


def _follow(reference: Any, load: Loader, file: str) -> tuple[Any, str]:
    if not isinstance(reference, str) or ":" in reference.partition("#")[0]:
        raise _wrong(N_("{file}: {ref} must name a file of this forms folder."), file, ref=str(reference)[:200])
    name, _, pointer = reference.partition("#")
    source = name.removeprefix("./") or file
    try:
        target = load(source)
        for token in pointer.split("/")[1:]:
            step = token.replace("~1", "/").replace("~0", "~")
            target = target[int(step)] if isinstance(target, list) else target[step]
    except (KeyError, IndexError, ValueError, TypeError):
        raise _wrong(N_("{file}: {ref} leads nowhere. Correct the reference."), file, ref=reference) from None
    return target, source


def _wrong(message: str, file: str, **params: Any) -> Rejected:
    return Rejected("bundle.form", message, field=f"forms/{file}", file=f"forms/{file}", **params)
