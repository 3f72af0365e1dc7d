"""Give a delegated task back to who delegated it: it is done, or cannot be done."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework.asking import somebody, tell
from server.casework.command import Answer, Command, Reply
from server.casework.notices import RETURNED
from server.casework.save_case import save
from server.casework.task_in_hand import in_hand, open_task, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import UserTask


@dataclass(frozen=True, kw_only=True)
class ReturnTask(Command):
    """Its draft goes with it. When who delegated it has left, it goes back to the group."""

    verb: ClassVar[str] = "return_task"
    task_id: str
    reason: str = ""

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        if task.row.delegated_by is None:
            raise Rejected("task.not_delegated", N_("This task was not delegated to you. Transfer it instead."))
        owner = somebody(work, task.row.delegated_by)
        back_to = owner.id if owner is not None else None
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open")
            .values(in_hand(back_to, work.now) | {"assignee_id": back_to, "delegated_by": None})
        )
        reason = self.reason.strip()
        mail = tell(task, RETURNED, owner, f"returned:{task.case.row.lock_version}", reason)
        name = owner.username if owner is not None else None
        task.record(EventType.TASK_RETURNED, to=name or "", holder_id=back_to, reason=reason, mail=mail)
        save(task.case)
        return Answer(200, task.answer(assignee=name, claimed_by=name))
