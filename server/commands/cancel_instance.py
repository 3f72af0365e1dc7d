"""Cancel a running instance for good."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.cases import controlled_instance
from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.task_in_hand import case_answer
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class CancelInstance(Command):
    """Ends every open task, job and timer; a suspended instance may be cancelled too."""

    verb: ClassVar[str] = "cancel_instance"
    instance_id: str
    reason: str

    def handle(self, work: Work) -> Reply:
        case = controlled_instance(work, self.instance_id, self.reason)
        if case.state in ("completed", "cancelled"):
            raise Rejected("instance.ended", N_("Complaint {number} has already ended."), number=case.number)
        case.record(EventType.INSTANCE_CANCELLED, reason=self.reason.strip())
        case.state, case.state_reason = "cancelled", self.reason.strip()
        case.way_out = "cancelled"
        case.advance(lambda engine: engine.cancel())
        save(case)
        return Answer(200, case_answer(case))
