"""Versions in the making: drafts of an application, what was changed in them, and what happened to the application."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, Json


class DefinitionDraft(Base):
    """A version that is being worked on: its base with the files of `definition_draft_file` laid over it.

    `state`: `open`, `proposed` (waits for a second person), `published` or `discarded`. `revision` grows with every
    change of any file, so that whoever checked or rehearsed the draft can tell whether that still holds. The key need
    not be published yet: an application begins as a draft without a base.
    """

    __tablename__ = "definition_draft"
    __table_args__ = (Index("ix_definition_draft_key", "key", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    revision: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    """The version it became."""


class DefinitionDraftFile(Base):
    """One file that differs from the base; `content` NULL: the draft leaves it out.

    What came with a newer base is here, too, so that it has a revision that nobody has seen before.
    """

    __tablename__ = "definition_draft_file"
    draft_id: Mapped[int] = mapped_column(ForeignKey("definition_draft.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    revision: Mapped[int]
    """That of the draft when it was last saved."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class DefinitionDraftPast(Base):
    """What a file of a draft held before somebody else, or the same person after a while, went on with it."""

    __tablename__ = "definition_draft_past"
    __table_args__ = (Index("ix_definition_draft_past_file", "draft_id", "path"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("definition_draft.id"))
    path: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    revision: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class DefinitionEvent(Base):
    """What happened to a process application, outside any case: append-only."""

    __tablename__ = "definition_event"
    __table_args__ = (Index("ix_definition_event_key", "key", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    type: Mapped[str]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("definition_draft.id"))
    data: Mapped[dict[str, Any]]


class RehearsalRun(Base):
    """A rehearsal that somebody asked for in the browser, carried out behind him, batch by batch.

    `state`: `running`, `done` or `failed` (see `problem`). `after` is the last case looked at; its verdict and those
    before it are in `rehearsal_case`. Who carries it out holds the row until `lock_until`. `bundle`: the zip of the
    draft as it was, as long as it runs; `digest`: of that bundle, by which the version made of it is known.
    """

    __tablename__ = "rehearsal_run"
    __table_args__ = (Index("ix_rehearsal_run_state", "state", "id"), Index("ix_rehearsal_run_draft", "draft_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("definition_draft.id"))
    draft_revision: Mapped[int | None]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    mapping: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="running")
    cases: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    after: Mapped[int] = mapped_column(default=0)
    words: Mapped[dict[str, Any]]
    """Names of what the mapping names, steps and fields that it may lead to; see casework/words.py."""
    bundle: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[str]
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    lock_until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]


class RehearsalCase(Base):
    """What a rehearsal found about one case: where it stood, in which version, and what keeps it there."""

    __tablename__ = "rehearsal_case"
    run_id: Mapped[int] = mapped_column(ForeignKey("rehearsal_run.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    verdict: Mapped[str]
    steps: Mapped[list[Any]]
    reasons: Mapped[list[Any]]
