"""Call for the next in charge of a task, by hand."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from server.casework.case_work import case_of
from server.casework.command import Answer, Command, Reply
from server.casework.escalation import WHO, LateTask
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, UserTask
from server.security.visibility import visible_to


@dataclass(frozen=True, kw_only=True)
class EscalateTask(Command):
    """One rung up the ladder, whether the task is late or not; the reason goes with the mail."""

    verb: ClassVar[str] = "escalate_task"
    task_id: str
    reason: str

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.escalate")
        query = (
            select(*WHO, UserTask.state, UserTask.instance_id, CaseFile.number)
            .join(CaseFile, CaseFile.id == UserTask.case_id)
            .where(UserTask.id == self.task_id, visible_to(work.actor))
        )
        row = work.read(query).one_or_none()
        case = case_of(work, row.instance_id) if row is not None else None
        if row is None or case is None:
            raise Rejected("not_found.task", N_("There is no task {id}, or you may not see it."), id=self.task_id[:64])
        if not self.reason.strip():
            raise Rejected("task.reason_missing", N_("Say why the next in charge is needed."), field="/reason")
        if row.state != "open":
            raise Rejected(
                "task.not_open",
                N_("This task of complaint {number} is already done. Refresh your list."),
                number=row.number,
            )
        case.require_live()
        task = LateTask(case, row)
        rung = task.climb(row.escalation_level + 1, f"by_hand:{case.row.lock_version}", self.reason.strip())
        if rung is None or rung.lead is None:
            raise Rejected("task.ladder_ends", N_("Nobody stands above who has this task already."))
        save(case)
        to = {"escalated_to": rung.lead.username, "group": rung.group, "level": rung.level}
        return Answer(200, {"task": self.task_id, **to})
