"""Claim a user task: from now on it is this person's."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_, update

from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.task_in_hand import open_task, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.persistence.models import UserTask


@dataclass(frozen=True, kw_only=True)
class ClaimTask(Command):
    """Claiming one's own task again changes nothing."""

    verb: ClassVar[str] = "claim_task"
    task_id: str

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        if task.row.claimed_by == work.actor.user_id:
            return Answer(200, task.answer())
        # Two who claim at the same moment: the condition lets one of them win, whatever the case's version says.
        free = or_(UserTask.claimed_by.is_(None), UserTask.claimed_by == task.row.claimed_by)
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open", free)
            .values(claimed_by=work.actor.user_id, claimed_at=work.now)
        )
        task.case.record(EventType.TASK_CLAIMED, task.row.element_id, task_id=task.id)
        save(task.case)
        return Answer(200, task.answer(claimed_by=work.actor.username))
