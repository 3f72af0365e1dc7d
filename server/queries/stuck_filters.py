"""By what managers choose the steps of cases, as conditions on each table that tells of steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from server.casework.step_sums import days_between, number
from server.domain.rejection import Rejected
from server.domain.working_time import WorkCalendar
from server.i18n import N_
from server.persistence.models import CaseFile, Site, StepCost, StepRecord, StepSum, UserAccount, UserTask
from server.persistence.models.steps import STANDS
from server.security.actor import Actor
from server.security.visibility import visible_to

LONGEST_TEXT = 200
EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)
"""Beyond these a period has no bound: databases and zones know no such days."""


@dataclass(frozen=True)
class Filters:
    """What is chosen; None is everything. `first` and `last` are days at the site: what left a step from then to then.

    Without them it is what stands there now. `person`: a user name.
    """

    customer: str | None = None
    part: str | None = None
    site: str | None = None
    level: str | None = None
    group: str | None = None
    person: str | None = None
    first: date | None = None
    last: date | None = None

    @property
    def is_period(self) -> bool:
        return self.first is not None or self.last is not None


def read_filters(given: Mapping[str, Any]) -> Filters:
    """From texts of an address: customer, part, site, level, group, person, from, to. Rejected `malformed.period`."""
    texts = {name: str(given.get(name) or "").strip()[:LONGEST_TEXT] or None for name in _TEXTS}
    first, last = _day(given, "from"), _day(given, "to")
    if first is not None and last is not None and last < first:
        raise Rejected("malformed.period", N_("The period ends before it begins. Check both days."), field="/to")
    return Filters(**texts, first=first, last=last)


_TEXTS = ("customer", "part", "site", "level", "group", "person")


def _day(given: Mapping[str, Any], name: str) -> date | None:
    text = str(given.get(name) or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected(
            "malformed.period",
            N_("“{text}” is no date. Write it like 2026-02-28."),
            field=f"/{name}",
            text=text[:40],
        ) from None


def shared_conditions(table: Any, actor: Actor, application: str, filters: Filters) -> list[ColumnElement[bool]]:
    """On StepRecord, StepCost or, without customer and part, StepSum: application, what the actor may see, and more."""
    found = [table.application == application, _visible(table, actor)]
    columns = {"site": "site", "level": "level", "group": "group_key", "customer": "customer", "part": "part_no"}
    for name, column in columns.items():
        value = getattr(filters, name)
        if value is not None:
            found.append(getattr(table, column) == value)
    return found


def adds_up(actor: Actor, filters: Filters) -> bool:
    """Whether the choice is one that `step_sum` can answer."""
    return actor.may("case.read_all") and filters.customer is filters.part is filters.person is None


def _visible(table: Any, actor: Actor) -> ColumnElement[bool]:
    if not actor.sites:
        return false()
    own = table.site.in_(sorted(actor.sites))
    if actor.may("case.read_all") or table is StepSum:
        return own
    return and_(own, table.case_id.in_(select(CaseFile.id).where(visible_to(actor))))


def open_steps(actor: Actor, application: str, filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions on StepRecord: where cases stand now."""
    found = shared_conditions(StepRecord, actor, application, filters)
    found += [StepRecord.ended_at.is_(None), STANDS]
    if filters.person is not None:
        found.append(StepRecord.id.in_(_held_by(filters.person)))
    return found


def left_steps(actor: Actor, application: str, filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions on StepRecord but for its day: what has left a step."""
    found = shared_conditions(StepRecord, actor, application, filters)
    found += [StepRecord.ended_day.is_not(None), STANDS]
    if filters.person is not None:
        found.append(StepRecord.ended_by == _person(filters.person).scalar_subquery())
    return found


def _person(username: str) -> Select[Any]:
    return select(UserAccount.id).where(UserAccount.username == username)


def _held_by(username: str) -> Select[Any]:
    """Steps whose task somebody has claimed, or is meant to do while nobody has."""
    person = _person(username).scalar_subquery()
    own = or_(UserTask.claimed_by == person, and_(UserTask.claimed_by.is_(None), UserTask.assignee_id == person))
    return (
        select(StepRecord.id)
        .join(
            UserTask,
            and_(UserTask.instance_id == StepRecord.instance_id, UserTask.engine_task_id == StepRecord.wait_id),
        )
        .where(UserTask.state == "open", own, StepRecord.ended_at.is_(None))
    )


def money(actor: Actor, application: str, filters: Filters, zones: Mapping[str, WorkCalendar]) -> ColumnElement[bool]:
    """Condition on StepCost: of cases that are open, or entered in the period. Money belongs to no person."""
    if filters.person is not None:
        return false()
    found = shared_conditions(StepCost, actor, application, filters)
    if not filters.is_period:
        return and_(*found, StepCost.ended_at.is_(None))
    spans = [and_(StepCost.site == site, *(_within(calendar, filters))) for site, calendar in sorted(zones.items())]
    return and_(*found, or_(*spans) if spans else false())


def _within(calendar: WorkCalendar, filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.first is not None and filters.first > EARLIEST:
        found.append(StepCost.at >= datetime.combine(filters.first, time(), calendar.zone))
    if filters.last is not None and filters.last < LATEST:
        found.append(StepCost.at < datetime.combine(filters.last + timedelta(days=1), time(), calendar.zone))
    return found


def days_of(connection: Connection, application: str, filters: Filters) -> tuple[int, int] | None:
    """First and last day of the period as numbers, as far as anything has left a step; None when nothing has."""
    left = (StepRecord.application == application, StepRecord.ended_day.is_not(None), STANDS)
    # Each by itself: only then does SQLite look at the ends of the index instead of all of it.
    ends = [select(end(StepRecord.ended_day)).where(*left).scalar_subquery() for end in (func.min, func.max)]
    earliest, latest = connection.execute(select(*ends)).one()
    if earliest is None or latest is None:
        return None
    first = max(earliest, number(filters.first) if filters.first is not None else earliest)
    last = min(latest, number(filters.last) if filters.last is not None else latest)
    return (first, last) if next(days_between(first, last), None) is not None else None


def sites_of(connection: Connection, actor: Actor) -> list[tuple[str, str]]:
    """(key, name) of the sites whose cases the actor may see."""
    query = select(Site.key, Site.name).where(Site.key.in_(sorted(actor.sites))).order_by(Site.key)
    return [(row.key, row.name) for row in connection.execute(query)]
