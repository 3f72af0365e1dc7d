"""Have a report sent no more."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_, select, true, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import ReportOrder


@dataclass(frozen=True, kw_only=True)
class EndReportOrder(Command):
    """Whoever gets it or ordered it may end it, and whoever manages people. Ended before, nothing changes."""

    verb: ClassVar[str] = "end_report_order"
    order_id: int

    def handle(self, work: Work) -> Reply:
        work.actor.require("report.read")
        own = or_(ReportOrder.recipient_id == work.actor_id, ReportOrder.created_by == work.actor_id)
        allowed = true() if work.actor.may("user.manage") else own
        found = work.read(select(ReportOrder.id).where(ReportOrder.id == self.order_id, allowed)).first()
        if found is None:
            raise Rejected("not_found.report_order", N_("There is no such order of yours."))
        work.write(
            update(ReportOrder)
            .where(ReportOrder.id == self.order_id, ReportOrder.ended_at.is_(None))
            .values(ended_at=work.now)
        )
        return Answer(200, {"id": self.order_id})
