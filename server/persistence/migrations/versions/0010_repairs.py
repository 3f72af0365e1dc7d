"""Incidents know their cause and what became of a retry; orders to repair many cases."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("tries_before", sa.Integer(), server_default="0", nullable=False))
    op.add_column("incident", sa.Column("group_key", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("edition", sa.Integer(), server_default="0", nullable=False))
    op.add_column("incident", sa.Column("application", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("version_id", sa.Integer(), nullable=True))
    op.add_column("incident", sa.Column("topic", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("failures", sa.Integer(), server_default="1", nullable=False))
    op.add_column("incident", sa.Column("failed_at", UtcDateTime(), nullable=True))
    op.add_column("incident", sa.Column("retried_at", UtcDateTime(), nullable=True))
    # SQLite takes a reference only in the same breath, and Alembic would copy the table.
    op.execute(
        "ALTER TABLE incident ADD COLUMN retried_by INTEGER"
        " CONSTRAINT fk_incident_retried_by_user_account REFERENCES user_account (id)"
    )
    op.add_column("incident", sa.Column("outcome", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("first_message", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("traceback", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("origin", Json, nullable=True))
    op.create_index("ix_incident_group", "incident", ["group_key", "state"])
    op.create_index(
        "ix_incident_job",
        "incident",
        ["job_id"],
        sqlite_where=sa.text("job_id IS NOT NULL"),
        postgresql_where=sa.text("job_id IS NOT NULL"),
    )
    op.create_table(
        "repair_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("parameters", Json, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user_account.id"], name=op.f("fk_repair_run_started_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_run")),
    )
    op.create_index("ix_repair_run_group_key", "repair_run", ["group_key"])
    op.create_index("ix_repair_run_state", "repair_run", ["state"])
    op.create_table(
        "repair_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("reason", Json, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["repair_run.id"], name=op.f("fk_repair_step_run_id_repair_run")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_repair_step_instance_id_process_instance")
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_repair_step_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_step")),
    )
    op.create_index("ix_repair_step_run", "repair_step", ["run_id", "state", "id"])
    op.create_index("ix_repair_step_instance_id", "repair_step", ["instance_id"])
    op.create_index("ix_repair_step_incident", "repair_step", ["incident_id"])
    open_steps = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "uq_repair_step_incident",
        "repair_step",
        ["incident_id"],
        unique=True,
        sqlite_where=open_steps,
        postgresql_where=open_steps,
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
