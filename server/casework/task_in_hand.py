"""One open user task in hand, with its case: found, allowed, still open."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row, bindparam, select

from server.casework.case_work import CASE_COLUMNS, INSTANCE_COLUMNS, CaseWork
from server.casework.next_task import next_free
from server.casework.shapes import TASK_COLUMNS, Assignee, Claimer, instance_json, task_json
from server.casework.wait_rows import rfc3339
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.domain.spans import Span
from server.domain.texts import Label
from server.i18n import N_
from server.persistence.models import CaseFile, Group, ProcessInstance, UserAccount, UserTask
from server.security.actor import Actor, StandIn
from server.security.visibility import visible_to

# `instance_id` and `number` come with TASK_COLUMNS.
_TASK_WITH_CASE = (
    select(
        *TASK_COLUMNS,
        *(column for column in INSTANCE_COLUMNS if column.name != "instance_id"),
        *(column for column in CASE_COLUMNS if column.name != "number"),
    )
    .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
    .join(CaseFile, CaseFile.id == UserTask.case_id)
    .outerjoin(Assignee, Assignee.id == UserTask.assignee_id)
    .outerjoin(Claimer, Claimer.id == UserTask.claimed_by)
    .where(UserTask.id == bindparam("task"))
)


class TaskInHand:
    """`row` carries TASK_COLUMNS; `case` is loaded but its engine state is not yet."""

    def __init__(self, work: Work, row: Row[Any]):
        self.work = work
        self.row = row
        self.id: str = row.id
        self.case = CaseWork(work, row)

    def answer(self, **changed: Any) -> dict[str, Any]:
        """`{"task", "instance"}` as they will stand after the commit."""
        language = self.work.actor.language
        return {"task": task_json(self.row, language, **changed), "instance": case_answer(self.case)}

    @property
    def stand_in(self) -> StandIn | None:
        """For whom the actor does what he has no right of his own to do; None when it is his own."""
        return stands_in_for(self.work.actor, self.row)

    def record(self, kind: EventType, **data: Any) -> None:
        """An event of this task; it names both when the actor stands in for somebody."""
        absent = self.stand_in
        both = {"on_behalf": absent.username} if absent is not None else {}
        self.case.record(kind, self.row.element_id, task_id=self.id, **data, **both)

    def view(self) -> dict[str, Any]:
        """Resolved JSON Schema of the task's form; of nothing when it has no form."""
        if not self.row.form_key:
            return {"type": "object", "properties": {}}
        return self.case.version.forms.schema(self.row.form_key)


def open_task(work: Work, task_id: str) -> TaskInHand:
    """The open task `task_id` for one who may complete it; raises Rejected (not found, not open, not his)."""
    row = _find(work, task_id)
    if row is None:
        raise Rejected("not_found.task", N_("There is no task {id}, or you may not see it."), id=task_id)
    if not may_work_on(work.actor, row):
        raise Rejected(
            "forbidden.task",
            N_("This task is for the group {group}. Ask one of them, or have it transferred to you."),
            group=group_title(work, row.candidate_group),
        )
    return _still_open(work, row)


def seen_task(work: Work, task_id: str) -> TaskInHand:
    """The open task for anyone who may see its case; raises Rejected (not found, not open)."""
    row = _find(work, task_id)
    if row is None:
        raise Rejected("not_found.task", N_("There is no task {id}, or you may not see it."), id=task_id)
    return _still_open(work, row)


def _still_open(work: Work, row: Row[Any]) -> TaskInHand:
    if row.state != "open":
        sentence = (
            N_("This task of complaint {number} is already done. Refresh your list.")
            if row.state == "completed"
            else N_("This task of complaint {number} is no longer needed. Refresh your list.")
        )
        raise Rejected("task.not_open", sentence, number=row.number, details=[_ended(work, row)])
    task = TaskInHand(work, row)
    task.case.require_live()
    return task


def _ended(work: Work, row: Row[Any]) -> dict[str, Any]:
    """How the task ended, who did that and when, and which one is free instead."""
    query = (
        select(UserTask.ended_at, UserAccount.username, UserAccount.display_name)
        .outerjoin(UserAccount, UserAccount.id == UserTask.ended_by)
        .where(UserTask.id == row.id)
    )
    ended = work.read(query).one()
    return {
        "state": row.state,
        "ended_by": ended.username,
        "ended_by_name": ended.display_name,
        "ended_at": rfc3339(ended.ended_at) if ended.ended_at else None,
        "next": next_free(work.connection, work.actor, work.now),
    }


def completed_task(work: Work, task_id: str) -> TaskInHand:
    """The task that the actor himself completed, its case still under way; raises Rejected."""
    row = _find(work, task_id)
    if row is None:
        raise Rejected("not_found.task", N_("There is no task {id}, or you may not see it."), id=task_id)
    work.actor.require("task.work")
    if row.state == "open":
        raise Rejected("task.still_open", N_("This task is still open: there is nothing to take back."))
    if row.state != "completed" or row.ended_by != work.actor.user_id:
        raise Rejected("forbidden.task_of_another", N_("Only who completed a task may take it back."))
    task = TaskInHand(work, row)
    task.case.require_live()
    return task


def may_work_on(actor: Actor, row: Any) -> bool:
    """Whether the actor may work on the task: of its group, meant for him, held or delegated by him, gone up to him,
    allowed any task, or all this of somebody he stands in for.
    """
    return _of_his_own(actor, row) or stands_in_for(actor, row) is not None


def stands_in_for(actor: Actor, row: Any) -> StandIn | None:
    """Whose task it is that the actor may do as a substitute alone; None when he may by himself, or not at all."""
    if not actor.stands_in or not actor.may("task.work") or _of_his_own(actor, row):
        return None
    return next((each for each in actor.stands_in if each.covers(row.candidate_group, _people(row))), None)


def _of_his_own(actor: Actor, row: Any) -> bool:
    if actor.may("task.complete_any"):
        return True
    # What somebody holds for another is his to do only as long as he stands in for him.
    held = row.claimed_by if row.claimed_for is None else None
    meant = (row.assignee_id, row.escalated_to, row.delegated_by, held)
    return actor.may("task.work") and (row.candidate_group in actor.groups or actor.user_id in meant)


def _people(row: Any) -> tuple[int | None, ...]:
    return row.assignee_id, row.claimed_by, row.escalated_to, row.delegated_by, row.claimed_for


def in_hand(user_id: int | None, now: datetime, absent: StandIn | None = None) -> dict[str, Any]:
    """Values of a task that the person holds from now on, perhaps for somebody absent; that nobody holds: None."""
    return {
        "claimed_by": user_id,
        "claimed_at": None if user_id is None else now,
        "claimed_for": absent and absent.user_id,
    }


def group_title(work: Work, group: str | None) -> Label:
    """The group's name in the reader's language."""
    title = work.read(select(Group.title).where(Group.key == group)).scalar_one_or_none()
    return Label((title or group or "–",))


def require_unclaimed(task: TaskInHand) -> None:
    """Raises Rejected `task.claimed` when another person holds the task; one allowed any task may go on, and a
    substitute of the holder.
    """
    if is_held_by_another(task.work.actor, task.row):
        raise held(task)


def is_held_by_another(actor: Actor, row: Any) -> bool:
    if row.claimed_by in (None, actor.user_id) or row.claimed_for == actor.user_id or actor.may("task.complete_any"):
        return False
    absent = [each for each in actor.stands_in if each.user_id == row.claimed_by]
    return not any(each.covers(row.candidate_group, _people(row)) for each in absent)


def held(task: TaskInHand) -> Rejected:
    """The refusal that says who took the task and when, and which one is free instead."""
    row, now = task.row, task.work.now
    following = next_free(task.work.connection, task.work.actor, now)
    taken = {"claimed_by": row.claimer_name, "claimed_by_name": row.claimer_display}
    taken |= {"claimed_at": rfc3339(row.claimed_at) if row.claimed_at else None, "next": following}
    return Rejected(
        "task.claimed",
        N_("{name} took this task {ago} ago. Ask to have it released or transferred, or take another."),
        details=[taken],
        name=row.claimer_display or row.claimer_name,
        ago=Span((now - row.claimed_at).total_seconds() if row.claimed_at else 0),
    )


def hold(task: TaskInHand) -> dict[str, Any]:
    """Values of a task that from now on is the actor's if nobody holds it; else none."""
    work = task.work
    return in_hand(work.actor.user_id, work.now, task.stand_in) if task.row.claimed_by is None else {}


def require_not_delegated(task: TaskInHand) -> None:
    """Raises Rejected `task.delegated` to whom the task was given to do only: it is another's to complete."""
    owner, actor = task.row.delegated_by, task.work.actor
    if owner is not None and owner not in actor.selves and not actor.may("task.complete_any"):
        name = task.work.read(select(UserAccount.display_name).where(UserAccount.id == owner)).scalar_one()
        raise Rejected(
            "task.delegated",
            N_("{name} delegated this task to you and completes it. Save what you filled in and give it back."),
            name=name,
        )


def receiver_id(work: Work, username: str) -> int:
    """Id of the active person of that name who is to get the task; raises Rejected `task.unknown_receiver`."""
    found = work.user_id(username)
    if found is None:
        raise Rejected(
            "task.unknown_receiver",
            N_("There is no active user “{name}” to transfer the task to."),
            field="/to",
            name=username[:60],
        )
    return found


def _find(work: Work, task_id: str) -> Row[Any] | None:
    row = work.read(_TASK_WITH_CASE, {"task": task_id}).one_or_none()
    return row if row is not None and _sees(work, row) else None


def _sees(work: Work, row: Row[Any]) -> bool:
    """`visible_to` for a task in hand; whoever may work on it sees it, which needs no second statement."""
    if row.site in work.actor.sites and may_work_on(work.actor, row):
        return True
    return work.read(select(CaseFile.id).where(CaseFile.id == row.case_id, visible_to(work.actor))).first() is not None


def case_answer(case: CaseWork) -> dict[str, Any]:
    """The instance as it will stand after the commit; call it after `save`."""
    ended = case.state in ("completed", "cancelled")
    row = SimpleNamespace(
        instance_id=case.instance_id,
        key=case.version.key,
        version_number=case.version.number,
        number=case.number,
        state=case.state,
        waits=case.waits,
        started_at=case.row.started_at,
        ended_at=case.work.now if ended else None,
        end_event=case.engine.end_event if case.advanced and ended else None,
    )
    return instance_json(row, case.work.actor.language)
