"""Hand a user task to another person."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update

from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.task_in_hand import open_task, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import UserAccount, UserTask


@dataclass(frozen=True, kw_only=True)
class TransferTask(Command):
    """`to` is a username; that person becomes the assignee and need not be of the task's group."""

    verb: ClassVar[str] = "transfer_task"
    task_id: str
    to: str
    reason: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.transfer")
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        receiver = work.read(
            select(UserAccount.id).where(UserAccount.username == self.to, UserAccount.is_active.is_(True))
        ).scalar_one_or_none()
        if receiver is None:
            raise Rejected(
                "task.unknown_receiver",
                N_("There is no active user “{name}” to transfer the task to."),
                field="/to",
                name=self.to[:60],
            )
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open")
            .values(assignee_id=receiver, claimed_by=None, claimed_at=None)
        )
        task.case.record(
            EventType.TASK_TRANSFERRED, task.row.element_id, task_id=task.id, to=self.to, reason=self.reason
        )
        save(task.case)
        return Answer(200, task.answer(assignee=self.to, claimed_by=None))
