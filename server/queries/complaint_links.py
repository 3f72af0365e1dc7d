"""Which complaints belong to this one, and what may be done with it now?"""

from typing import Any

from sqlalchemy import Connection, select, union_all

from server.casework.case_work import LIVE
from server.casework.messages import MERGED, REFERRED, WITHDRAWN
from server.persistence.models import CaseFile, CaseLink, MessageSubscription
from server.persistence.models.links import DUPLICATE, SUCCESSOR
from server.security.actor import Actor
from server.security.visibility import visible_to

_SEEN_FROM_THERE = {DUPLICATE: "has_duplicate", SUCCESSOR: "has_successor"}
_WAYS = {"withdraw": WITHDRAWN, "merge": MERGED, "refer": REFERRED}


def complaint_links(connection: Connection, actor: Actor, case_id: int) -> list[dict[str, Any]]:
    """`{"kind", "number"}` of every linked complaint that the actor may see, oldest link first."""
    here = select(CaseLink.id, CaseLink.kind, CaseLink.other_id, CaseLink.case_id.label("of")).where(
        CaseLink.case_id == case_id
    )
    there = select(CaseLink.id, CaseLink.kind, CaseLink.case_id.label("other_id"), CaseLink.case_id.label("of")).where(
        CaseLink.other_id == case_id
    )
    both = union_all(here, there).subquery()
    query = (
        select(both.c.kind, both.c.of, CaseFile.number)
        .join(CaseFile, CaseFile.id == both.c.other_id)
        .where(visible_to(actor))
        .order_by(both.c.id)
    )
    return [
        {"kind": row.kind if row.of == case_id else _SEEN_FROM_THERE[row.kind], "number": row.number}
        for row in connection.execute(query)
    ]


def complaint_actions(connection: Connection, actor: Actor, row: Any) -> list[str]:
    """Verbs of this API that the actor may use on the complaint as it stands; `row` has case_id, instance_id, state."""
    if row.state in LIVE:
        amend = ["amend"] if actor.may("case.amend") else []
        return [*amend, *(_ways(connection, row.instance_id) if actor.may("case.divert") else ())]
    if row.state == "suspended" or not actor.may("case.file"):
        return []
    query = select(CaseLink.id).where(CaseLink.case_id == row.case_id, CaseLink.kind == DUPLICATE)
    return [] if connection.execute(query).first() else ["recurrence"]


def _ways(connection: Connection, instance_id: str) -> list[str]:
    """What the process itself waits for; a version without a way out offers none."""
    query = select(MessageSubscription.name).where(
        MessageSubscription.instance_id == instance_id, MessageSubscription.name.in_(_WAYS.values())
    )
    waited = set(connection.execute(query).scalars())
    return [verb for verb, name in _WAYS.items() if name in waited]
