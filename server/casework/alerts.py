"""What managers are alerted about, found from what stands in the database; server/runner/alerts.py sweeps.

Each kind gives every alert that holds now, by its mark. One that is new is opened, one that no longer holds is ended.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from statistics import median
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.domain.alert_limits import AlertLimits
from server.domain.working_seconds import working_seconds
from server.persistence.models import CaseFact, CaseFile, Incident, Site, StepRecord, UserTask

PROMISE, SLOW, REPEATED, BROKEN = "promise", "slow_step", "repeated_defect", "incident"
KINDS = (PROMISE, SLOW, REPEATED, BROKEN)
ALIKE = ("customer", "part_no", "defect")
MOST_NUMBERS = 10


@dataclass(frozen=True)
class Found:
    """An alert that holds now; see persistence.models.Alert."""

    kind: str
    mark: str
    application: str
    site: str
    data: dict[str, Any]
    case_id: int | None = None
    process_id: str | None = None
    element_id: str | None = None


def promises(context: Context, connection: Connection, key: str, limits: AlertLimits) -> Iterator[Found]:
    """Open tasks whose promise breaks within so many working hours of their site, and has not broken yet."""
    now = context.clock.now()
    for site in connection.execute(select(Site.key)).scalars().all():
        until = context.calendars.newest(site).add_hours(now, limits.promise_hours)
        query = (
            select(UserTask.id, UserTask.case_id, UserTask.process_id, UserTask.element_id, UserTask.due_at)
            .join(CaseFile, CaseFile.id == UserTask.case_id)
            .where(UserTask.state == "open", UserTask.due_at >= now, UserTask.due_at <= until)
            .where(CaseFile.site == site, CaseFile.application == key)
        )
        for row in connection.execute(query):
            data = {"due_at": rfc3339(row.due_at)}
            yield Found(PROMISE, row.id, key, site, data, row.case_id, row.process_id, row.element_id)


def incidents(connection: Connection, key: str) -> Iterator[Found]:
    """Steps that need repair."""
    query = (
        select(Incident.id, Incident.case_id, Incident.element_id, Incident.message, CaseFile.site)
        .join(CaseFile, CaseFile.id == Incident.case_id)
        .where(Incident.ended_at.is_(None), CaseFile.application == key)
    )
    for row in connection.execute(query):
        data = {"error": row.message.strip().splitlines()[-1][:300] if row.message.strip() else ""}
        yield Found(BROKEN, str(row.id), key, row.site, data, row.case_id, None, row.element_id)


def slow_steps(context: Context, connection: Connection, key: str, limits: AlertLimits) -> Iterator[Found]:
    """Steps that took longer than promised, by the median of those completed lately, in working time."""
    now = context.clock.now()
    query = select(
        *(StepRecord.site, StepRecord.process_id, StepRecord.element_id),
        *(StepRecord.begun_work, StepRecord.worked, StepRecord.due_at),
    ).where(
        StepRecord.application == key,
        StepRecord.ended_at >= now - timedelta(days=limits.slow_days),
        StepRecord.outcome == "completed",
        StepRecord.due_at.is_not(None),
        StepRecord.worked.is_not(None),
    )
    times: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(query):
        promised = working_seconds(context.calendars.seen(row.site), row.due_at) - row.begun_work
        if promised > 0:  # else the promise was broken before the step began, which says nothing about the step
            times[row.site, row.process_id, row.element_id].append((row.worked, promised))
    for (site, process_id, element_id), found in sorted(times.items()):
        took, target = median(each[0] for each in found), median(each[1] for each in found)
        if len(found) >= limits.slow_least and took > target:
            data = {"took": int(took), "target": int(target), "count": len(found), "days": limits.slow_days}
            mark = f"{key}/{site}/{process_id}/{element_id}"
            yield Found(SLOW, mark, key, site, data, None, process_id, element_id)


def repeated_defects(context: Context, connection: Connection, key: str, limits: AlertLimits) -> Iterator[Found]:
    """The same defect of the same part at the same customer, so many times within so many days."""
    facts: list[Any] = [getattr(CaseFact, name) for name in ALIKE]
    since = context.clock.now() - timedelta(days=limits.repeat_days)
    alike = (
        select(CaseFact.site, *facts, func.count().label("count"))
        .where(CaseFact.application == key, CaseFact.received_at >= since, CaseFact.duplicate == 0)
        .where(*(fact.is_not(None) for fact in facts))
        .group_by(CaseFact.site, *facts)
        .having(func.count() >= limits.repeats)
    )
    for row in connection.execute(alike).all():
        values = {name: getattr(row, name) for name in ALIKE}
        mark = sha256(orjson.dumps([key, row.site, *values.values()])).hexdigest()[:32]
        numbers = _numbers(connection, key, row.site, values, since)
        data = {**values, "count": row.count, "days": limits.repeat_days, "numbers": numbers}
        yield Found(REPEATED, mark, key, row.site, data)


def _numbers(connection: Connection, key: str, site: str, values: dict[str, Any], since: datetime) -> list[str]:
    query = (
        select(CaseFile.number)
        .join(CaseFact, CaseFact.case_id == CaseFile.id)
        .where(CaseFact.application == key, CaseFact.site == site, CaseFact.received_at >= since)
        .where(CaseFact.duplicate == 0, *(getattr(CaseFact, name) == value for name, value in values.items()))
        .order_by(CaseFact.received_at.desc(), CaseFile.id.desc())
        .limit(MOST_NUMBERS)
    )
    return list(connection.execute(query).scalars())
