"""A made-up case: every field of the case schema filled with something that fits it, to try templates on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.domain.form_schema import Schema

_NUMBER = 42


def sample_case(schema: Schema, at: datetime) -> dict[str, Any]:
    """Texts are the titles of their fields, choices the first one; `at` is the moment of every date. No attachments.

    schema: resolved, its titles in one language.
    """
    found = _sample(schema, "", at)
    return found if isinstance(found, dict) else {}


def _sample(schema: Schema, name: str, at: datetime) -> Any:
    choices = schema.get("oneOf") or schema.get("anyOf") or []
    if choices and isinstance(choices[0], Mapping):
        return choices[0].get("const")
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "object":
        return {key: _sample(inner, key, at) for key, inner in schema.get("properties", {}).items()}
    if kind == "array":
        items = schema.get("items", {})
        return [] if items.get("format") == "attachment" else [_sample(items, name, at)]
    if kind == "boolean":
        return True
    return _number(schema) if kind in ("integer", "number") else _text(schema, name, at)


def _number(schema: Schema) -> Any:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum", 0)), schema.get("maximum", _NUMBER)
    return max(low, min(_NUMBER, high))


def _text(schema: Schema, name: str, at: datetime) -> str:
    if "const" in schema:
        return str(schema["const"])
    written = {
        "date": at.date().isoformat(),
        "date-time": at.isoformat(timespec="seconds"),
        "email": "name@example.com",
    }
    text = written.get(schema.get("format", "")) or str(schema.get("title") or name)
    return text[: schema.get("maxLength", len(text))]
