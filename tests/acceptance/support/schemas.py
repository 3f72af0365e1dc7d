"""Reads a form's schema as interfaces.md promises it: conditions resolved, what it demands made plain."""

from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

_TIGHTER = {
    "minLength": max,
    "minimum": max,
    "exclusiveMinimum": max,
    "minItems": max,
    "maxLength": min,
    "maximum": min,
    "exclusiveMaximum": min,
    "maxItems": min,
}
KEYWORDS = frozenset(
    {"type", "title", "description", "properties", "required", "enum", "const", "oneOf", "anyOf", "allOf", "if", "then"}
    | {"else", "items", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum"}
    | {"exclusiveMaximum", "format", "readOnly", "default"}
)


def fits(schema: Schema, value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def problems(schema: Schema, value: Any) -> list[str]:
    """What the schema finds wrong, one sentence each."""
    return [
        f"/{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
        for e in Draft202012Validator(schema).iter_errors(value)
    ]


def effective(schema: Schema, value: Any) -> Schema:
    """`schema` with the branches of its conditions that hold for `value` merged in, one level deep or many."""
    found = {key: part for key, part in schema.items() if key not in ("if", "then", "else", "allOf")}
    for condition in ([schema] if "if" in schema else []) + list(schema.get("allOf", ())):
        if "if" in condition:
            branch = condition.get("then" if fits(condition["if"], value) else "else")
            if branch is not None:
                found = merged(found, effective(branch, value))
        elif condition is not schema:
            found = merged(found, effective(condition, value))
    if isinstance(found.get("properties"), dict):
        inner = value if isinstance(value, dict) else {}
        found["properties"] = {name: effective(part, inner.get(name)) for name, part in found["properties"].items()}
    return found


def merged(base: Schema, extra: Schema) -> Schema:
    """Both schemas at once, as far as the promised keywords go."""
    found = dict(base)
    for key, part in extra.items():
        if key == "required":
            found[key] = [*base.get(key, []), *(name for name in part if name not in base.get(key, []))]
        elif key == "properties":
            own = base.get(key, {})
            found[key] = own | {name: merged(own.get(name, {}), inner) for name, inner in part.items()}
        elif key in _TIGHTER and key in base:
            found[key] = _TIGHTER[key](base[key], part)
        elif key == "items" and key in base:
            found[key] = merged(base[key], part)
        else:
            found[key] = part
    return found


def constants(schema: Schema) -> list[Any] | None:
    """The allowed values when the schema lists them."""
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return list(schema["enum"])
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return [one["const"] for one in schema[key] if "const" in one]
    return None


def is_rows(schema: Schema) -> bool:
    return "properties" in schema.get("items", {})


def is_attachments(schema: Schema) -> bool:
    return schema.get("items", {}).get("format") == "attachment"


def unknown_keywords(schema: Any) -> set[str]:
    """Keywords that interfaces.md does not promise."""
    if not isinstance(schema, dict):
        return set()
    found = set(schema) - KEYWORDS
    for inner in schema.get("properties", {}).values():
        found |= unknown_keywords(inner)
    for key in ("items", "if", "then", "else"):
        found |= unknown_keywords(schema.get(key))
    for key in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(key, ()):
            found |= unknown_keywords(inner)
    return found
