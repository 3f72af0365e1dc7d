"""Adds up the steps that ended on days and in months that are over, so that a year is read in a few thousand rows.

`step_span` names the days and months that are added up; what changes a step that has ended takes its day and month
away again in the same transaction, and until the sweep has come by they are counted from the records. So a sum is
always that of the records, whether it is there yet or not.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, insert, select

from server.casework.tools import Tools
from server.persistence.models import Base, ProcessApplication, StepRecord, StepSpan, StepSum
from server.persistence.models.steps import STANDS

_STEP, _SUM, _SPAN = (Base.metadata.tables[model.__tablename__] for model in (StepRecord, StepSum, StepSpan))
SHARED = ("process_id", "element_id", "call_path", "site", "level", "group_key", "rate")
"""What the steps of one row of `step_sum` share."""

IS_LATE = case((_STEP.c.ended_at > _STEP.c.due_at, 1), else_=0)
MARGIN = timedelta(minutes=15)
"""So long after midnight no command that began the day before is still under way."""


def number(day: date) -> int:
    """20260228."""
    return day.year * 10_000 + day.month * 100 + day.day


def month_of(day: int) -> int:
    """20260200, under which the whole month is added up."""
    return day - day % 100


def open_spans(connection: Connection, changed: Iterable[tuple[str, int]]) -> None:
    """Days (application, 20260228) are no longer added up, nor their months; in the transaction that changes them."""
    for application in sorted({key for key, _day in changed}):
        days = {day for key, day in changed if key == application}
        spans = sorted(days | {month_of(day) for day in days})
        connection.execute(delete(_SPAN).where(_SPAN.c.application == application, _SPAN.c.start.in_(spans)))


def add_up_some(tools: Tools, limit: int) -> int:
    """Add up to `limit` days and months that are over and not added up; returns how many. Writes nothing else."""
    done = 0
    with tools.database.read() as connection:
        keys = list(connection.execute(select(ProcessApplication.key).order_by(ProcessApplication.key)).scalars())
        wanted = [(key, span) for key in keys for span in _missing(connection, key, _last_day(tools))]
    for application, span in wanted[:limit]:
        with tools.database.write("add_up_steps") as connection:
            tools.database.hold_writers(connection, _STEP.name)
            done += _add_up(connection, application, span)
    return done


def _last_day(tools: Tools) -> int:
    """Yesterday, where the day ends last; sites further west wait till theirs is over, too."""
    west = tools.clock.now() - timedelta(hours=12) - MARGIN
    return number(west.date() - timedelta(days=1))


def _missing(connection: Connection, application: str, last: int) -> Iterator[int]:
    """Days from the first step's on, then months whose days are all there."""
    ended = (_STEP.c.application == application, _STEP.c.ended_day.is_not(None), STANDS)
    first = connection.execute(select(func.min(_STEP.c.ended_day)).where(*ended)).scalar_one()
    if first is None:
        return
    known = set(connection.execute(select(_SPAN.c.start).where(_SPAN.c.application == application)).scalars())
    fresh: set[int] = set()
    for day in days_between(first, last):
        if day not in known:
            fresh.add(day)
            yield day
    for month in sorted({month_of(day) for day in days_between(first, last)} - known):
        days = [month + each for each in range(1, monthrange(month // 10_000, month // 100 % 100)[1] + 1)]
        if days[-1] <= last and not fresh & set(days):
            yield month


def days_between(first: int, last: int) -> Iterator[int]:
    """Numbers of the days, both counted."""
    day, end = (date(each // 10_000, each // 100 % 100, each % 100) for each in (first, last))
    while day <= end:
        yield number(day)
        day += timedelta(days=1)


def _add_up(connection: Connection, application: str, span: int) -> bool:
    """Whether it could: what came with an upgrade waits until its working time is counted."""
    connection.execute(delete(_SUM).where(_SUM.c.application == application, _SUM.c.start == span))
    connection.execute(delete(_SPAN).where(_SPAN.c.application == application, _SPAN.c.start == span))
    is_month = span % 100 == 0
    if is_month:
        shared = [_SUM.c[name] for name in SHARED]
        figures: list[Any] = [
            func.sum(_SUM.c.steps),
            func.sum(_SUM.c.worked),
            func.max(_SUM.c.longest),
            func.sum(_SUM.c.late),
        ]
        found = and_(_SUM.c.application == application, _SUM.c.start > span, _SUM.c.start < span + 100)
    else:
        shared = [_STEP.c[name] for name in SHARED]
        figures = [func.count(), func.sum(_STEP.c.worked), func.max(_STEP.c.worked), func.sum(IS_LATE)]
        found = and_(_STEP.c.application == application, _STEP.c.ended_day == span, STANDS)
        if connection.execute(select(_STEP.c.id).where(found, _STEP.c.worked.is_(None)).limit(1)).first() is not None:
            return False
    rows = connection.execute(select(*shared, *figures).where(found).group_by(*shared)).all()
    names = (*SHARED, "steps", "worked", "longest", "late")
    if rows:
        common = {"application": application, "start": span}
        connection.execute(insert(_SUM), [common | dict(zip(names, row, strict=True)) for row in rows])
    connection.execute(insert(_SPAN), [{"application": application, "start": span}])
    return True


def spans_of(
    connection: Connection, application: str, first: int, last: int
) -> tuple[list[int], list[tuple[int, int]]]:
    """How to count the days from `first` to `last`: spans that are added up, and stretches of days that are not."""
    query = select(_SPAN.c.start).where(
        _SPAN.c.application == application, _SPAN.c.start >= month_of(first), _SPAN.c.start <= last
    )
    known = set(connection.execute(query).scalars())
    ready: set[int] = set()
    bare: list[int] = []
    for day in days_between(first, last):
        month = month_of(day)
        end = month + monthrange(month // 10_000, month // 100 % 100)[1]
        if month in known and first <= month + 1 and end <= last:
            ready.add(month)
        elif day in known:
            ready.add(day)
        else:
            bare.append(day)
    return sorted(ready), _stretches(bare)


def _stretches(days: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for day in days:
        if found and _next(found[-1][1]) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _next(day: int) -> int:
    return number(date(day // 10_000, day // 100 % 100, day % 100) + timedelta(days=1))
