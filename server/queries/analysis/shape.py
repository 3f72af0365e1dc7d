"""The shape of every answer: tables whose columns say what they hold. Page, chart, file and API show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["text", "number", "count", "share", "hours", "days", "money", "date"]
"""`number` is a complaint's; `share` a fraction from 0 to 1; `hours` are working hours, `days` the calendar's."""
Draw = Literal["label", "bar", "stack", "line", "share"]
"""What a chart makes of a column: the axis, bars, parts of one bar, a line, a line on its own axis up to 100 %."""

DIGITS: Mapping[str, int] = {"hours": 1, "days": 1, "money": 2}


@dataclass(frozen=True)
class Column:
    """`title` is in the reader's language; `tone` is for the colour: good, bad, or nothing known."""

    key: str
    title: str
    kind: Kind = "text"
    draw: Draw | None = None
    tone: Literal["good", "bad", "none"] | None = None


@dataclass(frozen=True)
class Row:
    """`cells` by column key; `narrow`: the filters that lead to this row's complaints alone, None where none do."""

    cells: Mapping[str, Any]
    narrow: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """`said` explains how its numbers come about, a sentence each. `lying`: bars lie, as their labels are long.

    `series`: the rows follow one another in time, so that none is left out where they are shown. `leads`: the question
    that a row's `narrow` is meant for.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    said: Sequence[str] = ()
    lying: bool = False
    series: bool = False
    leads: str = "cases"

    def to_json(self) -> dict[str, Any]:
        """As the API tells it: rows are objects, a date is written as in ISO 8601."""
        return {
            "key": self.key,
            "title": self.title,
            "said": list(self.said),
            "columns": [{"key": each.key, "title": each.title, "kind": each.kind} for each in self.columns],
            "rows": [{key: _plain(value) for key, value in row.cells.items()} for row in self.rows],
        }

    @property
    def drawn(self) -> bool:
        """Whether there is anything for a chart."""
        return len(self.rows) > 0 and any(column.draw not in (None, "label") for column in self.columns)


@dataclass(frozen=True)
class Answer:
    """`missing`: sentences about what the application does not declare, so that it cannot be told."""

    tables: Sequence[Table]
    missing: Sequence[str] = field(default_factory=tuple)


def share(part: float, whole: float) -> float | None:
    """A fraction; None of nothing."""
    return part / whole if whole else None


def hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 3600


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
