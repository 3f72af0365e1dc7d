"""A table of an answer as rows for a file: numbers stay numbers, what a number means stands in the head."""

from collections.abc import Iterator
from typing import Any

from server.i18n import N_, translate
from server.queries.analysis.shape import Column, Table

_DIGITS = {"hours": 2, "days": 2, "money": 2}


def columns_of(table: Table, language: str) -> list[str]:
    """The titles, with the unit where there is one."""
    units = {"share": "%", "hours": translate(N_("working hours"), language), "days": translate(N_("days"), language)}
    return [
        f"{column.title} ({units[column.kind]})" if column.kind in units else column.title for column in table.columns
    ]


def rows_of(table: Table) -> Iterator[list[Any]]:
    """The values of every row, in the order of the columns."""
    for row in table.rows:
        yield [_value(column, row.cells[column.key]) for column in table.columns]


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "share":
        return round(value * 100, 2)
    return round(value, _DIGITS[column.kind]) if column.kind in _DIGITS else value
