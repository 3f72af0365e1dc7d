"""File a complaint: number, case file and a running process instance, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from server.casework.command import Command, Reply
from server.casework.filing import APPLICATION, CHANNELS, filed, open_case
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_

__all__ = ["APPLICATION", "CHANNELS", "FileComplaint"]


@dataclass(frozen=True, kw_only=True)
class FileComplaint(Command):
    """`channel` is one of CHANNELS, `fields` fit the application's filing form; `received_at` defaults to now."""

    verb: ClassVar[str] = "file_complaint"
    channel: str
    fields: dict[str, Any]
    received_at: datetime | None = None

    def handle(self, work: Work) -> Reply:
        work.actor.require("case.file")
        version = work.context.library.current(APPLICATION)
        case = open_case(work, version, {}, self.fields, self.channel, self._received_at(work))
        return lambda: filed(work, case)

    def _received_at(self, work: Work) -> datetime:
        if self.received_at is not None and self.received_at > work.now:
            raise Rejected(
                "case.received_in_future",
                N_("A complaint cannot be received in the future. Check the date and time."),
                field="/received_at",
            )
        return self.received_at or work.now
