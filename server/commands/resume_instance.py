"""Resume a suspended instance."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_clock import start_clock
from server.casework.cases import controlled_instance
from server.casework.command import Answer, Command, Reply
from server.casework.incidents import unsettled
from server.casework.recount import recount
from server.casework.save_case import save
from server.casework.task_in_hand import case_answer
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class ResumeInstance(Command):
    """An instance with open incidents goes back to `incident`, any other to `active`."""

    verb: ClassVar[str] = "resume_instance"
    instance_id: str
    reason: str

    def handle(self, work: Work) -> Reply:
        case = controlled_instance(work, self.instance_id, self.reason)
        if case.state != "suspended":
            raise Rejected("instance.not_suspended", N_("Complaint {number} is not suspended."), number=case.number)
        case.state = "incident" if unsettled(case) else "active"
        case.state_reason = None
        case.record(EventType.INSTANCE_RESUMED, reason=self.reason.strip())
        start_clock(case, suspended=True)
        recount(case)
        save(case)
        return Answer(200, case_answer(case))
