"""Which mails went out, or would have gone?"""

from typing import Any

from sqlalchemy import Connection, select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.persistence.models import Attachment, CaseFile, OutboxMail
from server.queries.paging import clamp, decode, page
from server.security.actor import Actor
from server.security.visibility import visible_to


def mailbox(context: Context, actor: Actor, *, limit: int = 50, cursor: str | None = None) -> dict[str, Any]:
    """`{"items", "next"}`, newest first; raises Rejected without the permission mailbox.read."""
    actor.require("mailbox.read")
    limit = clamp(limit)
    query = (
        select(
            OutboxMail.id,
            OutboxMail.recipient,
            OutboxMail.subject,
            OutboxMail.body,
            OutboxMail.attachments,
            OutboxMail.state,
            OutboxMail.error,
            OutboxMail.created_at,
            OutboxMail.sent_at,
            CaseFile.number,
        )
        .join(CaseFile, CaseFile.id == OutboxMail.case_id)
        .where(visible_to(actor))
        .order_by(OutboxMail.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        query = query.where(OutboxMail.id < decode(cursor, int)[0])
    with context.read() as connection:
        rows = list(connection.execute(query))
        shown, following = page(rows, limit, "id")
        names = _names(connection, {file_id for row in shown for file_id in row.attachments})
    return {"items": [_item(row, names) for row in shown], "next": following}


def _names(connection: Connection, ids: set[str]) -> dict[str, str]:
    query = select(Attachment.id, Attachment.name).where(Attachment.id.in_(sorted(ids)))
    return {row.id: row.name for row in connection.execute(query)}


def _item(row: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "case_number": row.number,
        "recipient": row.recipient,
        "subject": row.subject,
        "body": row.body,
        "attachments": [{"id": file_id, "name": names.get(file_id, file_id)} for file_id in row.attachments],
        "state": row.state,
        "error": row.error,
        "created_at": rfc3339(row.created_at),
        "sent_at": rfc3339(row.sent_at) if row.sent_at else None,
    }
