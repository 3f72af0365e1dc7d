"""Have a colleague do a task; it comes back to who delegated it, and he completes it."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework.asking import colleague, tell
from server.casework.command import Answer, Command, Reply
from server.casework.notices import DELEGATED
from server.casework.save_case import save
from server.casework.task_in_hand import in_hand, open_task, require_not_delegated, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import UserTask


@dataclass(frozen=True, kw_only=True)
class DelegateTask(Command):
    """`to` is a username. He fills in the form and gives it back; what was delegated is not delegated on."""

    verb: ClassVar[str] = "delegate_task"
    task_id: str
    to: str
    reason: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.transfer")
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        require_not_delegated(task)
        if task.row.delegated_by is not None:
            raise Rejected("task.delegated_already", N_("This task is delegated already. Take it back first."))
        receiver = colleague(work, self.to)
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open")
            .values(in_hand(receiver.id, work.now) | {"assignee_id": receiver.id, "delegated_by": work.actor.user_id})
        )
        reason = self.reason.strip()
        key = f"delegated:{task.case.row.lock_version}"
        mail = tell(task, DELEGATED, receiver, key, reason)
        task.record(EventType.TASK_DELEGATED, to=self.to, holder_id=receiver.id, reason=reason, mail=mail)
        save(task.case)
        return Answer(200, task.answer(assignee=self.to, claimed_by=self.to))
