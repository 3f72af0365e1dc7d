"""How many cases, how long, what promises, what cost: of each place in the diagrams, straight from the step records."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from server.casework.step_sums import IS_LATE, spans_of
from server.domain.cost import step_cost
from server.domain.stuck import AT_RISK_HOURS, Figures
from server.domain.working_seconds import working_seconds
from server.domain.working_time import WorkCalendar
from server.persistence.models import StepCost, StepRecord, StepSum
from server.queries.stuck_filters import Filters, adds_up, days_of, left_steps, money, open_steps, shared_conditions
from server.security.actor import Actor

Calendars = Mapping[str, WorkCalendar]


class Spot(NamedTuple):
    """A place in the diagrams of an application; `path`: the call activities around it (`a/b`)."""

    path: str
    process: str
    element: str


def figures(
    connection: Connection, actor: Actor, application: str, filters: Filters, calendars: Calendars, now: datetime
) -> dict[Spot, Figures]:
    """By place; places where nothing is are left out."""
    found: dict[Spot, Figures] = {}
    if filters.is_period:
        rows = _left(connection, actor, application, filters)
    else:
        rows = _standing(connection, actor, application, filters, calendars, now)
    for spot, one in rows:
        found.setdefault(spot, Figures()).add(one)
    for spot, amount in _money(connection, money(actor, application, filters, calendars)):
        found.setdefault(spot, Figures()).items_cost += amount
    return found


def count_cases(connection: Connection, actor: Actor, application: str, filters: Filters) -> int:
    """Different cases that stand anywhere."""
    query = select(func.count(StepRecord.case_id.distinct())).where(*open_steps(actor, application, filters))
    return int(connection.execute(query).scalar_one())


_PLACE = (StepRecord.call_path, StepRecord.process_id, StepRecord.element_id)


def _standing(
    connection: Connection, actor: Actor, application: str, filters: Filters, calendars: Calendars, now: datetime
) -> Iterable[tuple[Spot, Figures]]:
    shared = (*_PLACE, StepRecord.site, StepRecord.rate)
    query = (
        select(
            *shared,
            func.count().label("steps"),
            func.count(StepRecord.case_id.distinct()).label("cases"),
            func.count(StepRecord.begun_work).label("counted"),
            func.sum(StepRecord.begun_work).label("begun"),
            func.min(StepRecord.begun_work).label("first"),
            func.sum(case((StepRecord.due_at < now, 1), else_=0)).label("late"),
            func.sum(case((_falls_due(calendars, now), 1), else_=0)).label("due"),
        )
        .where(*open_steps(actor, application, filters))
        .group_by(*shared)
    )
    for row in connection.execute(query):
        work = working_seconds(calendars[row.site], now)
        waiting = row.counted * work - int(row.begun or 0)
        yield (
            Spot(row.call_path, row.process_id, row.element_id),
            Figures(
                cases=row.cases,
                steps=row.steps,
                waiting=waiting,
                longest=work - row.first if row.first is not None else 0,
                late=int(row.late),
                soon=int(row.due) - int(row.late),
                hours_cost=step_cost(waiting, row.rate),
            ),
        )


def _falls_due(calendars: Calendars, now: datetime) -> ColumnElement[bool]:
    """Whether a promise is broken or breaks soon, by the hours of its site."""
    limits = [
        and_(StepRecord.site == site, StepRecord.due_at <= calendar.add_hours(now, AT_RISK_HOURS))
        for site, calendar in sorted(calendars.items())
    ]
    return or_(literal(False), *limits)


def _left(connection: Connection, actor: Actor, application: str, filters: Filters) -> Iterable[tuple[Spot, Figures]]:
    days = days_of(connection, application, filters)
    if days is None:
        return
    ready: list[int] = []
    stretches = [days]
    if adds_up(actor, filters):
        ready, stretches = spans_of(connection, application, *days)
    if ready:
        place = (StepSum.call_path, StepSum.process_id, StepSum.element_id, StepSum.rate)
        query = (
            select(*place, func.sum(StepSum.steps), func.sum(StepSum.worked), func.max(StepSum.longest))
            .add_columns(func.sum(StepSum.late))
            .where(*shared_conditions(StepSum, actor, application, filters), StepSum.start.in_(ready))
            .group_by(*place)
        )
        yield from _passed(connection.execute(query))
    if stretches:
        within = or_(*(StepRecord.ended_day.between(first, last) for first, last in stretches))
        place = (*_PLACE, StepRecord.rate)
        query = (
            select(*place, func.count(), func.sum(StepRecord.worked), func.max(StepRecord.worked), func.sum(IS_LATE))
            .where(*left_steps(actor, application, filters), within)
            .group_by(*place)
        )
        yield from _passed(connection.execute(query))


def _passed(rows: Iterable[Any]) -> Iterable[tuple[Spot, Figures]]:
    for path, process, element, rate, steps, worked, longest, late in rows:
        waiting = int(worked or 0)
        cost = step_cost(waiting, rate)
        told = Figures(
            cases=int(steps), steps=int(steps), waiting=waiting, longest=longest or 0, late=int(late), hours_cost=cost
        )
        yield Spot(path, process, element), told


def _money(connection: Connection, condition: ColumnElement[bool]) -> Iterable[tuple[Spot, float]]:
    place = (StepCost.call_path, StepCost.process_id, StepCost.element_id)
    query = select(*place, func.sum(StepCost.amount)).where(condition).group_by(*place)
    for path, process, element, amount in connection.execute(query):
        yield Spot(path, process, element), float(amount)
