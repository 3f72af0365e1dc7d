"""The next free task of somebody's list, for one who came too late for another."""

from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, or_, select

from server.domain.texts import pick_line
from server.persistence.models import CaseFile, ProcessInstance, UserTask
from server.security.actor import Actor

CHOICE = 12
"""So many of the most urgent are looked at: who lost together is not sent to the same task again."""


def next_free(connection: Connection, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """`{"id", "name", "case_number"}` of an open task that nobody holds and the actor may work on; None without one."""
    query = (
        select(UserTask.id, UserTask.name, CaseFile.number)
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(
            UserTask.state == "open",
            UserTask.claimed_by.is_(None),
            or_(UserTask.candidate_group.in_(sorted(actor.reach)), UserTask.assignee_id.in_(actor.selves)),
            or_(UserTask.assignee_id.is_(None), UserTask.assignee_id.in_(actor.selves)),
            CaseFile.site.in_(sorted(actor.sites)),
            ProcessInstance.state.in_(("active", "incident")),
        )
        .order_by(UserTask.due_at.asc().nulls_last(), UserTask.created_at, UserTask.id)
        .limit(CHOICE)
    )
    found = connection.execute(query).all()
    if not found:
        return None
    mark = f"{actor.user_id} {now.timestamp()}".encode()
    chosen = found[crc32(mark) % len(found)]
    name = pick_line(chosen.name, language=actor.language)
    return {"id": chosen.id, "name": name, "case_number": chosen.number}
