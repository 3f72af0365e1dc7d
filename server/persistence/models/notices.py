"""What our own people are told by mail: what each wants, what is still to be told, whose overview of a day is done."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, only

UNTOLD = "told_at IS NULL"


class NoticeWish(Base):
    """Somebody wants the mails of a kind, or does not; without a row the site's setting counts."""

    __tablename__ = "notice_wish"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[bool]


class TaskNotice(Base):
    """Somebody is to be told of a task; what comes to him within a short time goes into one mail.

    `occasion`: new, group, transferred, sent_back, again; with `mark` it makes a notice unique. `outcome`: queued, or
    why there was no mail: off, no_address, nobody, gone (the task ended or went to another first).
    """

    __tablename__ = "task_notice"
    __table_args__ = (
        Index("uq_task_notice", "task_id", "user_id", "occasion", "mark", unique=True),
        Index("ix_task_notice_untold", "user_id", "created_at", **only(UNTOLD)),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str]
    occasion: Mapped[str]
    mark: Mapped[str]
    task_id: Mapped[str] = mapped_column(ForeignKey("user_task.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class NoticeDigest(Base):
    """The overview of the day `day` (YYYY-MM-DD at his site) is dealt with for this person, with or without a mail."""

    __tablename__ = "notice_digest"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    outcome: Mapped[str]
