"""What happened to one process instance, event by event, with the chain that proves it?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, ProcessInstance, UserAccount
from server.queries.instance_detail import not_found
from server.queries.paging import clamp, decode, page
from server.security.actor import Actor
from server.security.visibility import visible_to


def instance_history(
    context: Context, actor: Actor, instance_id: str, *, limit: int = 100, cursor: str | None = None
) -> dict[str, Any]:
    """`{"items", "next"}` in the order of `seq`; erased data is null. Raises Rejected `not_found.instance`."""
    limit = clamp(limit)
    visible = (
        select(ProcessInstance.id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(ProcessInstance.id == instance_id, visible_to(actor))
    )
    query = (
        select(
            HistoryEvent.seq,
            HistoryEvent.at,
            HistoryEvent.type,
            HistoryEvent.element_id,
            HistoryEvent.hash,
            HistoryPayload.data,
            UserAccount.username,
        )
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .outerjoin(UserAccount, UserAccount.id == HistoryEvent.actor_id)
        .where(HistoryEvent.instance_id == instance_id)
        .order_by(HistoryEvent.seq)
        .limit(limit + 1)
    )
    if cursor:
        query = query.where(HistoryEvent.seq > decode(cursor, int)[0])
    with context.read() as connection:
        if connection.execute(visible).first() is None:
            raise not_found(instance_id)
        rows = list(connection.execute(query))
    shown, following = page(rows, limit, "seq")
    return {"items": [_item(row) for row in shown], "next": following}


def _item(row: Any) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": rfc3339(row.at),
        "actor": row.username or "system",
        "type": row.type,
        "element_id": row.element_id,
        "data": row.data,
        "hash": row.hash,
    }
