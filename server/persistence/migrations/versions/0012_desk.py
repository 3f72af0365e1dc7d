"""The desk: comments, what colleagues ask of one another at a task, who stands in for whom."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("claimed_for", "delegated_by"):
        _add_person(name)
    op.add_column("user_task", sa.Column("requests", sa.Integer(), server_default="0", nullable=False))
    op.add_column("user_task", sa.Column("urged_at", UtcDateTime(), nullable=True))
    op.create_table(
        "case_comment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_comment_case_id_case_file")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_case_comment_task_id_user_task")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_case_comment_author_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_comment")),
    )
    op.create_index("ix_case_comment_case", "case_comment", ["case_id", "created_at"])
    with_task = sa.text("task_id IS NOT NULL")
    op.create_index(
        "ix_case_comment_task", "case_comment", ["task_id"], sqlite_where=with_task, postgresql_where=with_task
    )
    op.create_table(
        "task_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=True),
        sa.Column("comment_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_of", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_task_request_case_id_case_file")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_task_request_task_id_user_task")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["case_comment.id"], name=op.f("fk_task_request_comment_id_case_comment")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_task_request_asked_by_user_account")),
        sa.ForeignKeyConstraint(["asked_of"], ["user_account.id"], name=op.f("fk_task_request_asked_of_user_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name=op.f("fk_task_request_ended_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_request")),
    )
    op.create_index("ix_task_request_person", "task_request", ["asked_of", "state"])
    op.create_index("ix_task_request_task", "task_request", ["task_id", "kind"])
    op.create_index("ix_task_request_case", "task_request", ["case_id", "asked_of"])
    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("absent_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("groups", Json, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["user_account.id"], name=op.f(f"fk_substitution_{name}_user_account"))
            for name in ("absent_id", "substitute_id", "created_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    op.create_index("ix_substitution_substitute", "substitution", ["substitute_id", "ends_at"])
    op.create_index("ix_substitution_absent", "substitution", ["absent_id", "ends_at"])


def _add_person(column: str) -> None:
    """A column with a foreign key; SQLite takes one only in the same breath, and Alembic would copy the table."""
    name = f"fk_user_task_{column}_user_account"
    op.execute(f"ALTER TABLE user_task ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES user_account (id)")


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
