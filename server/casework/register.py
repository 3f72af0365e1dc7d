"""The register's columns: projections of the case file, declared in application.toml by JSON pointer."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from server.domain.application import Application
from server.domain.case_file import Change

TITLE_LENGTH = 200
FALLBACKS = ("/problem/description", "/customer/name")
"""What title and customer are taken from when the application declares no such column, or it is empty."""


def columns_of(application: Application, data: Mapping[str, Any]) -> dict[str, Any]:
    """Values for case_file: `title`, `customer` and the JSON `columns` (key -> value)."""
    columns = {key: value_at(data, column.pointer) for key, column in application.columns.items()}
    title, customer = FALLBACKS
    title = columns.get("title") or value_at(data, title) or ""
    customer = columns.get("customer") or value_at(data, customer) or ""
    return {
        "columns": columns,
        "title": " ".join(str(title).split())[:TITLE_LENGTH],
        "customer": " ".join(str(customer).split())[:TITLE_LENGTH],
    }


def shows(application: Application, changes: Iterable[Change]) -> bool:
    """Whether any of `changes` is in a column of the register, above one or inside one."""
    return touches(changes, (*FALLBACKS, *(column.pointer for column in application.columns.values())))


def touches(changes: Iterable[Change], pointers: Collection[str]) -> bool:
    """Whether any of `changes` is at one of `pointers`, above one or inside one."""
    return any(
        f"{pointer}/".startswith(f"{change.pointer}/") or change.pointer.startswith(f"{pointer}/")
        for change in changes
        for pointer in pointers
    )


def value_at(data: Any, pointer: str) -> Any:
    """What stands at a JSON pointer of a case file; None for nothing."""
    for step in pointer.strip("/").split("/"):
        if not isinstance(data, Mapping) or step not in data:
            return None
        data = data[step]
    return data
