"""What the tests of mails to our own people do with a house: let time pass, tick, read what lies in the outbox."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from server.casework.context import Context
from server.commands.choose_notices import ChooseNotices
from server.domain.notice_kinds import NOTICE_KINDS
from server.persistence.models import OutboxMail, TaskNotice, UserAccount
from server.runner.digests import DigestDesk
from server.runner.mail_desk import send_due
from server.runner.notices import LONGEST, tell_of_tasks
from tests.house import actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE = 60.0
"""Seconds a tick of the tests may take: they want all of it done."""


class Postbox:
    """An SMTP server that takes everything."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        self.taken.append(message)


def deliver(house: Context) -> list[str]:
    """Send what lies in the outbox; to whom."""
    settings = house.settings.model_copy(update={"mail_from": "Kesu <kesu@factory.example>"})
    post = Postbox()
    while send_due(replace(house, settings=settings), post):
        pass
    return [str(message["to"]) for message in post.taken]


def pass_time(house: Context, span: timedelta) -> None:
    house.clock.advance(span)  # type: ignore[attr-defined]


def go_to(house: Context, text: str) -> None:
    """To a moment of March 2026 in Shanghai: `3 08:30`."""
    moment = datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    pass_time(house, moment - house.clock.now())


def settle(house: Context) -> int:
    """New tasks are noted, and after a while told of; how many mails that were."""
    tell_of_tasks(house, PATIENCE)
    pass_time(house, LONGEST)
    return tell_of_tasks(house, PATIENCE)


def overviews(house: Context) -> int:
    return DigestDesk(house).send(PATIENCE)


def choose(house: Context, username: str, *, on: tuple[str, ...] = (), off: tuple[str, ...] = ()) -> None:
    """Switch kinds on and off; all others stay as the site has them."""
    kinds = [kind for kind in NOTICE_KINDS if kind not in off and (kind in on or kind in house.settings.notice_kinds)]
    house.execute(ChooseNotices(actor=actor(house, username), kinds=kinds))


def mails(house: Context, username: str, kind: str | None = None) -> list[Any]:
    """Rows of the outbox for that person, oldest first."""
    query = (
        select(OutboxMail)
        .join(UserAccount, UserAccount.id == OutboxMail.notice_to)
        .where(UserAccount.username == username)
        .order_by(OutboxMail.id)
    )
    with house.read() as connection:
        return [row for row in connection.execute(query) if kind in (None, row.notice_kind)]


def outcomes(house: Context, username: str) -> list[str | None]:
    """What became of the notes about this person's tasks."""
    query = select(TaskNotice.outcome).join(UserAccount, UserAccount.id == TaskNotice.user_id)
    with house.read() as connection:
        rows = connection.execute(query.where(UserAccount.username == username).order_by(TaskNotice.id))
        return [row.outcome for row in rows]
