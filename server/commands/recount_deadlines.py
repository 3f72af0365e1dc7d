"""Count the promises of one complaint anew, because the calendar of its site has changed."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_work import LIVE, case_of
from server.casework.command import Answer, Command, Reply
from server.casework.recount import recount
from server.casework.save_case import save
from server.casework.work import Work


@dataclass(frozen=True, kw_only=True)
class RecountDeadlines(Command):
    """Done twice it changes nothing more, so two processes may do it at once."""

    verb: ClassVar[str] = "recount_deadlines"
    instance_id: str

    def handle(self, work: Work) -> Reply:
        case = case_of(work, self.instance_id)
        if case is not None and case.state in (*LIVE, "suspended") and recount(case):
            save(case)
        return Answer(200, {})
