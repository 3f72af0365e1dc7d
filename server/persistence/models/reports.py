"""What managers are told without asking: reports that were ordered, alerts, and who wants them by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, only


class ReportOrder(Base):
    """A report that is sent to somebody whenever a period of its kind is over (domain/report_period.py).

    `sent_period` is the name of the last period that was dealt with. `ended_at`: it is sent no more.
    """

    __tablename__ = "report_order"
    __table_args__ = (Index("ix_report_order_live", "kind", **only("ended_at IS NULL")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    application: Mapped[str] = mapped_column(ForeignKey("process_application.key"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sent_period: Mapped[str]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]


class Alert(Base):
    """Something that a manager should look at now, found by casework/alerts.py and ended by it when it is over.

    `mark` tells what it is about: of one kind and mark one alert is open at most. `data` holds the figures of its
    sentence, `outcome` how it ended.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert_open", "kind", "mark", unique=True, **only("ended_at IS NULL")),
        Index("ix_alert_ended", "ended_at"),
        Index("ix_alert_case", "case_id", **only("case_id IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    mark: Mapped[str]
    application: Mapped[str] = mapped_column(ForeignKey("process_application.key"))
    site: Mapped[str] = mapped_column(ForeignKey("site.key"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    process_id: Mapped[str | None]
    element_id: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class AlertWish(Base):
    """Somebody wants the alerts of a kind by mail."""

    __tablename__ = "alert_wish"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
