"""Runs that bring cases to another version, step by step, with what undoing them needs."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "migration_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key"], ["process_application.key"], name=op.f("fk_migration_run_key_process_application")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_migration_run_version_id_definition_version")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user_account.id"], name=op.f("fk_migration_run_started_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_run")),
    )
    op.create_index(op.f("ix_migration_run_state"), "migration_run", ["state"])
    op.create_table(
        "migration_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("from_version_id", sa.Integer(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["migration_run.id"], name=op.f("fk_migration_step_run_id_migration_run")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_migration_step_instance_id_process_instance")
        ),
        sa.ForeignKeyConstraint(
            ["from_version_id"],
            ["definition_version.id"],
            name=op.f("fk_migration_step_from_version_id_definition_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_step")),
    )
    op.create_index("ix_migration_step_run", "migration_step", ["run_id", "state", "id"])
    op.create_index(op.f("ix_migration_step_instance_id"), "migration_step", ["instance_id"])


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
