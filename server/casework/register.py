"""The register's columns: projections of the case file, declared in application.toml by JSON pointer."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from server.domain.application import Application
from server.domain.case_file import Change

TITLE_LENGTH = 200
FALLBACKS = ("/problem/description", "/customer/name")
"""What title and customer are taken from when the application declares no such column, or it is empty."""


def columns_of(application: Application, data: Mapping[str, Any]) -> dict[str, Any]:
    """Values for case_file: `title`, `customer` and the JSON `columns` (key -> value)."""
    columns = {key: value_at(data, column.pointer) for key, column in application.columns.items()}
    title = columns.get("title") or value_at(data, FALLBACKS[0]) or ""
    return {"columns": columns, "title": _plain(title), "customer": _customer(application, data)}


def _customer(application: Application, data: Mapping[str, Any]) -> str:
    column = application.columns.get("customer")
    value = value_at(data, column.pointer) if column is not None else None
    return _plain(value or value_at(data, FALLBACKS[1]) or "")


def _plain(value: Any) -> str:
    return " ".join(str(value).split())[:TITLE_LENGTH]


FACETS = ("customer", "part_no", "level")
"""Columns by which managers look at steps (persistence/models/steps.py), where the application declares them."""


def facets_of(application: Application, data: Mapping[str, Any]) -> dict[str, str | None]:
    """Values of the FACETS as texts; the customer as in `columns_of`, the others None where nothing is said."""
    found: dict[str, str | None] = {"customer": _customer(application, data)}
    for key in FACETS[1:]:
        column = application.columns.get(key)
        value = value_at(data, column.pointer) if column is not None else None
        found[key] = None if value in (None, "") else str(value)[:TITLE_LENGTH]
    return found


def shows_facet(application: Application, changes: Iterable[Change]) -> bool:
    """Whether any of `changes` is in one of the FACETS, above one or inside one."""
    pointers = [application.columns[key].pointer for key in FACETS if key in application.columns]
    return touches(changes, (FALLBACKS[1], *pointers))


def shows(application: Application, changes: Iterable[Change]) -> bool:
    """Whether any of `changes` is in a column of the register, above one or inside one."""
    return touches(changes, (*FALLBACKS, *(column.pointer for column in application.columns.values())))


def touches(changes: Iterable[Change], pointers: Collection[str]) -> bool:
    """Whether any of `changes` is at one of `pointers`, above one or inside one."""
    above = {ancestor for pointer in pointers for ancestor in _line_of(pointer)}
    return any(change.pointer in above or not _line_of(change.pointer).isdisjoint(pointers) for change in changes)


@lru_cache(maxsize=4096)
def _line_of(pointer: str) -> frozenset[str]:
    """A pointer and all that it lies in: /a/b, /a and the whole."""
    steps = pointer.split("/")
    return frozenset("/".join(steps[:count]) for count in range(1, len(steps) + 1))


def value_at(data: Any, pointer: str) -> Any:
    """What stands at a JSON pointer of a case file; None for nothing."""
    for step in pointer.strip("/").split("/"):
        if not isinstance(data, Mapping) or step not in data:
            return None
        data = data[step]
    return data
