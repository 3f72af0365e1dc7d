"""Note who is to be told of a task that the process made."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import insert, update

from server.casework.command import Answer, Command, Reply
from server.casework.task_notices import NEW_TASK, notices_of
from server.casework.work import Work
from server.persistence.models import TaskNotice, UserTask


@dataclass(frozen=True, kw_only=True)
class NoteNewTask(Command):
    """Once for each task: of two processes that look at the same moment, one finds it done."""

    verb: ClassVar[str] = "note_new_task"
    task_id: str

    def handle(self, work: Work) -> Reply:
        task = work.read(NEW_TASK, {"task": self.task_id}).one_or_none()
        if task is None:
            return Answer(200, {"noted": 0})
        rows = notices_of(work, task)
        work.write_one(
            update(UserTask).where(UserTask.id == self.task_id, UserTask.notice_due == 1).values(notice_due=0)
        )
        if rows:
            work.write(insert(TaskNotice), rows)
        return Answer(200, {"noted": len(rows)})
