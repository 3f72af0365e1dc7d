"""What stays: history, command ids, numbers, attachments, outgoing mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import BY_KEY, Base, only


class HistoryEvent(Base):
    """Append-only. The chain covers these columns; the data itself lies beside it, so that it can be erased."""

    __tablename__ = "history_event"
    __table_args__ = BY_KEY
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    type: Mapped[str]
    element_id: Mapped[str | None]
    digest: Mapped[str]
    hash: Mapped[str]


class HistoryPayload(Base):
    __tablename__ = "history_payload"
    __table_args__ = BY_KEY
    instance_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    data: Mapped[dict[str, Any]]


class CommandRecord(Base):
    """The answer a command id got; the same id gets the same answer for 30 days."""

    __tablename__ = "command_record"
    __table_args__ = BY_KEY
    user_id: Mapped[int] = mapped_column(primary_key=True)
    command_id: Mapped[str] = mapped_column(primary_key=True)
    call: Mapped[str]
    body_digest: Mapped[str]
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Counter(Base):
    """The last complaint number of a site and year; gap-free, since it moves in the case's own transaction."""

    __tablename__ = "counter"
    site: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class Tombstone(Base):
    """A deleted case leaves its number and the head of its history."""

    __tablename__ = "tombstone"
    number: Mapped[str] = mapped_column(primary_key=True)
    history_hash: Mapped[str]
    deleted_at: Mapped[datetime]
    deleted_by: Mapped[int | None]
    reason: Mapped[str]


class Attachment(Base):
    """A file's name and kind; its bytes lie in the file store under their SHA-256."""

    __tablename__ = "attachment"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    sha256: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class OutboxMail(Base):
    """Written with the job that wants it sent; sent afterwards, never from inside a transaction."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        Index("ix_outbox_mail_due", "state", "run_at"),
        Index("ix_outbox_mail_person", "notice_to", "id", **only("notice_to IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    attachments: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    locked_by: Mapped[str | None]
    lock_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
    notice_to: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """One of our own people, who may switch mails of this `notice_kind` off (domain/notice_kinds.py)."""
    notice_kind: Mapped[str | None]
