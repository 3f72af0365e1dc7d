"""Similar complaints: what each says, its grams, and the mark of those the sweep has to index, at first all."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("wording_due", sa.Integer(), server_default="1", nullable=False))
    only = sa.text("wording_due = 1")
    op.create_index("ix_case_file_wording_due", "case_file", ["id"], sqlite_where=only, postgresql_where=only)
    op.create_table(
        "case_wording",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("part", "name", "problem", "defect", "cause")),
        sa.Column("grams", Json, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_wording_case_id_case_file")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_wording")),
    )
    op.create_table(
        "case_gram",
        sa.Column("gram", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_gram_case_id_case_file")),
        sa.PrimaryKeyConstraint("gram", "case_id", name=op.f("pk_case_gram")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
