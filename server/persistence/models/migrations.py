"""Cases on their way to another version of their process."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, Json


class MigrationRun(Base):
    """An order to bring cases to a version; `state` is `running` as long as a step of it waits, then `done`.

    `undoing`: every case that has not moved since is being taken back, as `undone_by` wanted. `mapping`: where cases
    go on that stand at or hold what the version does not have (domain/mapping.py).
    """

    __tablename__ = "migration_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("process_application.key"))
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    state: Mapped[str] = mapped_column(index=True)
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    mapping: Mapped[dict[str, Any] | None] = mapped_column(Json)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undo_after: Mapped[int] = mapped_column(server_default="0", default=0)
    """The last step that was looked at while it is `undoing`."""


class MigrationStep(Base):
    """One case of a run: `waiting`, then `migrated`, `refused` (see `reasons`), `passed` (nothing to do) or `undone`.

    `before` is what undoing needs (casework/migration_rows.py); it holds as long as the instance still has the
    `lock_version` that the migration gave it.
    """

    __tablename__ = "migration_step"
    __table_args__ = (Index("ix_migration_step_run", "run_id", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("migration_run.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    state: Mapped[str] = mapped_column(default="waiting")
    reasons: Mapped[list[Any]]
    from_version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    lock_version: Mapped[int | None]
    before: Mapped[bytes | None] = mapped_column(LargeBinary)
    ended_at: Mapped[datetime | None]
