"""Whether anything was done since a task was completed that taking it back would undo."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, select

from server.casework.task_in_hand import TaskInHand
from server.domain.history import EventType as Type
from server.domain.rejection import Rejected
from server.domain.texts import Label
from server.i18n import N_
from server.persistence.models import HistoryEvent, HistoryPayload, Job, UserTask

_BY_PEOPLE = frozenset(
    {
        Type.TASK_CLAIMED,
        Type.TASK_COMPLETED,
        Type.TASK_DELEGATED,
        Type.TASK_TRANSFERRED,
        Type.QUESTION_ASKED,
        Type.SIGNER_ADDED,
    }
)
_BY_THE_SERVER = frozenset({Type.JOB_COMPLETED, Type.JOB_FAILED, Type.JOB_ERROR_THROWN})
_FROM_OUTSIDE = frozenset({Type.MESSAGE_RECEIVED, Type.MESSAGE_THROWN, Type.TIMER_FIRED})
_FOR_GOOD = frozenset({Type.TASK_SENT_BACK, Type.TASK_TAKEN_BACK, Type.ROUND_BEGUN, Type.INSTANCE_MIGRATED})
"""After these the case stands elsewhere than the completion left it."""


def require_untouched(task: TaskInHand) -> None:
    """Raises Rejected `task.worked_on`, naming what was done since, or `task.cannot_withdraw`."""
    later = list(_since_completion(task))
    born = {data.get("task_id") or data.get("job_id") for kind, _, data in later if kind.endswith(".created")}
    for kind, element_id, data in later:
        subject = data.get("task_id") or data.get("job_id")
        if kind in _BY_PEOPLE and subject in born and _follows(task, element_id):
            raise _worked_on(task, element_id, N_("“{step}”, which follows, is being worked on already."))
        if kind in _BY_THE_SERVER and subject in born and _follows(task, element_id):
            raise _worked_on(task, element_id, N_("The server has done “{step}” already, which follows."))
        if kind in _FROM_OUTSIDE and _follows(task, element_id):
            raise _worked_on(task, element_id, N_("Something has happened at “{step}” already, which follows."))
        if kind in _FOR_GOOD or kind == Type.TASK_CANCELLED:
            raise _worked_on(task, element_id, N_("The complaint has gone another way at “{step}” since."))
    _require_no_draft(task, born)


def _since_completion(task: TaskInHand) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    """(type, element, data) of every event after the one that tells of the task's completion."""
    query = (
        select(HistoryEvent.seq, HistoryEvent.type, HistoryEvent.element_id, HistoryPayload.data)
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .where(HistoryEvent.instance_id == task.case.instance_id)
        .order_by(HistoryEvent.seq)
    )
    found = False
    for row in task.work.read(query):
        if found:
            yield row.type, row.element_id, row.data or {}
        elif row.type == Type.TASK_COMPLETED and (row.data or {}).get("task_id") == task.id:
            found = True
    if not found:
        raise Rejected("task.cannot_withdraw", N_("The history no longer tells what followed this step."))


def _follows(task: TaskInHand, element_id: str | None) -> bool:
    """Whether the element may come after the task; of another process nobody can say that it does not."""
    definition, row = task.case.version.definition, task.row
    if element_id is None or definition.element(row.process_id, element_id) is None:
        return True
    return definition.comes_before(row.process_id, row.element_id, element_id)


def _require_no_draft(task: TaskInHand, born: set[Any]) -> None:
    """What stands open after it: nobody has begun to fill it in, no worker has begun with it."""
    open_tasks = select(UserTask.element_id).where(
        UserTask.instance_id == task.case.instance_id, UserTask.state == "open", UserTask.id.in_(born)
    )
    begun: Row[Any] | None = task.work.read(open_tasks.where(UserTask.draft_by.is_not(None))).first()
    if begun is None:
        tried = select(Job.element_id).where(Job.instance_id == task.case.instance_id, Job.id.in_(born))
        begun = task.work.read(tried.where(Job.state.in_(("locked", "incident")))).first()
    if begun is not None:
        raise _worked_on(task, begun.element_id, N_("“{step}”, which follows, is being worked on already."))


def _worked_on(task: TaskInHand, element_id: str | None, sentence: str) -> Rejected:
    element = task.case.version.definition.find(element_id) if element_id else None
    step = Label(((element.name if element else None) or element_id or "–",))
    return Rejected("task.worked_on", sentence, step=step)
