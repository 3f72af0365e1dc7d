"""Let a complaint's clock go on."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_clock import start_clock
from server.casework.cases import visible_case
from server.casework.command import Answer, Command, Reply
from server.casework.pauses import pauses_json
from server.casework.recount import recount
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile


@dataclass(frozen=True, kw_only=True)
class ContinueClock(Command):
    """Ends the pause that a person made; the one of a suspended complaint ends when it is resumed."""

    verb: ClassVar[str] = "continue_clock"
    number: str

    def handle(self, work: Work) -> Reply:
        work.actor.require("clock.pause")
        case = visible_case(work, CaseFile.number == self.number, self.number)
        case.require_live()
        if not start_clock(case, suspended=False):
            raise Rejected("clock.runs", N_("The clock of complaint {number} is not stopped."), number=case.number)
        case.record(EventType.CLOCK_CONTINUED)
        recount(case)
        save(case)
        return Answer(200, {"number": case.number, "pauses": pauses_json(case.pauses(), work.actor.language)})
