"""The case file for reading: what is filled, by the groups of its schema."""

from collections.abc import Iterator, Mapping
from typing import Any


def sections_of(schema: Mapping[str, Any], case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """(title, fields with schema, value and pointer) of every group that holds something, except rounds."""
    found = []
    for name, part in schema["properties"].items():
        if name == "rounds" or name.endswith("_rounds"):
            continue
        fields = list(_fields(part, case.get(name), f"/{name}"))
        if fields:
            found.append({"title": part.get("title", name), "fields": fields})
    return found


def _fields(schema: Mapping[str, Any], value: Any, pointer: str) -> Iterator[dict[str, Any]]:
    if value in (None, "", [], {}):
        return
    if "properties" in schema and isinstance(value, Mapping):
        for name, inner in schema["properties"].items():
            yield from _fields(inner, value.get(name), f"{pointer}/{name}")
    else:
        yield {"schema": schema, "title": schema.get("title", ""), "value": value, "pointer": pointer}
