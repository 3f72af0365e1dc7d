"""Others decide: an authority, a court, a statutory test, the group; the process waits for what comes of it."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.cases import diverted_case
from server.casework.command import Answer, Command, Reply
from server.casework.messages import REFERRED, deliver, own_wait
from server.casework.task_in_hand import case_answer
from server.casework.work import Work
from server.domain.history import EventType


@dataclass(frozen=True, kw_only=True)
class ReferComplaint(Command):
    """`kind` is one of those the case file offers: whom it is referred to."""

    verb: ClassVar[str] = "refer_complaint"
    number: str
    kind: str
    reason: str

    def handle(self, work: Work) -> Reply:
        case, reason = diverted_case(work, self.number, self.reason)
        wait = own_wait(case, REFERRED)
        case.record(EventType.CASE_REFERRED, wait.element_id, to=self.kind, reason=reason)
        deliver(case, wait, {"kind": self.kind, "reason": reason})
        return Answer(200, case_answer(case))
