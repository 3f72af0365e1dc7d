"""Counts promises of open tasks anew: because the clock stood, the calendar changed, or the table says otherwise."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from server.casework.deadlines import Promise
from server.casework.questions import questions_of
from server.casework.step_records import follow_due
from server.casework.wait_rows import rfc3339, timer_rows
from server.domain.history import EventType
from server.persistence.models import Timer, UserTask

if TYPE_CHECKING:
    from server.casework.case_work import CaseWork


def recount(case: "CaseWork", lines: Iterable[dict[str, Any]] | None = None) -> bool:
    """Queue new due dates, sums and timers of the tasks in `lines` (of all open ones: None), before the case is saved.

    What has been reminded of, or climbed, stays so. An event tells of each date that moved. Returns whether there was
    anything to count.
    """
    chosen = case.waits if lines is None else lines
    by_id = {line["id"]: line for line in chosen if line["kind"] == "user_task" and "rule" in line}
    if not by_id:
        return False
    work = case.work
    columns = (
        UserTask.id,
        UserTask.engine_task_id,
        UserTask.element_id,
        UserTask.due_at,
        UserTask.due_sum,
        UserTask.escalation_level,
        UserTask.requests,
    )
    rows = work.read(select(*columns).where(UserTask.id.in_(by_id), UserTask.state == "open")).all()
    fired = select(Timer.user_task_id).where(
        Timer.user_task_id.in_(by_id), Timer.kind == "reminder", Timer.state == "fired"
    )
    reminded = set(work.read(fired).scalars())
    waited = questions_of(case, [row.id for row in rows if row.requests or row.id in case.questions])
    for row in rows:
        line = by_id[row.id]
        promise = Promise(None, None)
        if line["rule"] is not None:
            began = datetime.fromisoformat(line["since"])
            promise = case.deadlines.promise(
                line["rule"],
                began,
                level=row.escalation_level,
                reminded=row.id in reminded,
                waited=waited.get(row.id, ()),
            )
        _write(case, row, promise)
        if promise.due_at != row.due_at:
            follow_due(work, case.instance_id, row.engine_task_id, promise.due_at)
            told = {"task_id": row.id, "before": _text(row.due_at), "due_at": _text(promise.due_at)}
            case.recorder.record(work.now, None, EventType.TASK_DUE_MOVED, row.element_id, **told)
    return bool(rows)


def _write(case: "CaseWork", row: Any, promise: Promise) -> None:
    work = case.work
    values = {"due_at": promise.due_at, "due_sum": promise.due_sum}
    work.write(update(UserTask).where(UserTask.id == row.id, UserTask.state == "open").values(**values))
    work.write(delete(Timer).where(Timer.user_task_id == row.id, Timer.state == "waiting"))
    place = {
        "instance_id": case.instance_id,
        "engine_task_id": row.engine_task_id,
        "element_id": row.element_id,
    }
    if timers := list(timer_rows(place, row.id, promise)):
        work.write(insert(Timer), timers)


def _text(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment is not None else None
