"""Mails to our own people: what each wants, what is still to be told, whose overview is done; counts of open tasks."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FREE_COLUMNS = ["state", "candidate_group", "site", "claimed_by", "assignee_id"]
TASK_INDEXES = (
    ("ix_user_task_free", FREE_COLUMNS, "state = 'open' AND claimed_by IS NULL AND assignee_id IS NULL"),
    ("ix_user_task_not_told", ["created_at"], "notice_due = 1"),
)


def upgrade() -> None:
    # Of the tasks that are there already nobody is told anew.
    op.add_column("user_task", sa.Column("notice_due", sa.Integer(), server_default="0", nullable=False))
    for name, columns, condition in TASK_INDEXES:
        _index(name, "user_task", columns, condition)
    # A foreign key: SQLite takes one only in the same breath, and Alembic would copy the table.
    constraint = "fk_outbox_mail_notice_to_user_account"
    op.execute(
        f"ALTER TABLE outbox_mail ADD COLUMN notice_to INTEGER CONSTRAINT {constraint} REFERENCES user_account (id)"
    )
    op.add_column("outbox_mail", sa.Column("notice_kind", sa.String(), nullable=True))
    _index("ix_outbox_mail_person", "outbox_mail", ["notice_to", "id"], "notice_to IS NOT NULL")
    op.create_table(
        "notice_wish",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        _key("notice_wish", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notice_wish")),
    )
    op.create_table(
        "task_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        _key("task_notice", "user_id", "user_account"),
        _key("task_notice", "task_id", "user_task"),
        _key("task_notice", "by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_notice")),
    )
    op.create_index("uq_task_notice", "task_notice", ["task_id", "user_id", "occasion", "mark"], unique=True)
    _index("ix_task_notice_untold", "task_notice", ["user_id", "created_at"], "told_at IS NULL")
    op.create_table(
        "notice_digest",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        _key("notice_digest", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_notice_digest")),
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _index(name: str, table: str, columns: list[str], condition: str) -> None:
    only = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
