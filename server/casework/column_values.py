"""The register's columns with what the case schema says of them: a stored value as a typed one, and in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.casework.library import PublishedVersion
from server.casework.wait_rows import parse_rfc3339
from server.domain.form_schema import Schema
from server.domain.texts import pick_line

_SHORT = 200
"""Characters of a text that is a fact and no story."""


@dataclass(frozen=True)
class ShownColumn:
    """A column of application.toml; `title` and the labels of coded values are in one language."""

    key: str
    title: str
    schema: Mapping[str, Any]
    labels: Mapping[Any, str] = field(default_factory=dict)

    @property
    def is_short(self) -> bool:
        """Whether it holds a number, a day, a code or a short text."""
        length = self.schema.get("maxLength", _SHORT)
        return bool(self.labels) or self.schema.get("type") != "string" or length <= _SHORT

    def typed(self, value: Any) -> Any:
        """A moment or a day where the schema says so and the value is one; anything else as it is."""
        kind = self.schema.get("format")
        if isinstance(value, str) and kind in ("date", "date-time"):
            try:
                return date.fromisoformat(value) if kind == "date" else parse_rfc3339(value)
            except ValueError:
                return value
        return value

    def shown(self, value: Any) -> Any:
        """As `typed`, coded values in words."""
        if isinstance(value, str | int | bool) and value in self.labels:
            return self.labels[value]
        return self.typed(value)


def shown_columns(version: PublishedVersion, language: str) -> list[ShownColumn]:
    """In the order of application.toml."""
    application, schema = version.application, version.forms.case_schema(language)
    found = []
    for key, column in application.columns.items():
        field_ = _at(schema, column.pointer)
        labels = {
            one["const"]: str(one.get("title", one["const"]))
            for one in field_.get("oneOf", ())
            if isinstance(one, Mapping) and isinstance(one.get("const"), str | int | bool)
        }
        title = pick_line(column.title, application.languages, language)
        found.append(ShownColumn(key, title, field_, labels))
    return found


def _at(schema: Schema, pointer: str) -> Mapping[str, Any]:
    """What the case schema says of the field at a pointer; nothing where it has none."""
    found: Any = schema
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get("properties", {}).get(name, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}
