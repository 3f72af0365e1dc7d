"""The records of steps say what waits, tasks, jobs and case file say, worked out here in another way."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from server.casework.context import Context
from server.domain.working_time import WorkCalendar
from server.persistence.models import CaseFile, Job, SiteCalendar, StepCost, StepRecord, UserTask

ENDED = ("completed", "cancelled")


def audit_steps(context: Context, connection: Connection, row: Any) -> Iterator[str]:
    """Breaches of one instance, a row of process_instance."""
    case = connection.execute(select(CaseFile).where(CaseFile.id == row.case_id)).one()
    query = select(StepRecord).where(StepRecord.instance_id == row.id).order_by(StepRecord.id)
    records = connection.execute(query).all()
    calendar = context.calendars.newest(case.site)
    version = connection.execute(
        select(SiteCalendar.version).where(SiteCalendar.site == case.site)
    ).scalar_one_or_none()
    counted = [each for each in records if each.counted_by == (version or 0)]
    facets = (case.customer, _text(case.columns.get("part_no")), _text(case.columns.get("level")))
    for each in records:
        if (each.case_id, each.site, each.application) != (row.case_id, case.site, case.application):
            yield f"step {each.element_id} is of another case"
        if (each.customer, each.part_no, each.level) != facets:
            yield f"step {each.element_id} says {each.customer, each.part_no, each.level}, the case {facets}"
    for each in counted:
        yield from _worked(calendar, each)
    yield from _open(context, row, records)
    yield from _ended(connection, row, records)
    yield from _money(context, connection, row, case)


def _worked(calendar: WorkCalendar, record: Any) -> Iterator[str]:
    if (record.worked is None) != (record.ended_at is None):
        yield f"step {record.element_id} ended {record.ended_at} and worked {record.worked}"
    elif record.worked is not None:
        expected = between(calendar, record.begun_at, record.ended_at)
        if record.worked != expected:
            yield f"step {record.element_id} worked {record.worked} s, the calendar says {expected}"
    if (record.ended_at is None) != (record.outcome is None):
        yield f"step {record.element_id} ended {record.ended_at} as {record.outcome}"


def between(calendar: WorkCalendar, begin: datetime, end: datetime) -> int:
    """Working seconds between two moments, each cut to the second."""
    return round(calendar.hours_between(begin.replace(microsecond=0), end.replace(microsecond=0)) * 3600)


def _open(context: Context, row: Any, records: list[Any]) -> Iterator[str]:
    definition = context.library.version(row.version_id).definition
    lines = [] if row.state in ENDED else row.waits
    expected = Counter((line["task_id"], line["kind"], line["element_id"], line["since"][:19]) for line in lines)
    kept = [each for each in records if each.ended_at is None]
    found = Counter((each.wait_id, each.kind, each.element_id, each.begun_at.isoformat()[:19]) for each in kept)
    if found != expected:
        yield f"steps stand open at {found - expected}, the instance waits at {expected - found} beside"
        return
    kinds = {(each.process_id, each.id): each.kind for each in definition.elements.values()}
    listening = {
        line["task_id"]
        for line in lines
        if kinds.get((line["process_id"], line["element_id"])) in ("boundary_event", "start_event")
    }
    beside = [each for each in kept if each.kind != "call" and each.wait_id not in listening]
    firm = [each for each in beside if each.kind != "message"]
    places = {each.wait_id for each in firm or beside}
    placed = [each for each in kept if each.counted_by >= 0]
    for each in placed:
        if each.stands != (each.wait_id in places):
            yield f"step {each.element_id} says it {'is' if each.stands else 'is not'} where the case stands"
        if each.version_id != row.version_id:
            yield f"step {each.element_id} is in version {each.version_id}, the case in {row.version_id}"
        if each.process_id not in definition.drawings:
            yield f"step {each.element_id} is drawn in {each.process_id}, which there is not"
        callers = [name for name in each.call_path.split("/") if name]
        open_calls = {line["element_id"] for line in lines if line["kind"] == "call"}
        if not set(callers) <= open_calls or bool(callers) != (each.process_id != definition.process_id):
            yield f"step {each.element_id} is called by {callers}, open are {open_calls}"


def _ended(connection: Connection, row: Any, records: list[Any]) -> Iterator[str]:
    """User tasks and jobs have rows of their own, which are kept."""
    tasks = connection.execute(select(UserTask).where(UserTask.instance_id == row.id)).all()
    expected = Counter(
        _told("user_task", each.engine_task_id, each, each.created_at, each.due_at, each.state, each.ended_by)
        for each in tasks
    )
    for each in connection.execute(select(Job).where(Job.instance_id == row.id)):
        outcome = "completed" if each.state == "done" else "cancelled"
        expected[_told("job", each.engine_task_id, each, each.created_at, None, outcome, None)] += 1
    found = Counter(
        _told(each.kind, each.wait_id, each, each.begun_at, each.due_at, each.outcome, each.ended_by)
        for each in records
        if each.kind in ("user_task", "job")
    )
    if found != expected:
        yield f"steps say {found - expected}, tasks and jobs {expected - found}"


def _told(
    kind: str, wait_id: str, row: Any, begun_at: datetime, due_at: datetime | None, outcome: str, by: int | None
) -> tuple[Any, ...]:
    """To the second, since what an upgrade found open has its beginning from the instance's waits."""
    moments = [at.isoformat()[:19] if at is not None else None for at in (begun_at, due_at, row.ended_at)]
    return kind, wait_id, row.element_id, *moments, outcome if row.ended_at is not None else None, by


def _money(context: Context, connection: Connection, row: Any, case: Any) -> Iterator[str]:
    costs = context.library.version(row.version_id).application.costs
    expected = {}
    for key, item in (costs.items if costs else {}).items():
        value: Any = case.data
        for part in item.pointer.strip("/").split("/"):
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            expected[key] = (float(value), item.step, case.customer, row.ended_at)
    query = select(StepCost).where(StepCost.case_id == row.case_id)
    found = {
        each.item: (each.amount, each.element_id, each.customer, each.ended_at) for each in connection.execute(query)
    }
    if found != expected:
        yield f"money at steps is {found}, the case file says {expected}"


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
