"""What came to a complaint, as a test that plays it again: made from its history alone."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.calendars import CALENDAR_VERSION
from server.casework.cases import seen_case
from server.casework.context import Context
from server.casework.recording import Event, record
from server.casework.run_tests import Outcome, run_test
from server.domain.recorded_test import path_of, write_test
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, ProcessInstance, UserAccount
from server.security.actor import Actor

_COLUMNS = (ProcessInstance.id, ProcessInstance.version_id, CaseFile.number, CaseFile.site, CALENDAR_VERSION)


@dataclass(frozen=True)
class Recorded:
    """`content` is the file `path` of a bundle; `outcome` says whether it passes on the version the case runs in."""

    key: str
    version: int
    path: str
    content: bytes
    outcome: Outcome


def record_case(context: Context, actor: Actor, number: str, name: str = "") -> Recorded:
    """The complaint as a test called `name`, by default after its number.

    Personal data has stand-ins. Raises Rejected `forbidden.…`, `not_found.case`, `malformed.name` or
    `instance.history_erased`.
    """
    return _recorded(context, actor, CaseFile.number, number, name)


def record_instance(context: Context, actor: Actor, instance_id: str) -> Recorded:
    """The same, by the id of the instance."""
    return _recorded(context, actor, ProcessInstance.id, instance_id, "")


def _recorded(context: Context, actor: Actor, by: Any, asked: str, name: str) -> Recorded:
    actor.require("definition.edit")
    with context.read() as connection:
        case = seen_case(connection, actor, asked, *_COLUMNS, by=by)
        rows = _events(connection, case.id)
    version = context.library.version(case.version_id)
    calendar = context.calendars.of(case.site, case.calendar_version)
    if any(row.data is None for row in rows):
        message = N_("Part of the history of complaint {number} was erased, so no test can be made from it.")
        raise Rejected("instance.history_erased", message, number=case.number)
    events = [Event(row.at, row.type, row.element_id, row.data) for row in rows]
    people = sorted({row.display_name for row in rows if row.display_name})
    path = path_of(name or re.sub(r"\W", "-", case.number.lower()))
    content = write_test(record(version, events, people=people))
    outcome = run_test(version, path, content, calendar)
    return Recorded(version.key, version.number, path, content, outcome)


def _events(connection: Connection, instance_id: str) -> list[Row[Any]]:
    query = (
        select(
            HistoryEvent.at,
            HistoryEvent.type,
            HistoryEvent.element_id,
            HistoryPayload.data,
            UserAccount.display_name,
        )
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .outerjoin(UserAccount, UserAccount.id == HistoryEvent.actor_id)
        .where(HistoryEvent.instance_id == instance_id)
        .order_by(HistoryEvent.seq)
    )
    return list(connection.execute(query))
