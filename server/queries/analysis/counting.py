"""Counting rows by the part of a span that a moment lies in, on both databases: one join with the parts' bounds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, column, values

from server.persistence.models import UtcDateTime
from server.queries.analysis.filters import midnight
from server.queries.analysis.ground import Ground
from server.queries.analysis.periods import Part


def bounds(ground: Ground, parts: Sequence[Part]) -> CTE:
    """A table of the parts: `place`, `begins` (inside) and `ends` (outside)."""
    rows = []
    begins = midnight(parts[0].first, ground.zone)
    following = [midnight(part.first, ground.zone) for part in parts[1:]]
    ends = [*following, ground.filters.span(ground.zone)[1]]
    for place, until in enumerate(ends):
        rows.append((place, begins, until))
        begins = until
    columns = (column("place", Integer), column("begins", UtcDateTime()), column("ends", UtcDateTime()))
    return values(*columns, name="part").data(rows).cte("part")


def inside(part: CTE, moment: Any) -> ColumnElement[bool]:
    """The moment lies in the part."""
    found: ColumnElement[bool] = (moment >= part.c.begins) & (moment < part.c.ends)
    return found
