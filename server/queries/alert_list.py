"""What should a manager look at now, and what was there lately?"""

from typing import Any

from sqlalchemy import select

from server.casework.alert_words import OUTCOMES, TITLES, alert_words
from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.i18n import translate
from server.persistence.models import Alert, AlertWish, CaseFile
from server.queries.analysis.filters import choice
from server.queries.paging import clamp, decode, page
from server.security.actor import Actor
from server.security.visibility import visible_to

STATES = {"open": "open", "ended": "ended"}


def alert_list(
    context: Context,
    actor: Actor,
    *,
    language: str,
    state: str = "open",
    kind: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`{"items", "next"}`, newest first. Raises Rejected `forbidden.permission` or `malformed.…`."""
    actor.require("report.read")
    limit = clamp(limit)
    state = choice({"state": state}, "state", STATES, "open")
    query = (
        select(*Alert.__table__.columns, CaseFile.number)
        .outerjoin(CaseFile, CaseFile.id == Alert.case_id)
        .where(Alert.site.in_(sorted(actor.sites)))
        .where(Alert.ended_at.is_(None) if state == "open" else Alert.ended_at.is_not(None))
        .where(Alert.case_id.is_(None) | visible_to(actor))
        .order_by(Alert.id.desc())
        .limit(limit + 1)
    )
    if kind:
        query = query.where(Alert.kind == choice({"kind": kind}, "kind", TITLES, ""))
    if cursor:
        query = query.where(Alert.id < decode(cursor, int)[0])
    with context.read() as connection:
        rows = list(connection.execute(query))
    shown, following = page(rows, limit, "id")
    return {"items": [_item(context, row, language) for row in shown], "next": following}


def alert_wishes(context: Context, actor: Actor) -> list[str]:
    """The kinds that come to the actor by mail."""
    query = select(AlertWish.kind).where(AlertWish.user_id == actor.user_id).order_by(AlertWish.kind)
    with context.read() as connection:
        return list(connection.execute(query).scalars())


def _item(context: Context, row: Any, language: str) -> dict[str, Any]:
    alert = row._asdict()
    return {
        "id": row.id,
        "kind": row.kind,
        "title": translate(TITLES[row.kind], language),
        "text": alert_words(context, alert, language),
        "case_number": row.number,
        "element_id": row.element_id,
        "data": row.data,
        "opened_at": rfc3339(row.opened_at),
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "outcome": translate(OUTCOMES.get(row.outcome, OUTCOMES["over"]), language) if row.outcome else None,
    }
