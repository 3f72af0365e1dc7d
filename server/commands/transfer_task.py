"""Hand a user task to another person."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.task_in_hand import in_hand, open_task, receiver_id, require_not_delegated, require_unclaimed
from server.casework.task_notices import note
from server.casework.work import Work
from server.domain.history import EventType
from server.persistence.models import UserTask


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
        require_not_delegated(task)
        receiver = receiver_id(work, self.to)
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open")
            .values(in_hand(None, work.now) | {"assignee_id": receiver, "notice_due": 0})
        )
        if receiver != work.actor.user_id:
            note(work, task.id, receiver, "transferred", str(task.case.row.lock_version), self.reason.strip())
        task.record(EventType.TASK_TRANSFERRED, to=self.to, reason=self.reason)
        save(task.case)
        return Answer(200, task.answer(assignee=self.to, claimed_by=None))
