"""Suspend a running instance: its tasks, jobs and timers wait until it is resumed."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_clock import stop_clock
from server.casework.cases import controlled_instance
from server.casework.command import Answer, Command, Reply
from server.casework.recount import recount
from server.casework.save_case import save
from server.casework.task_in_hand import case_answer
from server.casework.work import Work
from server.domain.history import EventType


@dataclass(frozen=True, kw_only=True)
class SuspendInstance(Command):
    """Its clock stands as well: what was promised is counted on from the moment it is resumed."""

    verb: ClassVar[str] = "suspend_instance"
    instance_id: str
    reason: str

    def handle(self, work: Work) -> Reply:
        case = controlled_instance(work, self.instance_id, self.reason)
        case.require_live()
        case.state, case.state_reason = "suspended", self.reason.strip()
        case.record(EventType.INSTANCE_SUSPENDED, reason=self.reason.strip())
        stop_clock(case, "suspended", self.reason.strip())
        recount(case)
        save(case)
        return Answer(200, case_answer(case))
