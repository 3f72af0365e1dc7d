"""What managers count complaints by; of old complaints what SQL can copy, the sweep reads the rest (empty `layout`)."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TEXTS = (
    *("channel", "customer", "part_no", "product", "level", "defect", "cause", "cause_side", "department"),
    *("satisfied", "is_quality"),
)
_COPIED = """
    INSERT INTO case_fact (
        case_id, application, site, layout, state, end_event, received_at, ended_at, channel, customer,
        repeat, duplicate
    )
    SELECT case_file.id, case_file.application, case_file.site, '', process_instance.state, process_instance.end_event,
        case_file.received_at, process_instance.ended_at, case_file.channel, NULLIF(case_file.customer, ''),
        (SELECT count(*) FROM case_link WHERE case_link.case_id = case_file.id AND kind = 'successor_of'),
        (SELECT count(*) FROM case_link WHERE case_link.case_id = case_file.id AND kind = 'duplicate_of')
    FROM case_file JOIN process_instance ON process_instance.case_id = case_file.id
"""


def upgrade() -> None:
    op.create_table(
        "case_fact",
        sa.Column("case_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("application", "site", "layout", "state")),
        sa.Column("end_event", sa.String()),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        *(sa.Column(name, sa.String()) for name in _TEXTS),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("repeat", "duplicate", "rounds", "send_backs")
        ),
        sa.Column("costs", Json),
        sa.Column("cost", sa.Double()),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_fact_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["application"], ["process_application.key"], name=op.f("fk_case_fact_application_process_application")
        ),
        sa.ForeignKeyConstraint(["site"], ["site.key"], name=op.f("fk_case_fact_site_site")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_fact")),
    )
    only = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_case_fact_received", "case_fact", ["application", "received_at", "site", "duplicate"])
    op.create_index(
        "ix_case_fact_ended",
        "case_fact",
        ["application", "ended_at", "site", "duplicate"],
        sqlite_where=only,
        postgresql_where=only,
    )
    alike = ["application", "customer", "part_no", "defect", "received_at"]
    op.create_index("ix_case_fact_alike", "case_fact", alike)
    op.create_index("ix_case_fact_layout", "case_fact", ["application", "layout"])
    op.create_table(
        "case_return",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *(sa.Column(name, sa.String()) for name in ("from_element", "to_element", "loop")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_return_case_id_case_file")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_case_return")),
        sqlite_with_rowid=False,
    )
    done = sa.text("outcome = 'completed'")
    op.create_index(
        "ix_step_record_done",
        "step_record",
        ["application", "kind", "process_id", "element_id", "ended_at", "worked", "due_at", "site", "case_id"],
        sqlite_where=done,
        postgresql_where=done,
    )
    reached = sa.text("milestone IS NOT NULL AND state = 'completed'")
    op.create_index(
        "ix_user_task_milestone",
        "user_task",
        ["milestone", "ended_at", "due_at", "case_id"],
        sqlite_where=reached,
        postgresql_where=reached,
    )
    op.execute(_COPIED)


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
