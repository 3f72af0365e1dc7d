"""What kind of value an expression gives, read from the case schema: JSON Schema as plain mappings, {} for unknown.

Every field may be null, since none has to be filled; a kind says what there is beside null.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Kind = Mapping[str, Any]

UNKNOWN: Kind = {}
TEXT: Kind = {"type": "string"}
NUMBER: Kind = {"type": "number"}
WHOLE: Kind = {"type": "integer"}
COUNT: Kind = {"type": "integer", "minimum": 0, "filled": True}
TRUTH: Kind = {"type": "boolean", "filled": True}
MOMENT: Kind = {"type": "string", "format": "date-time"}
DAY: Kind = {"type": "string", "format": "date"}
OBJECT: Kind = {"type": "object"}

_TYPES = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "truth",
    "array": "list",
    "object": "object",
}


def constant(value: Any) -> Kind:
    """The kind of a constant; that of null is unknown, since it fits everywhere."""
    if value is None:
        return UNKNOWN
    name = "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
    return {"type": name, "const": value, "filled": True}


def type_of(kind: Kind) -> str | None:
    """'text', 'number', 'truth', 'list' or 'object'; None where it is not known or there are several."""
    named = kind.get("type")
    if isinstance(named, str):
        return _TYPES.get(named)
    found = choices(kind)
    types = {type_of(constant(value)) for value in found or ()}
    return types.pop() if len(types) == 1 else None


def choices(kind: Kind) -> tuple[Any, ...] | None:
    """The values a field may have beside null; None when it is not limited to some."""
    found: Any = kind.get("enum")
    if not isinstance(found, list | tuple):
        found = kind.get("oneOf", kind.get("anyOf"))
        if not isinstance(found, list) or not all(isinstance(each, Mapping) and "const" in each for each in found):
            return None
        found = [each["const"] for each in found]
    return tuple(value for value in found if isinstance(value, bool | int | float | str)) or None


def limit(kind: Kind, name: str) -> float | None:
    """'minimum', 'maximum', 'exclusiveMinimum' or 'exclusiveMaximum' of a number."""
    found = kind.get(name)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def part(kind: Kind, name: str) -> Kind | None:
    """A field of an object; None when the object has no such field, UNKNOWN when nobody knows."""
    fields = kind.get("properties")
    if not isinstance(fields, Mapping):
        return UNKNOWN
    found = fields.get(name)
    return found if isinstance(found, Mapping) else UNKNOWN if name in fields else None


def parts(kind: Kind) -> Iterable[str]:
    """The names of an object's fields."""
    fields = kind.get("properties")
    return tuple(fields) if isinstance(fields, Mapping) else ()


def rows(kind: Kind) -> Kind:
    """What the entries of a list are."""
    found = kind.get("items")
    return found if isinstance(found, Mapping) else UNKNOWN


def merged(kinds: Iterable[Kind]) -> Kind:
    """The kind of a value that is one of several: what they have in common."""
    found = list(kinds)
    if not found:
        return UNKNOWN
    if all(kind == found[0] for kind in found):
        return found[0]
    types = {type_of(kind) for kind in found}
    if len(types) > 1 or None in types:
        return UNKNOWN
    names = {"text": "string", "number": "number", "truth": "boolean", "list": "array", "object": "object"}
    common: dict[str, Any] = {"type": names[str(types.pop())]}
    if all(kind.get("filled") for kind in found):
        common["filled"] = True
    formats = {kind.get("format") for kind in found}
    if len(formats) == 1 and None not in formats:
        common["format"] = formats.pop()
    return common


def at_path(schema: Kind | None, path: str) -> tuple[Kind | None, str]:
    """(the kind of the field at a dotted path, the part that is not there): None for a field the schema has not."""
    kind: Kind = schema or UNKNOWN
    for name in path.split("."):
        found = part(kind, name)
        if found is None:
            return None, name
        kind = found
    return kind, ""
