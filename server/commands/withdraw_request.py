"""What was asked of a colleague is not needed any more: a question without an answer, a signature that is missing."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from server.casework.asking import open_request, some_text
from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.work import Work
from server.commands.answer_question import let_run
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import UserAccount


@dataclass(frozen=True, kw_only=True)
class WithdrawRequest(Command):
    """By who asked, or who holds the task now; to do without a signature needs a reason."""

    verb: ClassVar[str] = "withdraw_request"
    request_id: str
    reason: str = ""

    def handle(self, work: Work) -> Reply:
        asked = open_request(work, self.request_id, "question", "signature", asked=False)
        holder = asked.task.claimed_by if asked.task is not None else None
        if work.actor.user_id not in (asked.row.asked_by, holder) and not work.actor.may("task.complete_any"):
            raise Rejected("forbidden.request", N_("Only who asked, or who works on the task, takes this back."))
        reason = self.reason.strip()
        if asked.row.kind == "signature":
            reason = some_text(reason, N_("Say why the signature is not needed."), "/reason")
        to = work.read(select(UserAccount.username).where(UserAccount.id == asked.row.asked_of)).scalar_one()
        asked.end("withdrawn", answer=reason or None)
        asked.case.record(
            EventType.REQUEST_WITHDRAWN,
            asked.task.element_id if asked.task is not None else None,
            task_id=asked.row.task_id,
            request_id=asked.id,
            about=asked.row.kind,
            to=to,
            reason=reason,
        )
        if asked.row.kind == "question":
            let_run(asked)
        save(asked.case)
        return Answer(200, asked.answer(state="withdrawn"))
