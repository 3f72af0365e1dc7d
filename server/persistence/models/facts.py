"""What managers count complaints by: one narrow row a case, and one for each time that work went back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import BY_KEY, Base, Json, only


class CaseFact(Base):
    """Derived from the case file, its instance, its links and its history by casework/case_facts.py, in the transaction
    that changes them; never the only copy.

    Texts are as they stand in the case file, spaces tidied, NULL for nothing. Which field each comes from, the columns
    of `application.toml` say; `layout` is the digest of what they said when the row was read: rows of another one are
    read again by a sweep. Empty: only what SQL can copy is there yet, the rest has never been read.
    """

    __tablename__ = "case_fact"
    __table_args__ = (
        Index("ix_case_fact_received", "application", "received_at", "site", "duplicate"),
        Index("ix_case_fact_ended", "application", "ended_at", "site", "duplicate", **only("ended_at IS NOT NULL")),
        Index("ix_case_fact_alike", "application", "customer", "part_no", "defect", "received_at"),
        Index("ix_case_fact_layout", "application", "layout"),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    application: Mapped[str] = mapped_column(ForeignKey("process_application.key"))
    site: Mapped[str] = mapped_column(ForeignKey("site.key"))
    layout: Mapped[str]
    state: Mapped[str]
    end_event: Mapped[str | None]
    received_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    customer: Mapped[str | None]
    part_no: Mapped[str | None]
    product: Mapped[str | None]
    level: Mapped[str | None]
    defect: Mapped[str | None]
    cause: Mapped[str | None]
    cause_side: Mapped[str | None]
    department: Mapped[str | None]
    satisfied: Mapped[str | None]
    is_quality: Mapped[str | None]
    repeat: Mapped[int] = mapped_column(default=0, server_default="0")
    """1: it was reported as the recurrence of an earlier complaint."""
    duplicate: Mapped[int] = mapped_column(default=0, server_default="0")
    """1: it was merged into another complaint and counts only there."""
    rounds: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many further rounds of its loops began."""
    send_backs: Mapped[int] = mapped_column(default=0, server_default="0")
    costs: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Money that people entered, by item; NULL where nobody did."""
    cost: Mapped[float | None]
    """Their sum."""


class CaseReturn(Base):
    """Work went back: somebody sent it back (`sent_back`), or a loop began another round (`round`).

    `seq` is the event's in the history of the case. `from_element` is the step that led to it, `to_element` the one
    that is done again; NULL where the history does not tell.
    """

    __tablename__ = "case_return"
    __table_args__ = BY_KEY
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    from_element: Mapped[str | None]
    to_element: Mapped[str | None]
    loop: Mapped[str | None]
