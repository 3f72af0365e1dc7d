"""Who stands in for whom?"""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.persistence.models import Group, Membership, Substitution, UserAccount
from server.security.actor import Actor

MOST = 200

Absent = aliased(UserAccount, name="absent")
Deputy = aliased(UserAccount, name="deputy")


def substitutions(context: Context, actor: Actor) -> list[dict[str, Any]]:
    """Those that concern the actor (for him, by him, of those he leads; of everybody for who manages people), the
    newest first; `state` is coming, now or ended.
    """
    led = (
        select(Membership.user_id).join(Group, Group.key == Membership.group_key).where(Group.lead_id == actor.user_id)
    )
    query = (
        select(
            Substitution,
            Absent.username.label("absent"),
            Absent.display_name.label("absent_name"),
            Absent.is_active.label("absent_active"),
            Deputy.username.label("substitute"),
            Deputy.display_name.label("substitute_name"),
        )
        .join(Absent, Absent.id == Substitution.absent_id)
        .join(Deputy, Deputy.id == Substitution.substitute_id)
        .order_by(Substitution.ends_at.desc(), Substitution.id.desc())
        .limit(MOST)
    )
    if not actor.may("user.manage"):
        mine = (Substitution.absent_id, Substitution.substitute_id, Substitution.created_by)
        query = query.where(or_(*(column == actor.user_id for column in mine), Substitution.absent_id.in_(led)))
    now = context.clock.now()
    with context.read() as connection:
        rows = connection.execute(query).all()
    return [
        {
            "id": row.id,
            "absent": row.absent,
            "absent_name": row.absent_name,
            "substitute": row.substitute,
            "substitute_name": row.substitute_name,
            "starts_at": rfc3339(row.starts_at),
            "ends_at": rfc3339(row.ended_at or row.ends_at),
            "last_moment": rfc3339((row.ended_at or row.ends_at) - timedelta(seconds=1)),
            "groups": row.groups,
            "reason": row.reason,
            "state": _state(row, now),
        }
        for row in rows
    ]


def absent_people(context: Context, actor: Actor) -> list[dict[str, str]]:
    """For whom the actor may name a substitute: himself and those he leads; who manages people for everybody."""
    query = select(UserAccount.username, UserAccount.display_name).where(
        UserAccount.is_active.is_(True), UserAccount.site.in_(sorted(actor.sites))
    )
    if not actor.may("user.manage"):
        led = (
            select(Membership.user_id)
            .join(Group, Group.key == Membership.group_key)
            .where(Group.lead_id == actor.user_id)
        )
        query = query.where(or_(UserAccount.id == actor.user_id, UserAccount.id.in_(led)))
    with context.read() as connection:
        rows = connection.execute(query.order_by(UserAccount.username)).all()
    return [{"username": row.username, "display_name": row.display_name} for row in rows]


def _state(row: Any, now: Any) -> str:
    if row.ended_at is not None or row.ends_at <= now or not row.absent_active:
        return "ended"
    return "coming" if row.starts_at > now else "now"
