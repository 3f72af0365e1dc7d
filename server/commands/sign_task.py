"""Sign what a colleague asked to sign, or refuse with a reason."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.asking import open_request, some_text, somebody
from server.casework.command import Answer, Command, Reply
from server.casework.notices import NOT_SIGNED, SIGNED
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class SignTask(Command):
    """Whoever was asked, or his substitute, who must not sign what he filled in himself."""

    verb: ClassVar[str] = "sign_task"
    request_id: str
    agree: bool
    text: str = ""

    def handle(self, work: Work) -> Reply:
        asked = open_request(work, self.request_id, "signature")
        if asked.row.state == "waiting":
            raise Rejected("request.too_early", N_("The form is not filled in yet; you are told when it is."))
        if work.actor.user_id == asked.row.asked_by:
            raise Rejected("forbidden.own_case", N_("Who asked for a signature does not give it as a substitute."))
        text = self.text.strip() if self.agree else some_text(self.text, N_("Say what is wrong."), "/text")
        state = "agreed" if self.agree else "refused"
        asked.end(state, answer=text or None)
        holder = asked.task.claimed_by if asked.task is not None else None
        asker = somebody(work, holder or asked.row.asked_by)
        texts = SIGNED if self.agree else NOT_SIGNED
        mail = asked.tell(texts, asker, f"signed:{asked.id}:{asked.case.row.lock_version}", text)
        asked.case.record(
            EventType.TASK_SIGNED if self.agree else EventType.SIGNATURE_REFUSED,
            asked.task.element_id if asked.task is not None else None,
            task_id=asked.row.task_id,
            request_id=asked.id,
            to=asker.username if asker is not None else "",
            reason=text,
            mail=mail,
            **({"digest": asked.row.digest} if asked.row.digest else {}),
            **asked.on_behalf(),
        )
        save(asked.case)
        return Answer(200, asked.answer(state=state))
