"""Fire the due timer events of one instance."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_work import LIVE, load_case
from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.persistence.models import ProcessInstance


@dataclass(frozen=True, kw_only=True)
class FireTimers(Command):
    """Firing is a claim on the instance: of two processes that tick at once, one finds nothing due any more."""

    verb: ClassVar[str] = "fire_timers"
    instance_id: str

    def handle(self, work: Work) -> Reply:
        case = load_case(work, ProcessInstance.id == self.instance_id)
        if case is None or case.state not in LIVE:
            return Answer(200, {"fired": []})
        fired = case.advance(lambda engine: engine.fire_timers())
        if not fired:
            # Another process was faster: what did not move leaves no trace.
            return Answer(200, {"fired": []})
        for element_id in fired:
            case.record(EventType.TIMER_FIRED, element_id)
        save(case)
        return Answer(200, {"fired": fired})
