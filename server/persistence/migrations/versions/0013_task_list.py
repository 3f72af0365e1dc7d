"""The task list: its ways in order, what it is searched by, filters that people keep."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DUE, CREATED = ("due_at", "created_at", "id"), ("created_at", "id")
PEOPLE = {
    "assignee": "assignee_id",
    "claimed": "claimed_by",
    "escalated": "escalated_to",
    "delegated": "delegated_by",
    "claimed_for": "claimed_for",
}
BOTH_ORDERS = ("assignee", "claimed")


def upgrade() -> None:
    op.add_column("user_task", sa.Column("site", sa.String(), nullable=True))
    op.execute("UPDATE user_task SET site = (SELECT site FROM case_file WHERE case_file.id = user_task.case_id)")
    for name in ("desk", "case", "assignee", "claimed", "escalated"):
        op.drop_index(f"ix_user_task_{name}", table_name="user_task")
    op.create_index("ix_user_task_desk", "user_task", ["state", "site", "candidate_group", *DUE])
    op.create_index("ix_user_task_desk_created", "user_task", ["state", "site", "candidate_group", *CREATED])
    op.create_index("ix_user_task_due", "user_task", ["state", "site", *DUE])
    op.create_index("ix_user_task_created", "user_task", ["state", "site", *CREATED])
    op.create_index("ix_user_task_step", "user_task", ["state", "element_id"])
    op.create_index("ix_user_task_case", "user_task", ["case_id", "state", "candidate_group"])
    for name, column in PEOPLE.items():
        _index_of_person(name, column, DUE)
    for name in BOTH_ORDERS:
        _index_of_person(f"{name}_created", PEOPLE[name], CREATED)
    _add_search()
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_saved_filter_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_filter_user_id_name")),
    )


def _index_of_person(name: str, column: str, order: tuple[str, ...]) -> None:
    held = sa.text(f"{column} IS NOT NULL")
    columns = [column, "state", *order]
    op.create_index(f"ix_user_task_{name}", "user_task", columns, sqlite_where=held, postgresql_where=held)


def _add_search() -> None:
    texts = ("number", "customer", "part", "order_no", "level", "words")
    op.create_table(
        "desk_entry",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("runs", Json, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_desk_entry_case_id_case_file")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_desk_entry")),
    )
    op.create_index("ix_desk_entry_level", "desk_entry", ["level"])
    op.create_table(
        "desk_run",
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_desk_run_case_id_case_file")),
        sa.PrimaryKeyConstraint("run", "case_id", name=op.f("pk_desk_run")),
        sqlite_with_rowid=False,
    )
    # The sweep that follows the wording of complaints makes the entries of those that are open.
    op.execute(
        "UPDATE case_file SET wording_due = 1 WHERE id IN (SELECT case_id FROM process_instance WHERE ended_at IS NULL)"
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
