"""Say how urgent a task is, with a reason."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework.asking import some_text
from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.task_in_hand import seen_task
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import UserTask

LEVELS = {25: N_("low"), 50: N_("normal"), 75: N_("high"), 100: N_("urgent")}
"""What the pages offer; the diagram and the API may give any number from 0 to 100."""


@dataclass(frozen=True, kw_only=True)
class SetPriority(Command):
    """0 to 100; 50 is normal. The due date stays: it was promised."""

    verb: ClassVar[str] = "set_priority"
    task_id: str
    priority: int
    reason: str

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.transfer")
        task = seen_task(work, self.task_id)
        if not 0 <= self.priority <= 100:
            raise Rejected("task.priority", N_("A priority is a number from 0 to 100."), field="/priority")
        reason = some_text(self.reason, N_("Say why: the reason stands in the history."), "/reason")
        if self.priority == task.row.priority:
            return Answer(200, task.answer() | {"priority": self.priority})
        work.write_one(
            update(UserTask).where(UserTask.id == task.id, UserTask.state == "open").values(priority=self.priority)
        )
        task.case.record(
            EventType.TASK_PRIORITISED,
            task.row.element_id,
            task_id=task.id,
            before=task.row.priority,
            priority=self.priority,
            reason=reason,
        )
        save(task.case)
        return Answer(200, task.answer() | {"priority": self.priority})
