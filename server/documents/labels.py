"""Labels of coded values ("wip" -> 在制品 / WIP), from the bundle's case schema, for templates of every kind."""

from collections.abc import Iterator, Mapping
from typing import Any

Labels = Mapping[str, Mapping[str, str]]


def labels_of(schema: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Field path with dots (a row counts as its array) -> const -> title as it stands, one line per language."""
    return dict(_walk(schema, ""))


def _walk(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, dict[str, str]]]:
    options = schema.get("oneOf")
    labels = {
        str(option["const"]): str(option.get("title", option["const"]))
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, Mapping) and "const" in option
    }
    if labels:
        yield path, labels
    if isinstance(schema.get("items"), Mapping):
        yield from _walk(schema["items"], path)
    for name, field in schema.get("properties", {}).items():
        if isinstance(field, Mapping):
            yield from _walk(field, f"{path}.{name}" if path else name)
