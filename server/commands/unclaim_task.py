"""Give a claimed user task back to its group."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.task_in_hand import in_hand, open_task, require_not_delegated, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.persistence.models import UserTask


@dataclass(frozen=True, kw_only=True)
class UnclaimTask(Command):
    """A task nobody holds stays as it is."""

    verb: ClassVar[str] = "unclaim_task"
    task_id: str

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        require_not_delegated(task)
        if task.row.claimed_by is None:
            return Answer(200, task.answer())
        work.write_one(
            update(UserTask).where(UserTask.id == task.id, UserTask.state == "open").values(in_hand(None, work.now))
        )
        task.record(EventType.TASK_UNCLAIMED)
        save(task.case)
        return Answer(200, task.answer(claimed_by=None))
