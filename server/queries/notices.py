"""Which mails does somebody get, and which came lately?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.notice_mail import wishes
from server.casework.wait_rows import rfc3339
from server.domain.notice_kinds import NOTICE_KINDS
from server.i18n import translate
from server.persistence.models import NoticeWish, OutboxMail
from server.security.actor import Actor

LATELY = 10


def notice_wishes(context: Context, actor: Actor, language: str) -> dict[str, Any]:
    """`{"items", "own"}`: every kind with whether it comes; `own`: whether the person ever chose himself."""
    actor.require("task.work")
    with context.read() as connection:
        chosen = wishes(connection, context.settings, actor.user_id)
        own = connection.execute(select(NoticeWish.kind).where(NoticeWish.user_id == actor.user_id).limit(1)).first()
    items = [
        {
            "kind": kind,
            "title": translate(NOTICE_KINDS[kind].title, language),
            "about": translate(NOTICE_KINDS[kind].about, language),
            "wanted": wanted,
            "by_default": kind in context.settings.notice_kinds,
        }
        for kind, wanted in chosen.items()
    ]
    return {"items": items, "own": own is not None}


def mails_lately(context: Context, actor: Actor) -> list[dict[str, Any]]:
    """The last few mails to the actor, newest first."""
    query = (
        select(OutboxMail.subject, OutboxMail.body, OutboxMail.state, OutboxMail.created_at, OutboxMail.recipient)
        .where(OutboxMail.notice_to == actor.user_id)
        .order_by(OutboxMail.id.desc())
        .limit(LATELY)
    )
    with context.read() as connection:
        return [row._asdict() | {"created_at": rfc3339(row.created_at)} for row in connection.execute(query)]
