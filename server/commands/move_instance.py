"""Move a case back to an earlier step, from wherever it stands."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_work import CaseFault
from server.casework.cases import controlled_instance
from server.casework.command import Answer, Command, Reply
from server.casework.repairing import way_to
from server.casework.save_case import save
from server.casework.task_in_hand import case_answer
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class MoveInstance(Command):
    """`target` is the element id of an earlier user task; what came after it is cancelled, a failed job too.

    As sending back, but not from a task of one's own: the latest occurrence of the step is done anew, no token is put
    anywhere, and the case file keeps its values.
    """

    verb: ClassVar[str] = "move_instance"
    keeps_faults: ClassVar[bool] = False
    instance_id: str
    target: str
    reason: str

    def handle(self, work: Work) -> Reply:
        case = controlled_instance(work, self.instance_id, self.reason)
        case.require_live()
        way = way_to(case, self.target)
        cancelled: list[str] = [way.source]
        told = {"to": way.element_id, "reason": self.reason.strip(), "cancelled": cancelled}
        case.record(EventType.INSTANCE_MOVED, way.source, **told)
        case.way_out = "moved"
        try:
            gone = case.advance(lambda engine: engine.send_back(way.task_id, way.element_id), way.element_id)
        except CaseFault as fault:
            # No completed occurrence lies before it: the wish cannot be met, but nothing is wrong with the case.
            raise Rejected(
                "instance.cannot_move",
                N_("From where it stands the complaint cannot go back to “{target}”: {why}"),
                field="/target",
                target=self.target,
                why=fault.message,
            ) from fault
        cancelled += [wait.element_id for wait in gone]
        save(case)
        return Answer(200, {"instance": case_answer(case), "cancelled": cancelled})
