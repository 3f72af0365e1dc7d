"""Who gets a mail to one of our own people, whether he wants it, and what stands around its text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from server.casework.ladder import PERSON, Person, person
from server.casework.substitutes import IN_FORCE
from server.domain.notice_kinds import DIGEST, ESCALATION, MENTION, NOTICE_KINDS
from server.i18n import N_, translate
from server.persistence.models import NoticeWish, Substitution, UserAccount
from server.settings import Settings

PAGE = "/me/notifications"
"""Where everybody chooses which mails he gets."""

_FOOTER = N_("You get this mail because “{kind}” is switched on. Switch it off here: {link}")
_MANAGER = N_("Switched off, late tasks come to you all the same; you only see them on your list.")
_SUBSTITUTE = N_("This mail comes to you, {name}, as the substitute of {absent}.")
_PERSONAL = frozenset({MENTION, DIGEST})
"""What no substitute gets: a mention is of one person, and the substitute's own overview has the other's tasks."""
_STANDING_IN = (
    select(*PERSON, Substitution.groups)
    .join(UserAccount, UserAccount.id == Substitution.substitute_id)
    .where(
        Substitution.absent_id == bindparam("absent"),
        IN_FORCE,
        UserAccount.is_active.is_(True),
    )
    .order_by(Substitution.id)
)
_WISH = select(NoticeWish.wanted).where(NoticeWish.user_id == bindparam("user"), NoticeWish.kind == bindparam("kind"))


@dataclass(frozen=True)
class Delivery:
    """The mail goes to `person`, as the substitute of `absent` where there is one; `outcome`: queued, or why not."""

    outcome: str
    kind: str
    person: Person
    absent: Person | None = None


def delivery(
    connection: Connection, settings: Settings, now: datetime, to: Person, kind: str, group: str | None
) -> Delivery:
    """What becomes of a mail of `kind` to the active person `to` about a task of `group`.

    Whoever gets it decides whether he wants it: while somebody is away, his substitute.
    """
    instead = None if kind in _PERSONAL else substitute_of(connection, to.id, now, group)
    found = instead or to
    outcome = "queued" if found.email else "no_address"
    if not wants(connection, settings, found.id, kind):
        outcome = "off"
    return Delivery(outcome, kind, found, to if instead else None)


def substitute_of(connection: Connection, absent_id: int, now: datetime, group: str | None) -> Person | None:
    """Who does the tasks of `group` for him at that moment; None: he himself."""
    rows = connection.execute(_STANDING_IN, {"absent": absent_id, "now": now}).all()
    return next((person(row) for row in rows if not row.groups or group in row.groups), None)


def is_away(connection: Connection, user_id: int, now: datetime) -> bool:
    """Whether somebody does all of his tasks at that moment."""
    rows = connection.execute(_STANDING_IN, {"absent": user_id, "now": now}).all()
    return any(not row.groups for row in rows)


def wants(connection: Connection, settings: Settings, user_id: int, kind: str) -> bool:
    """What he chose; else what the site has set."""
    chosen: bool | None = connection.execute(_WISH, {"user": user_id, "kind": kind}).scalar_one_or_none()
    return kind in settings.notice_kinds if chosen is None else chosen


def wishes(connection: Connection, settings: Settings, user_id: int) -> dict[str, bool]:
    """Every kind of his, in the order of NOTICE_KINDS."""
    query = select(NoticeWish.kind, NoticeWish.wanted).where(NoticeWish.user_id == user_id)
    chosen = {row.kind: row.wanted for row in connection.execute(query)}
    return {kind: chosen.get(kind, kind in settings.notice_kinds) for kind in NOTICE_KINDS}


def mail_row(settings: Settings, now: datetime, found: Delivery, subject: str, body: str, key: str) -> dict[str, Any]:
    """A row for `outbox_mail`: the text, and below it why it comes and where to switch it off."""
    return {
        "case_id": None,
        "idempotency_key": key,
        "recipient": found.person.email,
        "subject": subject,
        "body": "\n".join([body, *_around(settings, found)]),
        "attachments": [],
        "state": "queued",
        "attempts": 0,
        "run_at": now,
        "created_at": now,
        "notice_to": found.person.id,
        "notice_kind": found.kind,
    }


def _around(settings: Settings, found: Delivery) -> Iterable[str]:
    language, name = found.person.language, found.person.display_name
    if found.absent is not None:
        yield translate(_SUBSTITUTE, language, name=name, absent=found.absent.display_name) + "\n"
    yield "-- "
    kind = translate(NOTICE_KINDS[found.kind].title, language)
    yield translate(_FOOTER, language, kind=kind, link=f"{settings.public_url}{PAGE}")
    if found.kind == ESCALATION:
        yield translate(_MANAGER, language)
    yield ""
