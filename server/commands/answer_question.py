"""Answer what a colleague asked about a task; its limit runs again."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.asking import RequestInHand, open_request, some_text, somebody
from server.casework.command import Answer, Command, Reply
from server.casework.notices import ANSWERED
from server.casework.questions import end_wait
from server.casework.recount import recount
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class AnswerQuestion(Command):
    """Whoever was asked, or his substitute."""

    verb: ClassVar[str] = "answer_question"
    request_id: str
    text: str

    def handle(self, work: Work) -> Reply:
        asked = open_request(work, self.request_id, "question")
        text = some_text(self.text, N_("Write an answer."), "/text")
        asked.end("answered", answer=text)
        asker = somebody(work, asked.row.asked_by)
        mail = asked.tell(ANSWERED, asker, f"answer:{asked.id}", text)
        asked.case.record(
            EventType.QUESTION_ANSWERED,
            asked.task.element_id if asked.task is not None else None,
            task_id=asked.row.task_id,
            request_id=asked.id,
            to=asker.username if asker is not None else "",
            text=text,
            mail=mail,
            **asked.on_behalf(),
        )
        let_run(asked)
        save(asked.case)
        return Answer(200, asked.answer(state="answered"))


def let_run(asked: RequestInHand) -> None:
    """The task waits for this answer no more: count its limit anew, if it is still open."""
    lines = [line for line in asked.case.waits if line["id"] == asked.row.task_id]
    if lines:
        end_wait(asked.case, asked.row.task_id, asked.row)
        recount(asked.case, lines)
