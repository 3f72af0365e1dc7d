"""What colleagues ask of one another at a task, what they say about a case, and who stands in for whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import BY_KEY, Base, only


class CaseComment(Base):
    """What somebody said about a case, perhaps at one of its tasks."""

    __tablename__ = "case_comment"
    __table_args__ = (
        Index("ix_case_comment_case", "case_id", "created_at"),
        Index("ix_case_comment_task", "task_id", **only("task_id IS NOT NULL")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("user_task.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str]
    created_at: Mapped[datetime]


class KeptPost(Base):
    """What somebody sent after his session had ended; shown to nobody else, and thrown away when it was sent again."""

    __tablename__ = "kept_post"
    __table_args__ = (Index("ix_kept_post_author", "author_id", "created_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    target: Mapped[str]
    """Path of this site to which it was sent."""
    content: Mapped[dict[str, Any]]
    """`fields`, pairs of name and text, and `files`, the names of those that have to be picked again."""
    created_at: Mapped[datetime]


class TaskRequest(Base):
    """What one person asks of another: an answer, a signature, a look at a comment; or that a task be hurried on.

    `kind` is question, signature, mention or urge (which is of nobody in particular: `asked_of` is NULL).
    `state`: open, or waiting (a signature after the form is filled); then answered, agreed, refused, seen or withdrawn,
    or lapsed with its task.
    """

    __tablename__ = "task_request"
    __table_args__ = (
        Index("ix_task_request_person", "asked_of", "state"),
        Index("ix_task_request_task", "task_id", "kind"),
        Index("ix_task_request_case", "case_id", "asked_of"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("user_task.id"))
    comment_id: Mapped[str | None] = mapped_column(ForeignKey("case_comment.id"))
    kind: Mapped[str]
    position: Mapped[str | None]
    """Of a signature: `before` the task's form is filled, or `after`, when its digest is what was signed."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_of: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str]
    answer: Mapped[str | None]
    state: Mapped[str]
    digest: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Substitution(Base):
    """From `starts_at` until before `ends_at` the substitute may do the absent person's tasks.

    `groups` are those it is for, empty: all of his, and what is meant for him. One ended early has `ended_at`.
    """

    __tablename__ = "substitution"
    __table_args__ = (
        Index("ix_substitution_substitute", "substitute_id", "ends_at"),
        Index("ix_substitution_absent", "absent_id", "ends_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    groups: Mapped[list[Any]]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class DeskEntry(Base):
    """An open complaint as the task list is searched (domain/desk_search.py): folded texts, `runs` those of `desk_run`.

    Derived from the register's columns by the sweep of wordings (`case_file.wording_due`), gone once the case is over.
    """

    __tablename__ = "desk_entry"
    __table_args__ = (Index("ix_desk_entry_level", "level"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    edition: Mapped[int]
    number: Mapped[str]
    customer: Mapped[str]
    part: Mapped[str]
    order_no: Mapped[str]
    level: Mapped[str]
    words: Mapped[str]
    runs: Mapped[list[Any]]


class DeskRun(Base):
    """Which open complaints have a run of characters: a plain table, so that it is the same on both databases."""

    __tablename__ = "desk_run"
    __table_args__ = BY_KEY
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)


class SavedFilter(Base):
    """A choice of the task list under a name of one's own; `asked` are the arguments of the page's address."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("user_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    asked: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
