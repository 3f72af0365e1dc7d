"""Process applications, their published versions, and running instances."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, only


class ProcessApplication(Base):
    __tablename__ = "process_application"
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    current_version_id: Mapped[int | None]


class DefinitionVersion(Base):
    """One published bundle, immutable; kept as long as an instance or an archive names it."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("key", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("process_application.key"))
    number: Mapped[int]
    digest: Mapped[str]
    bundle: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(default="")
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime]


class ProcessInstance(Base):
    """The engine's side of a case. `version` is the optimistic lock; `history_*` is the head of the event chain.

    `waits` mirrors what the engine waits for (see casework/wait_rows.py), so that pages need not load its state.
    """

    __tablename__ = "process_instance"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    state_reason: Mapped[str | None]
    pauses: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the case's clock was stopped: while it never was, no advance asks for `clock_pause`."""
    version: Mapped[int] = mapped_column(default=1)
    engine_state: Mapped[bytes] = mapped_column(LargeBinary)
    waits: Mapped[list[Any]]
    history_seq: Mapped[int] = mapped_column(default=0)
    history_hash: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_event: Mapped[str | None]


class CaseFile(Base):
    """The business side of a case: one JSON document, its revision, and the columns of the register."""

    __tablename__ = "case_file"
    __table_args__ = (Index("ix_case_file_wording_due", "id", **only("wording_due = 1")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.key"))
    application: Mapped[str] = mapped_column(ForeignKey("process_application.key"))
    channel: Mapped[str]
    title: Mapped[str]
    customer: Mapped[str] = mapped_column(index=True)
    columns: Mapped[dict[str, Any]]
    received_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    data: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    field_revisions: Mapped[dict[str, Any]]
    wording_due: Mapped[int] = mapped_column(default=1, server_default="1")
    """1 until the sweep has brought `case_wording` up to date with `data`, else 0."""
