"""Stop a complaint's clock: its promises do not run until it goes on."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_clock import stop_clock
from server.casework.cases import visible_case
from server.casework.command import Answer, Command, Reply
from server.casework.pauses import pauses_json
from server.casework.recount import recount
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.deadline_terms import PAUSE_REASONS
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile

KINDS = tuple(kind for kind in PAUSE_REASONS if kind not in ("suspended", "colleague"))


@dataclass(frozen=True, kw_only=True)
class PauseClock(Command):
    """`reason` is one of KINDS, `text` says more and is needed for `other`. Tasks may be worked on all the same."""

    verb: ClassVar[str] = "pause_clock"
    number: str
    reason: str
    text: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("clock.pause")
        case = visible_case(work, CaseFile.number == self.number, self.number)
        text = self.text.strip()
        if self.reason not in KINDS:
            raise Rejected(
                "clock.reason",
                N_("“{reason}” is no reason to stop the clock. Use one of: {known}."),
                field="/reason",
                reason=self.reason[:40],
                known=", ".join(KINDS),
            )
        if self.reason == "other" and not text:
            raise Rejected("clock.text_missing", N_("Say why the clock stops: the customer reads it."), field="/text")
        case.require_live()
        if any(pause.ended_at is None for pause in case.pauses()):
            raise Rejected("clock.stands", N_("The clock of complaint {number} stands already."), number=case.number)
        stop_clock(case, self.reason, text)
        case.record(EventType.CLOCK_PAUSED, cause=self.reason, text=text)
        recount(case)
        save(case)
        return Answer(200, {"number": case.number, "pauses": pauses_json(case.pauses(), work.actor.language)})
