"""The register's columns: projections of the case file, declared in application.toml by JSON pointer."""

from collections.abc import Mapping
from typing import Any

from server.domain.application import Application

TITLE_LENGTH = 200


def columns_of(application: Application, data: Mapping[str, Any]) -> dict[str, Any]:
    """Values for case_file: `title`, `customer` and the JSON `columns` (key -> value)."""
    columns = {key: _at(data, column.pointer) for key, column in application.columns.items()}
    title = columns.get("title") or _at(data, "/problem/description") or ""
    customer = columns.get("customer") or _at(data, "/customer/name") or ""
    return {
        "columns": columns,
        "title": " ".join(str(title).split())[:TITLE_LENGTH],
        "customer": " ".join(str(customer).split())[:TITLE_LENGTH],
    }


def _at(data: Any, pointer: str) -> Any:
    for step in pointer.strip("/").split("/"):
        if not isinstance(data, Mapping) or step not in data:
            return None
        data = data[step]
    return data
