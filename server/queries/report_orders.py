"""Which reports are sent to whom, and to whom could one be sent?"""

from typing import Any

from sqlalchemy import or_, select, true
from sqlalchemy.orm import aliased

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.persistence.models import Membership, PermissionGrant, ReportOrder, UserAccount
from server.security.actor import Actor
from server.security.permissions import permissions_of

_Orderer = aliased(UserAccount, name="orderer")


def report_orders(context: Context, actor: Actor) -> list[dict[str, Any]]:
    """Orders in force that the actor gets or made; whoever manages people sees all.

    Raises Rejected without report.read.
    """
    actor.require("report.read")
    own = or_(ReportOrder.recipient_id == actor.user_id, ReportOrder.created_by == actor.user_id)
    query = (
        select(ReportOrder.id, ReportOrder.kind, ReportOrder.application, ReportOrder.sent_period, ReportOrder.sent_at)
        .add_columns(UserAccount.username.label("recipient"), UserAccount.display_name.label("recipient_name"))
        .add_columns(_Orderer.display_name.label("ordered_by"))
        .join(UserAccount, UserAccount.id == ReportOrder.recipient_id)
        .outerjoin(_Orderer, _Orderer.id == ReportOrder.created_by)
        .where(ReportOrder.ended_at.is_(None), true() if actor.may("user.manage") else own)
        .order_by(ReportOrder.id)
    )
    with context.read() as connection:
        rows = connection.execute(query).all()
    return [row._asdict() | {"sent_at": rfc3339(row.sent_at) if row.sent_at else None} for row in rows]


def report_readers(context: Context, actor: Actor) -> list[dict[str, str]]:
    """Active people with a mail address who may see reports, by name. Raises Rejected without report.read."""
    actor.require("report.read")
    people = (
        select(UserAccount.id, UserAccount.username, UserAccount.display_name)
        .where(UserAccount.is_active.is_(True), UserAccount.email.is_not(None), UserAccount.email != "")
        .order_by(UserAccount.display_name)
    )
    with context.read() as connection:
        rows = connection.execute(people).all()
        groups = connection.execute(select(Membership.user_id, Membership.group_key)).all()
        grants = connection.execute(select(PermissionGrant.user_id, PermissionGrant.permission)).all()
    of: dict[int, set[str]] = {}
    for user_id, group in groups:
        of.setdefault(user_id, set()).add(group)
    allowed: dict[int, set[str]] = {}
    for user_id, permission in grants:
        allowed.setdefault(user_id, set()).add(permission)
    return [
        {"username": row.username, "display_name": row.display_name}
        for row in rows
        if "report.read" in permissions_of(of.get(row.id, ()), allowed.get(row.id, ()))
    ]
