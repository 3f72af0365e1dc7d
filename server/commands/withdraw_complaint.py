"""The customer withdraws the complaint; its process takes the way its diagram has for that."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.cases import diverted_case
from server.casework.command import Answer, Command, Reply
from server.casework.messages import WITHDRAWN, deliver, own_wait
from server.casework.task_in_hand import case_answer
from server.casework.wait_rows import rfc3339
from server.casework.work import Work
from server.domain.history import EventType


@dataclass(frozen=True, kw_only=True)
class WithdrawComplaint(Command):
    """`name` is who of the customer's people withdrew it, where that is known."""

    verb: ClassVar[str] = "withdraw_complaint"
    number: str
    reason: str
    name: str | None = None

    def handle(self, work: Work) -> Reply:
        case, reason = diverted_case(work, self.number, self.reason)
        wait = own_wait(case, WITHDRAWN)
        told = {"reason": reason}
        if self.name and self.name.strip():
            told["name"] = self.name.strip()
        case.record(EventType.CASE_WITHDRAWN, wait.element_id, **told)
        deliver(case, wait, told | {"at": rfc3339(work.now)})
        return Answer(200, case_answer(case))
