"""A value of a table as people read it, on a page or in a document."""

from typing import Any

from server.queries.analysis.shape import Column


def words_of(column: Column, value: Any) -> str:
    """A dash for nothing."""
    if value is None:
        return "–"
    if column.kind == "share":
        return f"{value * 100:.1f} %"
    if column.kind in ("hours", "days"):
        return f"{value:,.1f}"
    if column.kind in ("count", "money"):
        return f"{value:,.0f}"
    return str(value)
