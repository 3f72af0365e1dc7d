"""Amend fields of the case file outside a task, with a reason."""

from dataclasses import dataclass
from typing import Any, ClassVar

from server.casework.cases import visible_case
from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile


@dataclass(frozen=True, kw_only=True)
class AmendCase(Command):
    """`data` is a JSON Merge Patch on the whole case file; conditional events are looked at again."""

    verb: ClassVar[str] = "amend_case"
    number: str
    data: dict[str, Any]
    reason: str
    revision: int | None = None

    def handle(self, work: Work) -> Reply:
        work.actor.require("case.amend")
        case = visible_case(work, CaseFile.number == self.number, self.number)
        if not self.reason.strip():
            raise Rejected("case.reason_missing", N_("Say why the complaint is amended."), field="/reason")
        case.require_live()
        changes = case.submit(case.version.forms.case_schema(), self.data, self.revision)
        if changes:
            case.record(
                EventType.CASE_AMENDED, reason=self.reason.strip(), changes=[change.to_json() for change in changes]
            )
            case.advance(lambda engine: engine.reevaluate())
            save(case)
        revision = case.revision + (1 if case.changes else 0)
        return Answer(200, {"number": case.number, "revision": revision, "case": case.data})
