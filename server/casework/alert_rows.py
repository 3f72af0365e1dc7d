"""Opens and ends the rows of alerts, and queues the mails about new ones."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update

from server.casework.alert_words import alert_words
from server.casework.alerts import BROKEN, PROMISE, Found
from server.casework.context import Context
from server.i18n import N_, translate
from server.persistence.models import (
    Alert,
    AlertWish,
    Base,
    CaseFile,
    Incident,
    Membership,
    OutboxMail,
    PermissionGrant,
    UserAccount,
    UserTask,
)
from server.security.permissions import permissions_of

SUBJECT = N_("Alert: {what}")
BODY = N_("Hello {name},\n\n{what}\n\n{link}\n\nWhich alerts come by mail is chosen on the page of the alerts.\n")
_ALERTS = Base.metadata.tables[Alert.__tablename__]


def follow(context: Context, connection: Connection, kinds: Iterable[str], found: Iterable[Found]) -> int:
    """Make the open alerts of `kinds` those of `found`; returns how many opened or ended. Needs a write transaction."""
    holds = {(each.kind, each.mark): each for each in found}
    query = select(Alert.id, Alert.kind, Alert.mark, Alert.data).where(
        Alert.ended_at.is_(None), Alert.kind.in_(list(kinds))
    )
    open_ = {(row.kind, row.mark): row for row in connection.execute(query)}
    now = context.clock.now()
    for key, row in open_.items():
        if key not in holds:
            ended = {"ended_at": now, "outcome": _outcome(connection, row)}
            connection.execute(update(Alert).where(Alert.id == row.id).values(**ended))
        elif holds[key].data != row.data:
            connection.execute(update(Alert).where(Alert.id == row.id).values(data=holds[key].data))
    new = [each for key, each in holds.items() if key not in open_]
    for each in new:
        values = asdict(each) | {"opened_at": now}
        alert_id = connection.execute(insert(_ALERTS).values(**values).returning(_ALERTS.c.id)).scalar_one()
        _mail(context, connection, alert_id, each)
    return len(new) + sum(1 for key in open_ if key not in holds)


def _outcome(connection: Connection, row: Any) -> str:
    """How it ended: a promise was kept or broken, an incident resolved, anything else is over."""
    if row.kind == PROMISE:
        query = select(UserTask.state, UserTask.ended_at, UserTask.due_at).where(UserTask.id == row.mark)
        task = connection.execute(query).one_or_none()
        if task is None or task.state == "cancelled" or task.due_at is None:
            return "over"
        if task.state == "completed":
            return "kept" if task.ended_at <= task.due_at else "broken"
        return "moved" if task.due_at.isoformat(timespec="milliseconds")[:23] != row.data["due_at"][:23] else "broken"
    if row.kind == BROKEN:
        state = connection.execute(select(Incident.state).where(Incident.id == int(row.mark))).scalar_one_or_none()
        return state or "over"
    return "over"


def _mail(context: Context, connection: Connection, alert_id: int, found: Found) -> None:
    number = None
    if found.case_id is not None:
        number = connection.execute(select(CaseFile.number).where(CaseFile.id == found.case_id)).scalar_one()
    for person in _wishing(connection, found):
        what = alert_words(context, asdict(found) | {"number": number}, person.language)
        path = f"complaints/{number}" if number else "alerts"
        words: Mapping[str, str] = {
            "name": person.display_name,
            "what": what,
            "link": f"{context.settings.public_url}/{path}",
        }
        subject, body = (translate(text, person.language, **words) for text in (SUBJECT, BODY))
        connection.execute(
            insert(OutboxMail).values(
                case_id=found.case_id,
                idempotency_key=f"alert:{alert_id}:{person.id}",
                recipient=person.email,
                subject=subject,
                body=body,
                attachments=[],
                state="queued",
                attempts=0,
                run_at=context.clock.now(),
                created_at=context.clock.now(),
            )
        )


def _wishing(connection: Connection, found: Found) -> list[Any]:
    """Who wants it by mail, may see reports and is of its site."""
    query = (
        select(UserAccount.id, UserAccount.display_name, UserAccount.email, UserAccount.language)
        .join(AlertWish, AlertWish.user_id == UserAccount.id)
        .where(AlertWish.kind == found.kind, UserAccount.is_active.is_(True), UserAccount.site == found.site)
        .where(UserAccount.email.is_not(None), UserAccount.email != "")
        .order_by(UserAccount.id)
    )
    return [person for person in connection.execute(query).all() if _may(connection, person.id)]


def _may(connection: Connection, user_id: int) -> bool:
    groups = connection.execute(select(Membership.group_key).where(Membership.user_id == user_id)).scalars()
    grants = connection.execute(select(PermissionGrant.permission).where(PermissionGrant.user_id == user_id)).scalars()
    return {"report.read", "case.read_all"} <= permissions_of(groups, grants)
