"""Claim a user task: from now on it is this person's."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_, update

from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.task_in_hand import TaskInHand, in_hand, open_task, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.persistence.models import UserTask


@dataclass(frozen=True, kw_only=True)
class ClaimTask(Command):
    """Claiming one's own task again changes nothing.

    Who comes too late is told who holds it since when, and which task is free (`details` of `task.claimed`). Who
    delegated the task takes it back so.
    """

    verb: ClassVar[str] = "claim_task"
    task_id: str

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        recalled = task.row.delegated_by is not None and task.row.delegated_by in work.actor.selves
        if not recalled:
            require_unclaimed(task)
        if task.row.claimed_by == work.actor.user_id:
            return Answer(200, task.answer())
        # Two who claim at the same moment: the condition lets one of them win, whatever the case's version says.
        free = or_(UserTask.claimed_by.is_(None), UserTask.claimed_by == task.row.claimed_by)
        mine = in_hand(work.actor.user_id, work.now, task.stand_in)
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open", free)
            .values(mine | ({"delegated_by": None, "assignee_id": task.row.delegated_by} if recalled else {}))
        )
        task.record(EventType.TASK_CLAIMED, **({"assignee": _owner(task)} if recalled else {}))
        save(task.case)
        return Answer(200, task.answer(claimed_by=work.actor.username))


def _owner(task: TaskInHand) -> str:
    """User name of who had delegated the task: the actor, or whom he stands in for."""
    actor = task.work.actor
    absent = (each.username for each in actor.stands_in if each.user_id == task.row.delegated_by)
    return actor.username if task.row.delegated_by == actor.user_id else next(absent)
