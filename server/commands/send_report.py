"""Put a report that was ordered into the outbox, once for each period."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import insert, select, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.persistence.models import Attachment, OutboxMail, ReportOrder, UserAccount


@dataclass(frozen=True)
class ReportFile:
    """A file of the report, kept in the file store already."""

    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class SendReport(Command):
    """`period` is the name of the period. What another process has sent meanwhile is not sent again."""

    verb: ClassVar[str] = "send_report"
    order_id: int
    period: str
    subject: str
    body: str
    files: Sequence[ReportFile]

    def handle(self, work: Work) -> Reply:
        query = (
            select(ReportOrder.sent_period, ReportOrder.recipient_id, UserAccount.email)
            .join(UserAccount, UserAccount.id == ReportOrder.recipient_id)
            .where(ReportOrder.id == self.order_id, ReportOrder.ended_at.is_(None))
        )
        order = work.read(query).one_or_none()
        if order is None or order.sent_period == self.period or not order.email:
            return Answer(200, {"sent": False})
        work.write_one(
            update(ReportOrder)
            .where(ReportOrder.id == self.order_id, ReportOrder.sent_period == order.sent_period)
            .values(sent_period=self.period, sent_at=work.now)
        )
        attached = [self._attachment(work, order.recipient_id, file) for file in self.files]
        work.write(insert(Attachment), attached)
        mail: dict[str, Any] = {
            "idempotency_key": f"report:{self.order_id}:{self.period}",
            "recipient": order.email,
            "subject": self.subject,
            "body": self.body,
            "attachments": [row["id"] for row in attached],
            "state": "queued",
            "attempts": 0,
            "run_at": work.now,
            "created_at": work.now,
        }
        work.write(insert(OutboxMail), [mail])
        return Answer(200, {"sent": True})

    def _attachment(self, work: Work, owner: int, file: ReportFile) -> dict[str, Any]:
        return {"id": str(uuid.uuid4()), **vars(file), "created_at": work.now, "created_by": owner}
