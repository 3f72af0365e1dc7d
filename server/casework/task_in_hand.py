"""One open user task in hand, with its case: found, allowed, still open."""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row, bindparam, select

from server.casework.case_work import CASE_COLUMNS, INSTANCE_COLUMNS, CaseWork
from server.casework.shapes import TASK_COLUMNS, Assignee, Claimer, instance_json, task_json
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.domain.texts import Label
from server.i18n import N_
from server.persistence.models import CaseFile, Group, ProcessInstance, UserTask
from server.security.actor import Actor
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
    if row.state != "open":
        sentence = (
            N_("This task of complaint {number} is already done. Refresh your list.")
            if row.state == "completed"
            else N_("This task of complaint {number} is no longer needed. Refresh your list.")
        )
        raise Rejected("task.not_open", sentence, number=row.number)
    task = TaskInHand(work, row)
    task.case.require_live()
    return task


def may_work_on(actor: Actor, row: Any) -> bool:
    """Whether the actor may complete the task: of its group, meant for him, held by him, gone up to him, or
    allowed any task.
    """
    if actor.may("task.complete_any"):
        return True
    return actor.may("task.work") and (
        row.candidate_group in actor.groups or actor.user_id in (row.assignee_id, row.claimed_by, row.escalated_to)
    )


def group_title(work: Work, group: str | None) -> Label:
    """The group's name in the reader's language."""
    title = work.read(select(Group.title).where(Group.key == group)).scalar_one_or_none()
    return Label((title or group or "–",))


def require_unclaimed(task: TaskInHand) -> None:
    """Raises Rejected `task.claimed` when another person holds the task; one allowed any task may go on."""
    holder = task.row.claimed_by
    if holder is not None and holder != task.work.actor.user_id and not task.work.actor.may("task.complete_any"):
        raise Rejected(
            "task.claimed",
            N_("{name} is working on this task. Ask to have it released or transferred."),
            name=task.row.claimer_display or task.row.claimer_name,
        )


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
