"""What needs repair?"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.incidents import UNSETTLED
from server.casework.wait_rows import rfc3339
from server.domain.texts import pick_line
from server.persistence.models import CaseFile, Incident, ProcessInstance, UserAccount
from server.queries.paging import clamp, decode, page
from server.security.actor import Actor
from server.security.visibility import visible_to

MOST_BY_ID = 1000


def incident_list(
    context: Context,
    actor: Actor,
    *,
    language: str,
    state: str = "open",
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`{"items", "next"}`, newest first; raises Rejected without the permission incident.repair."""
    actor.require("incident.repair")
    limit = clamp(limit)
    query = _incidents().where(Incident.state == state, visible_to(actor)).limit(limit + 1)
    if cursor:
        query = query.where(Incident.id < decode(cursor, int)[0])
    with context.read() as connection:
        rows = list(connection.execute(query))
    shown, following = page(rows, limit, "id")
    return {"items": [_item(context, row, language) for row in shown], "next": following}


def _incidents() -> Any:
    return (
        select(
            Incident.id,
            Incident.instance_id,
            Incident.element_id,
            Incident.kind,
            Incident.message,
            Incident.state,
            Incident.created_at,
            Incident.fingerprint,
            Incident.group_key,
            Incident.topic,
            Incident.failures,
            Incident.retried_at,
            Incident.ended_at,
            Incident.outcome,
            UserAccount.username.label("retrier"),
            CaseFile.number,
            CaseFile.title,
            ProcessInstance.version_id,
        )
        .join(CaseFile, CaseFile.id == Incident.case_id)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .outerjoin(UserAccount, UserAccount.id == Incident.retried_by)
        .order_by(Incident.id.desc())
    )


def _item(context: Context, row: Any, language: str) -> dict[str, Any]:
    version = context.library.version(row.version_id)
    element = version.definition.find(row.element_id) if row.element_id else None
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "case_number": row.number,
        "title": row.title,
        "element_id": row.element_id,
        "name": pick_line(element.name, language=language) if element else row.element_id,
        "kind": row.kind,
        "message": row.message,
        "created_at": rfc3339(row.created_at),
        "state": row.state,
        "group": row.group_key,
        "fingerprint": row.fingerprint,
        "topic": row.topic,
        "version": version.number,
        "failures": row.failures,
        "retried_at": rfc3339(row.retried_at) if row.retried_at else None,
        "retried_by": row.retrier,
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "outcome": row.outcome,
    }


def incidents_by_id(context: Context, actor: Actor, ids: Collection[int]) -> list[dict[str, Any]]:
    """Number, instance and topic of those of these incidents that are not settled, in order; at most MOST_BY_ID."""
    actor.require("incident.repair")
    query = (
        select(Incident.id, Incident.instance_id, Incident.topic, CaseFile.number.label("case_number"))
        .join(CaseFile, CaseFile.id == Incident.case_id)
        .where(Incident.id.in_(sorted(ids)[:MOST_BY_ID]), Incident.state.in_(UNSETTLED), visible_to(actor))
        .order_by(Incident.id)
    )
    with context.read() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]
