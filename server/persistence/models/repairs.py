"""What needs repair, and the orders to repair many at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, Json, only


class Incident(Base):
    """Something a person must look at before the case goes on.

    `state`: `open`; `retrying` while it is tried again; `resolved` once its job, or the advance that failed, succeeded;
    `obsolete` when the case left the step another way, `outcome` says which. One that fails again is open again.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_state", "state", "created_at"),
        Index("ix_incident_group", "group_key", "state"),
        Index("ix_incident_job", "job_id", **only("job_id IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("job.id"))
    element_id: Mapped[str | None]
    kind: Mapped[str]
    message: Mapped[str]
    """The newest error; all of them stand in the history."""
    fingerprint: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    group_key: Mapped[str | None]
    """Digest of application, version, element, topic and fingerprint (casework/causes.py)."""
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the rules that the fingerprint was made by; an older one, and 0, is counted anew (runner/repairs.py)."""
    application: Mapped[str | None]
    version_id: Mapped[int | None]
    topic: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=1, server_default="1")
    """How often it was opened: 1 at first, one more each time it failed again."""
    failed_at: Mapped[datetime | None]
    """When it failed last; NULL: when it was opened."""
    retried_at: Mapped[datetime | None]
    retried_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    outcome: Mapped[str | None]
    first_message: Mapped[str | None]
    """The first error where `message` is a later one."""
    traceback: Mapped[str | None]
    origin: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Of a fault of the diagram: the command that met it, and the task or wait that it began at."""


class RepairRun(Base):
    """An order to repair many cases in one way; `state` is `running` as long as a step of it is not settled."""

    __tablename__ = "repair_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    reason: Mapped[str]
    group_key: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]


class RepairStep(Base):
    """One case of a run: `waiting`, `running` (a retry whose job has not said yet how it went), then its result.

    `succeeded`, `failed` (with its new error), `refused` (nothing was done, see `reason`), `gone` (nothing left to
    repair when its turn came, or the case left the step another way meanwhile).
    """

    __tablename__ = "repair_step"
    __table_args__ = (
        Index("ix_repair_step_run", "run_id", "state", "id"),
        # Nobody has the same incident repaired twice at once.
        Index("uq_repair_step_incident", "incident_id", unique=True, **only("state IN ('waiting', 'running')")),
        Index("ix_repair_step_incident", "incident_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("repair_run.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    reason: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Why not, as `{"code", "message", "params"}`, or `{"error"}` of a job that failed again."""
    ended_at: Mapped[datetime | None]
