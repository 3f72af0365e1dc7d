"""Values of the case file in words, by their schema."""

from collections.abc import Mapping
from typing import Any

from server.i18n import N_, translate
from server.web import times
from server.web.forms.spec import Schema, options_of, type_of
from server.web.person import context, language

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""What every browser shows by itself; anything else is only ever downloaded."""


def is_picture(media_type: str) -> bool:
    return media_type in PICTURES


def shown_value(schema: Schema, value: Any) -> str:
    """One value as a person reads it; of lists the entries, one a line."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, list):
        return "\n".join(_entry(schema.get("items", {}), one) for one in value)
    for option, label in options_of(schema):
        if option == value:
            return label
    if isinstance(value, bool):
        return translate(N_("Yes") if value else N_("No"), language())
    if schema.get("format") == "date-time":
        return times.clock_time(value, context().settings.zone)
    if isinstance(value, int | float) and type_of(schema) in ("integer", "number"):
        return f"{value:,}"
    return _entry(schema, value) if isinstance(value, Mapping) else str(value)


def _entry(schema: Schema, value: Any) -> str:
    if not isinstance(value, Mapping):
        return shown_value(schema, value)
    properties = schema.get("properties", {})
    named = [
        (properties.get(name, {}), one) for name, one in value.items() if name != "id" and one not in (None, "", [])
    ]
    return " · ".join(f"{inner.get('title', '')}: {shown_value(inner, one)}".removeprefix(": ") for inner, one in named)


def shown_rows(schema: Schema, rows: list[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """(titles of the columns that hold anything, cells of every row) of an array of objects."""
    properties: Mapping[str, Schema] = schema.get("items", {}).get("properties", {})
    used = [name for name in properties if name != "id" and any(row.get(name) not in (None, "") for row in rows)]
    titles = [str(properties[name].get("title", name)) for name in used]
    return titles, [[shown_value(properties[name], row.get(name)) for name in used] for row in rows]


def file_size(size: int) -> str:
    """`340 kB`, in powers of ten as phones and file managers show it."""
    for unit, step in (("MB", 1_000_000), ("kB", 1000)):
        if size >= step:
            return f"{size / step:.1f} {unit}" if size < 10 * step else f"{size // step} {unit}"
    return f"{size} B"
