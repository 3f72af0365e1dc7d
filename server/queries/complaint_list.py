"""Which complaints are in the register, newest first?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.persistence.models import CaseFile, ProcessInstance
from server.queries.paging import after, clamp, decode, like, page
from server.security.actor import Actor
from server.security.visibility import visible_to

ORDER = [(CaseFile.received_at, True), (CaseFile.id, True)]
_SHOWN = (
    select(
        CaseFile.id,
        CaseFile.number,
        CaseFile.title,
        CaseFile.customer,
        CaseFile.channel,
        CaseFile.columns,
        CaseFile.received_at,
        ProcessInstance.id.label("instance_id"),
        ProcessInstance.state,
    )
    .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
    .order_by(CaseFile.received_at.desc(), CaseFile.id.desc())
)


@dataclass(frozen=True, kw_only=True)
class RegisterFilter:
    """`q` looks in number, title and customer; None lets everything through."""

    q: str | None = None
    state: str | None = None
    customer: str | None = None

    def narrow(self, query: Select[Any]) -> Select[Any]:
        """`query`, which joins case and instance, with these conditions."""
        if self.state:
            query = query.where(ProcessInstance.state == self.state)
        if self.customer:
            query = query.where(CaseFile.customer == self.customer)
        if self.q:
            searched = (CaseFile.number, CaseFile.title, CaseFile.customer)
            query = query.where(or_(*(column.ilike(like(self.q), escape="\\") for column in searched)))
        return query


def complaint_list(
    context: Context,
    actor: Actor,
    *,
    language: str,
    q: str | None = None,
    state: str | None = None,
    customer: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`{"items", "next"}`; `q` looks in number, title and customer. `language` is for texts of the items' columns."""
    limit = clamp(limit)
    query = _SHOWN.where(visible_to(actor)).limit(limit + 1)
    query = RegisterFilter(q=q, state=state, customer=customer).narrow(query)
    if cursor:
        query = query.where(after(ORDER, decode(cursor, datetime, int)))
    with context.read() as connection:
        rows = list(connection.execute(query))
    shown, following = page(rows, limit, "received_at", "id")
    return {"items": [_item(row) for row in shown], "next": following}


def _item(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "instance_id": row.instance_id,
        "title": row.title,
        "customer": row.customer,
        "state": row.state,
        "channel": row.channel,
        "received_at": rfc3339(row.received_at),
        "columns": row.columns,
    }
