"""Drafts of applications with what was changed in them, what happened to applications, rehearsals under way."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "definition_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("base_version_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_definition_draft_proposed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["base_version_id"],
            ["definition_version.id"],
            name=op.f("fk_definition_draft_base_version_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_definition_draft_version_id_definition_version")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_definition_draft_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["user_account.id"], name=op.f("fk_definition_draft_updated_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_draft")),
    )
    op.create_index("ix_definition_draft_key", "definition_draft", ["key", "state"])
    op.create_table(
        "definition_draft_file",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["definition_draft.id"], name=op.f("fk_definition_draft_file_draft_id_definition_draft")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["user_account.id"], name=op.f("fk_definition_draft_file_updated_by_user_account")
        ),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_definition_draft_file")),
    )
    op.create_table(
        "definition_draft_past",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_definition_draft_past_by_user_account")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["definition_draft.id"], name=op.f("fk_definition_draft_past_draft_id_definition_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_draft_past")),
    )
    op.create_index("ix_definition_draft_past_file", "definition_draft_past", ["draft_id", "path"])
    op.create_table(
        "definition_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("data", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_definition_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["definition_draft.id"], name=op.f("fk_definition_event_draft_id_definition_draft")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_definition_event_version_id_definition_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_event")),
    )
    op.create_index("ix_definition_event_key", "definition_event", ["key", "id"])
    op.create_table(
        "rehearsal_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("draft_revision", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("problem", Json, nullable=True),
        sa.Column("lock_until", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user_account.id"], name=op.f("fk_rehearsal_run_started_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["definition_draft.id"], name=op.f("fk_rehearsal_run_draft_id_definition_draft")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_rehearsal_run_version_id_definition_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_run")),
    )
    op.create_index("ix_rehearsal_run_draft", "rehearsal_run", ["draft_id", "id"])
    op.create_index("ix_rehearsal_run_state", "rehearsal_run", ["state", "id"])
    op.create_table(
        "rehearsal_case",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("steps", Json, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["rehearsal_run.id"], name=op.f("fk_rehearsal_case_run_id_rehearsal_run")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_rehearsal_case_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name=op.f("fk_rehearsal_case_instance_id_process_instance"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_rehearsal_case_version_id_definition_version")
        ),
        sa.PrimaryKeyConstraint("run_id", "case_id", name=op.f("pk_rehearsal_case")),
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
