"""Keep a fault of the process as an incident; the case stands where it stood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from server.casework.case_work import CaseFault, case_of
from server.casework.command import Answer, Command, Reply
from server.casework.incidents import open_fault
from server.casework.save_case import save
from server.casework.work import Work


@dataclass(frozen=True, kw_only=True)
class RecordFault(Command):
    """Carried out by `execute` itself after it threw a faulty advance away; `origin` is what met the fault."""

    verb: ClassVar[str] = "record_fault"
    fault: CaseFault
    origin: Mapping[str, Any] = field(default_factory=dict)

    def handle(self, work: Work) -> Reply:
        case = case_of(work, self.fault.instance_id)
        if case is not None and open_fault(case, self.fault, self.origin):
            save(case)
        return Answer(200, {})
