"""A task goes up the ladder: the next in charge may work on it from then on, and is told by mail."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from server.casework.ladder import PERSON, Person, Rung, climb, ladder_of, person
from server.casework.notices import CALLED, ESCALATION, REMINDER, Notice, notice_about, send_notice
from server.domain.history import EventType
from server.persistence.models import Timer, UserAccount, UserTask

if TYPE_CHECKING:
    from server.casework.case_work import CaseWork

WHO = (
    UserTask.id,
    UserTask.element_id,
    UserTask.name,
    UserTask.candidate_group,
    UserTask.assignee_id,
    UserTask.claimed_by,
    UserTask.escalation_level,
    UserTask.escalated_to,
    UserTask.due_at,
)
"""Columns of a task that is reminded of or escalated."""
_CLIMBED = (
    update(UserTask)
    .where(UserTask.id == bindparam("task"), UserTask.state == "open")
    .values(escalation_level=bindparam("level"), escalated_to=bindparam("to"))
)
_PASSED = delete(Timer).where(
    Timer.user_task_id == bindparam("task"), Timer.state == "waiting", Timer.rung <= bindparam("level")
)


class LateTask:
    """An open task of `case` on its way up; `row` carries WHO. Save the case afterwards."""

    def __init__(self, case: "CaseWork", row: Any):
        self.case = case
        self.row = row
        self.level: int = row.escalation_level
        self._told = {row.assignee_id, row.claimed_by, row.escalated_to}
        self._rungs: list[Rung] | None = None

    @property
    def rungs(self) -> list[Rung]:
        """The way up, from the task's own group."""
        if self._rungs is None:
            self._rungs = ladder_of(self.case.work.connection, self.row.candidate_group)
        return self._rungs

    def remind(self, key: str) -> None:
        """Tell who holds the task, else who is meant, else who leads the group; nobody there is no failure."""
        holder = self._person(self.row.claimed_by) or self._person(self.row.assignee_id)
        to = holder or (self.rungs[0].lead if self.rungs else None)
        mail = send_notice(self.case.work, REMINDER, self._notice(), to, key)
        self.case.record(
            EventType.TASK_REMINDED, self.row.element_id, task_id=self.row.id, to=to and to.username, mail=mail
        )

    def climb(self, at_least: int, key: str, reason: str = "") -> Rung | None:
        """To the next rung from level `at_least` on that somebody stands on; None, and nothing done, at the top."""
        rung, skipped = climb(self.rungs, self.level, at_least, self._told)
        if rung is None or rung.lead is None:
            return None
        work = self.case.work
        self.level = rung.level
        self._told.add(rung.lead.id)
        work.write_one(_CLIMBED, {"task": self.row.id, "level": rung.level, "to": rung.lead.id})
        work.write(_PASSED, [{"task": self.row.id, "level": rung.level}])
        texts = CALLED if reason else ESCALATION
        mail = send_notice(work, texts, self._notice(reason), rung.lead, key)
        told: dict[str, Any] = {"reason": reason} if reason else {}
        self.case.record(
            EventType.TASK_ESCALATED,
            self.row.element_id,
            task_id=self.row.id,
            to=rung.lead.username,
            group=rung.group,
            level=rung.level,
            skipped=skipped,
            mail=mail,
            **told,
        )
        return rung

    def _person(self, user_id: int | None) -> Person | None:
        if user_id is None:
            return None
        query = select(*PERSON).where(UserAccount.id == user_id, UserAccount.is_active.is_(True))
        row = self.case.work.read(query).one_or_none()
        return None if row is None else person(row)

    def _notice(self, reason: str = "") -> Notice:
        return notice_about(self.case, self.row, reason)
