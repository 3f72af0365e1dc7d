"""From what was filed to a case about to exist: checked by the filing form, numbered when it is written."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.answer import Answer
from server.casework.attachments import claim_attachments
from server.casework.library import PublishedVersion
from server.casework.new_case import NewCase
from server.casework.wait_rows import rfc3339
from server.casework.work import Work
from server.domain import case_file
from server.domain.form_schema import Schema
from server.domain.numbering import complaint_number
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Counter
from server.security.links import status_path

CHANNELS = ("phone", "email", "web", "api", "visit", "letter", "fax", "field", "internal", "authority")
APPLICATION = "complaint"


def open_case(
    work: Work,
    version: PublishedVersion,
    start: Mapping[str, Any],
    fields: Mapping[str, Any],
    channel: str,
    at: datetime,
    view: Schema | None = None,
) -> NewCase:
    """A new case of `fields` laid over `start`, its process begun and all its inserts queued; received `at`.

    `view` says which fields may be given; by default those of the filing form.
    Raises Rejected (`case.channel`, what the filing form refuses) and CaseFault.
    """
    if channel not in CHANNELS:
        raise Rejected(
            "case.channel",
            N_("“{channel}” is no channel. Use one of: {channels}."),
            field="/channel",
            channel=channel[:40],
            channels=", ".join(CHANNELS),
        )
    data, files = _case_data(work, view or filing_form(version), start, fields)
    intake = {"channel": channel, "received_at": rfc3339(at)}
    data["intake"] = data.get("intake", {}) | intake
    site = work.context.settings.site
    case = NewCase(work, version, data, site=site, channel=channel, at=at)
    year = at.astimezone(ZoneInfo(work.context.settings.timezone)).year
    case.queue(files, lambda connection: complaint_number(site, year, next_value(connection, site, year)))
    return case


def filed(work: Work, case: NewCase) -> Answer:
    """What the filer is told; only inside the write transaction is the number known."""
    path = status_path(case.number, work.context.settings.secret())
    body = {
        "number": case.number,
        "instance_id": case.instance_id,
        "status_url": f"{work.context.settings.public_url}{path}",
    }
    return Answer(201, body)


def filing_form(version: PublishedVersion) -> Schema:
    """The schema of the form with which a complaint is filed."""
    return version.forms.schema(version.application.filing_form)


def _case_data(
    work: Work, view: Schema, start: Mapping[str, Any], fields: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The case file as filed, and the ids of its files."""
    applied = case_file.apply_patch(
        start,
        fields,
        view=view,
        revision=0,
        base_revision=None,
        field_revisions={},
        new_id=lambda: uuid.uuid4().hex,
    )
    return applied.case, claim_attachments(work, None, view, start, applied.case)


def next_value(connection: Connection, site: str, year: int) -> int:
    """The next number of a site and year; no gap, since it is rolled back together with the case."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(Counter).values(site=site, year=year, value=1)
    upsert = statement.on_conflict_do_update(
        index_elements=[Counter.site, Counter.year], set_={"value": Counter.value + 1}
    ).returning(Counter.value)
    return int(connection.execute(upsert).scalar_one())
