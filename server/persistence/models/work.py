"""What waits: user tasks, jobs, incidents, timers, messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, only

OPEN_FREE = "state = 'open' AND claimed_by IS NULL AND assignee_id IS NULL"
"""Condition of the index by which tasks that nobody has are counted (queries/badge.py), spelled there likewise."""
FREE_COLUMNS = ("state", "candidate_group", "site", "claimed_by", "assignee_id")
"""Those of the condition are among them, or SQLite prefers a longer index."""
NOT_TOLD = "notice_due = 1"
REACHED = "milestone IS NOT NULL AND state = 'completed'"
"""Condition of the index of milestones; a query spells it likewise, or SQLite does not use it."""

_DUE = ("due_at", "created_at", "id")
_CREATED = ("created_at", "id")


class UserTask(Base):
    """A user task of the diagram. Its id is ours and never used twice, unlike the engine's own task id."""

    __tablename__ = "user_task"
    __table_args__ = (
        # The task list (queries/task_ways.py): each of its ways in order, for either order, without reading more.
        Index("ix_user_task_desk", "state", "site", "candidate_group", *_DUE),
        Index("ix_user_task_desk_created", "state", "site", "candidate_group", *_CREATED),
        Index("ix_user_task_due", "state", "site", *_DUE),
        Index("ix_user_task_created", "state", "site", *_CREATED),
        Index("ix_user_task_step", "state", "element_id"),
        Index("ix_user_task_case", "case_id", "state", "candidate_group"),
        Index("ix_user_task_assignee", "assignee_id", "state", *_DUE, **only("assignee_id IS NOT NULL")),
        Index("ix_user_task_assignee_created", "assignee_id", "state", *_CREATED, **only("assignee_id IS NOT NULL")),
        Index("ix_user_task_claimed", "claimed_by", "state", *_DUE, **only("claimed_by IS NOT NULL")),
        Index("ix_user_task_claimed_created", "claimed_by", "state", *_CREATED, **only("claimed_by IS NOT NULL")),
        Index("ix_user_task_escalated", "escalated_to", "state", *_DUE, **only("escalated_to IS NOT NULL")),
        Index("ix_user_task_delegated", "delegated_by", "state", *_DUE, **only("delegated_by IS NOT NULL")),
        Index("ix_user_task_claimed_for", "claimed_for", "state", *_DUE, **only("claimed_for IS NOT NULL")),
        Index("ix_user_task_milestone", "milestone", "ended_at", "due_at", "case_id", **only(REACHED)),
        Index("ix_user_task_free", *FREE_COLUMNS, **only(OPEN_FREE)),
        Index("ix_user_task_not_told", "created_at", **only(NOT_TOLD)),
        # One open task for one engine task: the engine's id comes back after a send-back.
        Index(
            "uq_user_task_open",
            "instance_id",
            "engine_task_id",
            unique=True,
            **only("state = 'open'"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    site: Mapped[str | None]
    """A copy of the case's, which never changes: the list of a site is one stretch of an index."""
    engine_task_id: Mapped[str]
    element_id: Mapped[str]
    process_id: Mapped[str]
    name: Mapped[str]
    form_key: Mapped[str | None]
    candidate_group: Mapped[str | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime | None]
    claimed_for: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Whose substitute holds it, when he has no right of his own to it."""
    milestone: Mapped[str | None]
    priority: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    due_sum: Mapped[dict[str, Any] | None]
    """How `due_at` came about, without a language (casework/deadlines.py); NULL where the diagram gives the date."""
    escalation_level: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many departments up the ladder it has climbed; `escalated_to` is who stands there and may work on it."""
    escalated_to: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(default="open")
    draft: Mapped[dict[str, Any] | None]
    draft_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    delegated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who gave it to the one who holds it now, and gets it back from him to complete it."""
    requests: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often something was asked at it: while nothing was, no completion looks into `task_request`."""
    urged_at: Mapped[datetime | None]
    """When somebody last asked to hurry."""
    notice_due: Mapped[int] = mapped_column(default=1, server_default="0")
    """1 until it was looked at who is to be told of the new task (runner/notices.py)."""


class Job(Base):
    """A service task's work: the row is the ledger, `attempt_token` fences late workers."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    engine_task_id: Mapped[str]
    element_id: Mapped[str]
    process_id: Mapped[str]
    topic: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="ready")
    attempt: Mapped[int] = mapped_column(default=0)
    attempt_token: Mapped[str | None]
    locked_by: Mapped[str | None]
    lock_until: Mapped[datetime | None]
    run_at: Mapped[datetime]
    retries_left: Mapped[int]
    retry_base: Mapped[float]
    lost_in_a_row: Mapped[int] = mapped_column(default=0)
    tries_before: Mapped[int] = mapped_column(default=0, server_default="0")
    """Attempts made before somebody had it tried again: the pauses begin anew with each repair."""
    error: Mapped[str | None]
    fingerprint: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Timer(Base):
    """A waiting timer event, or a reminder or a rung of the ladder of a user task; firing is a claim.

    Every process may tick: a row fires once. Rows of a user task are swept after it has ended (runner/ticks.py).
    """

    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_due", "state", "due_at"),
        Index("ix_timer_task", "user_task_id", **only("user_task_id IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    engine_task_id: Mapped[str]
    element_id: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    kind: Mapped[str] = mapped_column(default="event", server_default="event")
    """`event`, `reminder` or `escalation`; the last two have a `user_task_id`, the last a `rung`, counted from 1."""
    user_task_id: Mapped[str | None] = mapped_column(ForeignKey("user_task.id"))
    rung: Mapped[int | None]


class MessageSubscription(Base):
    """A message somebody waits for; the row lives only as long as the wait."""

    __tablename__ = "message_subscription"
    __table_args__ = (Index("ix_message_subscription_name", "name", "correlation"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"), index=True)
    engine_task_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    correlation: Mapped[str]


class ClockPause(Base):
    """A stretch in which a case's promises do not run; `kind` is one of domain.deadline_terms.PAUSE_REASONS."""

    __tablename__ = "clock_pause"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
