"""Migrations say where cases go on, and can be taken back as a whole."""

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("migration_run", sa.Column("mapping", Json, nullable=True))
    op.add_column("migration_run", sa.Column("undo_after", sa.Integer(), server_default="0", nullable=False))
    # SQLite takes a reference only in the same breath, and Alembic would copy the table.
    op.execute(
        "ALTER TABLE migration_run ADD COLUMN undone_by INTEGER"
        " CONSTRAINT fk_migration_run_undone_by_user_account REFERENCES user_account (id)"
    )


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
