"""Brings a database's tables to the newest version, from nothing or from any earlier release."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.persistence import postgres
from server.persistence.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Run the missing migrations; returns at once when there are none. Raises UnfitServer.

    Many processes may start together: a lock lets one of them migrate, the others find it done.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with database.read() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with database.write("migrate") as connection:
        if not database.is_sqlite:
            postgres.require_fit(connection)
            postgres.wait_for_turn(connection)
        if MigrationContext.configure(connection).get_current_revision() != newest:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
