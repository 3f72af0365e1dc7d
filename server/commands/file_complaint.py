"""File a complaint: number, case file and a running process instance, in one transaction."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.attachments import claim_attachments
from server.casework.command import Answer, Command, Reply
from server.casework.library import PublishedVersion
from server.casework.new_case import NewCase
from server.casework.wait_rows import rfc3339
from server.casework.work import Work
from server.domain import case_file
from server.domain.numbering import complaint_number
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Counter
from server.security.links import status_path

CHANNELS = ("phone", "email", "web", "api", "visit", "letter", "fax", "field", "internal", "authority")
APPLICATION = "complaint"


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
        received_at = self._received_at(work)
        data, files = self._case_data(work, version, received_at)
        site = work.context.settings.site
        case = NewCase(work, version, data, site=site, channel=self.channel, at=received_at)
        year = received_at.astimezone(ZoneInfo(work.context.settings.timezone)).year
        case.queue(files, lambda connection: complaint_number(site, year, next_value(connection, site, year)))
        return lambda: Answer(201, self._body(work, case))

    def _received_at(self, work: Work) -> datetime:
        if self.received_at is not None and self.received_at > work.now:
            raise Rejected(
                "case.received_in_future",
                N_("A complaint cannot be received in the future. Check the date and time."),
                field="/received_at",
            )
        return self.received_at or work.now

    def _case_data(
        self, work: Work, version: PublishedVersion, received_at: datetime
    ) -> tuple[dict[str, Any], list[str]]:
        if self.channel not in CHANNELS:
            raise Rejected(
                "case.channel",
                N_("“{channel}” is no channel. Use one of: {channels}."),
                field="/channel",
                channel=self.channel[:40],
                channels=", ".join(CHANNELS),
            )
        view = version.forms.schema(version.application.filing_form)
        applied = case_file.apply_patch(
            {},
            self.fields,
            view=view,
            revision=0,
            base_revision=None,
            field_revisions={},
            new_id=lambda: uuid.uuid4().hex,
        )
        files = claim_attachments(work, None, view, {}, applied.case)
        intake = {"channel": self.channel, "received_at": rfc3339(received_at)}
        return applied.case | {"intake": applied.case.get("intake", {}) | intake}, files

    def _body(self, work: Work, case: NewCase) -> dict[str, Any]:
        path = status_path(case.number, work.context.settings.secret())
        return {
            "number": case.number,
            "instance_id": case.instance_id,
            "status_url": f"{work.context.settings.public_url}{path}",
        }


def next_value(connection: Connection, site: str, year: int) -> int:
    """The next number of a site and year; no gap, since it is rolled back together with the case."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(Counter).values(site=site, year=year, value=1)
    upsert = statement.on_conflict_do_update(
        index_elements=[Counter.site, Counter.year], set_={"value": Counter.value + 1}
    ).returning(Counter.value)
    return int(connection.execute(upsert).scalar_one())
