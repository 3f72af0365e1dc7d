"""Have a report sent to somebody whenever a week, a month or a year is over."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import insert, select

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.domain.report_period import known_kind, newest
from server.i18n import N_
from server.persistence.models import Base, Membership, PermissionGrant, ReportOrder, UserAccount
from server.security.permissions import permissions_of

_ORDERS = Base.metadata.tables[ReportOrder.__tablename__]


@dataclass(frozen=True, kw_only=True)
class OrderReport(Command):
    """`recipient` is a username; he gets what he himself may see. Ordered a second time it stays one order.

    The first that is sent is that of the period which is running now.
    """

    verb: ClassVar[str] = "order_report"
    kind: str
    application: str
    recipient: str

    def handle(self, work: Work) -> Reply:
        work.actor.require("report.read")
        version = work.context.library.current(self.application)
        today = work.now.astimezone(work.context.settings.zone).date()
        over = newest(known_kind(self.kind), today)
        recipient = self._recipient(work)
        same = select(ReportOrder.id).where(
            ReportOrder.kind == self.kind,
            ReportOrder.application == version.key,
            ReportOrder.recipient_id == recipient,
            ReportOrder.ended_at.is_(None),
        )
        known = work.read(same).scalar()
        if known is not None:
            return Answer(200, {"id": known})
        row = {"kind": self.kind, "application": version.key, "recipient_id": recipient, "sent_period": over.name}
        made: dict[str, Any] = {}
        work.at_commit(
            lambda connection: made.update(
                id=connection.execute(
                    insert(_ORDERS).values(**row, created_at=work.now, created_by=work.actor_id).returning(_ORDERS.c.id)
                ).scalar_one()
            )
        )
        return lambda: Answer(201, made)

    def _recipient(self, work: Work) -> int:
        columns = (UserAccount.id, UserAccount.display_name, UserAccount.email)
        query = select(*columns).where(UserAccount.username == self.recipient, UserAccount.is_active.is_(True))
        row = work.read(query).one_or_none()
        if row is None:
            raise Rejected(
                "report.recipient",
                N_("There is no active user “{name}” to send it to."),
                field="/recipient",
                name=self.recipient[:60],
            )
        groups = work.read(select(Membership.group_key).where(Membership.user_id == row.id)).scalars()
        grants = work.read(select(PermissionGrant.permission).where(PermissionGrant.user_id == row.id)).scalars()
        if "report.read" not in permissions_of(groups, grants):
            raise Rejected(
                "report.recipient",
                N_("{name} may not see reports. An administrator can give the permission report.read."),
                field="/recipient",
                name=row.display_name,
            )
        if not row.email:
            raise Rejected(
                "report.recipient",
                N_("{name} has no mail address, so nothing can be sent. Have one entered first."),
                field="/recipient",
                name=row.display_name,
            )
        return int(row.id)
