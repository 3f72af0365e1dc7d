"""One page of the task list: along its ways in the order of the list, from a cursor on, forwards or back.

A key is (due, created, id), in the order "created" (created, id). What has no time limit comes after all that has one,
and is a segment of its own: so each segment is a plain range of an index, on both databases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    select,
    tuple_,
    union,
    union_all,
)

from server.persistence.models import CaseFile, DeskEntry, UserTask
from server.queries.task_filters import conditions
from server.queries.task_ways import LOOKED_THROUGH, Way, clause_of, is_theirs, values_of
from server.security.visibility import VISIBLE, Sight

Key = Sequence[Any]
SEGMENTS = {"due": ("dated", "undated"), "created": ("whole",)}
_COLUMNS: dict[str, tuple[Any, ...]] = {
    "dated": (UserTask.due_at, UserTask.created_at, UserTask.id),
    "undated": (UserTask.created_at, UserTask.id),
    "whole": (UserTask.created_at, UserTask.id),
}


@dataclass(frozen=True)
class Shape:
    """What makes one statement differ from another; the rest are parameters."""

    ways: tuple[Way, ...]
    seen: Sight
    order: str
    names: frozenset[str]
    terms: int
    is_open: bool
    belongs: bool
    """Whether the view's own condition is to be checked, since the ways do not imply it."""
    looks_through: bool
    """Whether a walk may meet what is not shown, and so has to end somewhere."""
    backwards: bool = False


@dataclass(frozen=True)
class Found:
    """Keys in the order of the walk; `more`: the key at which the next page begins, None at the end.

    `is_partial`: the walk was given up before the page was full.
    """

    keys: list[tuple[Any, ...]]
    more: tuple[Any, ...] | None
    is_partial: bool = False


def walk(connection: Connection, shape: Shape, values: dict[str, Any], start: Key | None, limit: int) -> Found:
    """At most `limit` keys (due or None, created, id) behind `start`."""
    values = values | values_of(shape.ways)
    segments = SEGMENTS[shape.order]
    begin = 1 if shape.order == "due" and start is not None and start[0] is None else 0
    left = segments[begin:] if not shape.backwards else tuple(reversed(segments[: (begin + 1) if start else None]))
    keys: list[tuple[Any, ...]] = []
    if not shape.ways:
        return Found([], None)
    for segment in left:
        after = _bound("after", segment, start) if start is not None else {}
        until: dict[str, Any] = {}
        horizon = None
        if shape.looks_through:
            step = max(LOOKED_THROUGH // len(shape.ways), 1) - 1
            row = connection.execute(_horizon(shape, segment, bool(after)), values | after | {"step": step}).first()
            horizon = None if row is None else tuple(row)
            until = _bound("until", segment, horizon) if horizon is not None else {}
        query = _page(shape, segment, bool(after), bool(until))
        rows = connection.execute(query, values | after | until | {"rows": limit + 1 - len(keys)})
        keys += [tuple(row) for row in rows]
        if len(keys) > limit:
            return Found(keys[:limit], keys[limit - 1])
        if horizon is not None:
            return Found(keys, horizon, is_partial=True)
        start = None
    return Found(keys, None)


def _bound(name: str, segment: str, key: Key) -> dict[str, Any]:
    """Parameters of a bound of the range; keys of the order "created" may come without a due date."""
    parts = ("due", "created", "id") if segment == "dated" else ("created", "id")
    return {f"{name}_{part}": value for part, value in zip(parts, key[-len(parts) :], strict=True)}


@lru_cache(maxsize=1000)
def _page(shape: Shape, segment: str, after: bool, until: bool) -> Select[Any]:
    """Put together once for each shape: that takes longer than to run it."""
    rows = bindparam("rows", type_=Integer())
    filters = conditions(shape.names, shape.terms, shape.is_open) + is_theirs(shape.belongs)
    parts = []
    for place, way in enumerate(shape.ways):
        query = _stretch(shape, way, place, segment, after).join(CaseFile, CaseFile.id == UserTask.case_id)
        if shape.is_open:
            query = query.outerjoin(DeskEntry, DeskEntry.case_id == UserTask.case_id)
        # Whether he sees it is the dearest question: only asked where all else fits.
        fits = case((and_(*filters), VISIBLE[shape.seen]), else_=false()) if filters else VISIBLE[shape.seen]
        query = query.where(fits)
        if until:
            query = query.where(_range("until", way, segment, shape.backwards, inside=True))
        parts.append(select(query.limit(rows).subquery()))
    return _in_order(union(*parts) if len(parts) > 1 else parts[0], shape).limit(rows)


@lru_cache(maxsize=1000)
def _horizon(shape: Shape, segment: str, after: bool) -> Select[Any]:
    """The key at which a walk ends: of the ways that are longer than their share, the first to be left."""
    step = bindparam("step", type_=Integer())
    parts = [
        select(_stretch(shape, way, place, segment, after).limit(1).offset(step).subquery())
        for place, way in enumerate(shape.ways)
    ]
    return _in_order(union_all(*parts) if len(parts) > 1 else parts[0], shape).limit(1)


def _stretch(shape: Shape, way: Way, place: int, segment: str, after: bool) -> Select[Any]:
    query: Any = select(UserTask.due_at, UserTask.created_at, UserTask.id)
    state, due_at = _plainly(way, UserTask.state), _plainly(way, UserTask.due_at)
    query = query.where(state == bindparam("state"), *clause_of(way.kind, way.column, place))
    if segment != "whole":
        query = query.where(due_at.is_(None) if segment == "undated" else due_at.is_not(None))
    if after:
        query = query.where(_range("after", way, segment, shape.backwards))
    # In full also where all have no due date: PostgreSQL takes the order of an index only so.
    columns = _COLUMNS["whole" if shape.order == "created" else "dated"]
    return query.order_by(*(column.desc() if shape.backwards else column for column in columns))


def _plainly(way: Way, column: Any) -> Any:
    """The column; of a few complaints by its value alone, or SQLite would go through an index of all that are open."""
    return func.coalesce(column, column) if way.kind == "cases" else column


def _range(name: str, way: Way, segment: str, backwards: bool, inside: bool = False) -> ColumnElement[bool]:
    """Behind the key of that name in the direction of the walk, or with `inside` before it or at it."""
    columns = _COLUMNS[segment]
    parts = ("due", "created", "id")[-len(columns) :]
    values = (bindparam(f"{name}_{part}", type_=column.type) for part, column in zip(parts, columns, strict=True))
    key, bound = tuple_(*(_plainly(way, column) for column in columns)), tuple_(*values)
    if inside:
        return key >= bound if backwards else key <= bound
    return key < bound if backwards else key > bound


def _in_order(found: Any, shape: Shape) -> Select[Any]:
    """What the ways have, merged. Within a segment either all have a due date or none has."""
    merged = found.subquery()
    columns = (merged.c.due_at, merged.c.created_at, merged.c.id)
    sorting = columns[1:] if shape.order == "created" else columns
    return select(*columns).order_by(*(column.desc() if shape.backwards else column for column in sorting))
