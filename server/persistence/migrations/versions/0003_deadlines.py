"""Promises: due dates with their sum, pauses, the ladder, calendars of sites, leads of groups."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LADDER = {
    "management": ("sales", "quality", "engineering", "production", "service"),
    "vp": ("management",),
    "gm": ("vp",),
}


def upgrade() -> None:
    op.add_column("process_instance", sa.Column("pauses", sa.Integer(), server_default="0", nullable=False))
    op.add_column("user_task", sa.Column("due_sum", Json, nullable=True))
    op.add_column("user_task", sa.Column("escalation_level", sa.Integer(), server_default="0", nullable=False))
    op.add_column("timer", sa.Column("kind", sa.String(), server_default="event", nullable=False))
    op.add_column("timer", sa.Column("rung", sa.Integer(), nullable=True))
    _reference("user_task", "escalated_to", "INTEGER", "user_account", "id")
    _reference("timer", "user_task_id", "VARCHAR", "user_task", "id")
    _reference("group_", "lead_id", "INTEGER", "user_account", "id")
    _reference("group_", "parent", "VARCHAR", "group_", "key")
    _seed_parents()
    for index, table, column in (
        ("ix_user_task_escalated", "user_task", "escalated_to"),
        ("ix_timer_task", "timer", "user_task_id"),
    ):
        only = sa.text(f"{column} IS NOT NULL")
        op.create_index(index, table, [column], sqlite_where=only, postgresql_where=only)
    op.create_table(
        "clock_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_clock_pause_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user_account.id"], name=op.f("fk_clock_pause_started_by_user_account")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name=op.f("fk_clock_pause_ended_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pause")),
    )
    op.create_index(op.f("ix_clock_pause_case_id"), "clock_pause", ["case_id"])
    op.create_table(
        "site_calendar",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("week", Json, nullable=False),
        sa.Column("days_on", Json, nullable=False),
        sa.Column("days_off", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recount_after", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["site"], ["site.key"], name=op.f("fk_site_calendar_site_site")),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_site_calendar")),
    )


def _seed_parents() -> None:
    """The ladder of the groups that every site has; a new site gets it with its groups."""
    for parent, groups in _LADDER.items():
        known = ", ".join(f"'{group}'" for group in groups)
        op.execute(
            f"UPDATE group_ SET parent = '{parent}' WHERE key IN ({known})"  # noqa: S608 - our own words
            f" AND EXISTS (SELECT 1 FROM group_ WHERE key = '{parent}')"
        )


def _reference(table: str, column: str, kind: str, target: str, target_column: str) -> None:
    """A column with a foreign key; SQLite takes one only in the same breath, and Alembic would copy the table."""
    name = f"fk_{table}_{column}_{target}"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT {name} REFERENCES {target} ({target_column})"
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
