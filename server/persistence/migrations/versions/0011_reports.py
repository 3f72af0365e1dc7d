"""Reports that are sent by schedule, alerts, and who wants them by mail."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("sent_period", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        _key("report_order", "application", "process_application", "key"),
        _key("report_order", "recipient_id", "user_account", "id"),
        _key("report_order", "created_by", "user_account", "id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_order")),
    )
    _index("ix_report_order_live", "report_order", ["kind"], "ended_at IS NULL")
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.String(), nullable=True),
        sa.Column("element_id", sa.String(), nullable=True),
        sa.Column("data", Json, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        _key("alert", "application", "process_application", "key"),
        _key("alert", "site", "site", "key"),
        _key("alert", "case_id", "case_file", "id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    _index("uq_alert_open", "alert", ["kind", "mark"], "ended_at IS NULL", unique=True)
    op.create_index("ix_alert_ended", "alert", ["ended_at"])
    _index("ix_alert_case", "alert", ["case_id"], "case_id IS NOT NULL")
    op.create_table(
        "alert_wish",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        _key("alert_wish", "user_id", "user_account", "id"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_alert_wish")),
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")


def _key(table: str, column: str, other: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{of}"], name=op.f(f"fk_{table}_{column}_{other}"))


def _index(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    only = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)
