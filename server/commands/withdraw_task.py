"""Take back what one completed, while nobody has worked on what follows."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from sqlalchemy import Connection, select, update

from server.casework.case_work import CaseFault
from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.taking_back import require_untouched
from server.casework.task_in_hand import completed_task, in_hand
from server.casework.work import Conflict, Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.engine import ProcessInstance, Wait
from server.i18n import N_
from server.persistence.models import UserTask


@dataclass(frozen=True, kw_only=True)
class WithdrawTask(Command):
    """The step is open again and in the hands of who completed it; what he had filled in stays in the case file."""

    verb: ClassVar[str] = "withdraw_task"
    task_id: str
    reason: str = ""

    def handle(self, work: Work) -> Reply:
        task = completed_task(work, self.task_id)
        case, row = task.case, task.row
        require_untouched(task)
        element_id = row.element_id
        lines, before = case.waits, {line["task_id"] for line in case.waits}
        case.way_out = "sent_back"
        case.record(EventType.TASK_TAKEN_BACK, element_id, task_id=task.id, reason=self.reason.strip())
        try:
            # It is the same round again: nothing of it is frozen, and none is used up.
            act = partial(_take_back, element_id, row.engine_task_id)
            gone = case.advance(act, element_id, rounds=False)
        except CaseFault as fault:
            raise Rejected(
                "task.cannot_withdraw",
                N_("This step cannot be taken back any more: {why}."),
                why=fault.message,
            ) from fault
        opened = [wait for wait in case.open_waits() if wait.element_id == element_id and wait.task_id not in before]
        case.taken |= {wait.task_id for wait in opened[:1]}
        save(case)
        again = [line for line in case.waits if line["task_id"] in case.taken]
        for line in again:
            work.write_one(
                update(UserTask)
                .where(UserTask.id == line["id"], UserTask.state == "open")
                .values(in_hand(work.actor.user_id, work.now))
            )
        gone_ids = {wait.task_id for wait in gone}
        work.at_commit(partial(_require_no_draft, [line["id"] for line in lines if line["task_id"] in gone_ids]))
        cancelled = [wait.element_id for wait in gone]
        return Answer(200, task.answer() | {"opened": again[0]["id"] if again else None, "cancelled": cancelled})


def _take_back(element_id: str, task_id: str, engine: ProcessInstance) -> list[Wait]:
    return engine.take_back(element_id, task_id)


def _require_no_draft(tasks: list[str | None], connection: Connection) -> None:
    """A draft moves no version of the case: one that was saved meanwhile is seen here, after its task was ended."""
    drafts = select(UserTask.id).where(UserTask.id.in_(tasks), UserTask.draft_by.is_not(None))
    if connection.execute(drafts).first() is not None:
        raise Conflict
