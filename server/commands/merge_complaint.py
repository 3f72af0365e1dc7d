"""A complaint is a duplicate of another one: it ends as such, the other one goes on and knows of it."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.cases import diverted_case
from server.casework.command import Answer, Command, Reply
from server.casework.links import merge_into
from server.casework.messages import MERGED, deliver, own_wait
from server.casework.save_case import save
from server.casework.task_in_hand import case_answer
from server.casework.work import Work


@dataclass(frozen=True, kw_only=True)
class MergeComplaint(Command):
    """`of` is the number of the complaint that stays; `confirm` says that another customer's is meant."""

    verb: ClassVar[str] = "merge_complaint"
    number: str
    of: str
    reason: str
    confirm: bool = False

    def handle(self, work: Work) -> Reply:
        case, reason = diverted_case(work, self.number, self.reason)
        wait = own_wait(case, MERGED)
        survivor = merge_into(case, self.of, reason, confirmed=self.confirm)
        deliver(case, wait, {"of": survivor.number, "reason": reason})
        # The survivor's row is written too, so that two complaints can never swallow each other at the same moment.
        save(survivor)
        return Answer(200, case_answer(case))
