"""The migrations lead to exactly the tables of the models, whoever starts first."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from server.persistence.database import Database
from server.persistence.models import Base
from server.persistence.schema import MIGRATIONS, upgrade


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'kesu.db'}")


def test_migrations_make_the_tables_of_the_models(database: Database) -> None:
    upgrade(database)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_and_indexes_are_those_of_the_models(database: Database, tmp_path: Path) -> None:
    upgrade(database)
    direct = Database(f"sqlite:///{tmp_path / 'direct.db'}")
    with direct.write("make") as connection:
        Base.metadata.create_all(connection)
    for table in Base.metadata.tables:
        assert _shape(database, table) == _shape(direct, table)


def _shape(database: Database, table: str) -> dict[str, object]:
    found = inspect(database.engine)
    return {
        "indexes": sorted(
            (index["name"], index["column_names"], index["unique"]) for index in found.get_indexes(table)
        ),
        "unique": sorted((each["name"], each["column_names"]) for each in found.get_unique_constraints(table)),
        "foreign": sorted(
            (each["constrained_columns"], each["referred_table"], each["referred_columns"])
            for each in found.get_foreign_keys(table)
        ),
        "primary": found.get_pk_constraint(table)["constrained_columns"],
    }


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    upgrade(database)
    points: list[str] = []
    database.probe = points.append
    upgrade(database)
    assert points == []


def test_two_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    """Threads with engines of their own stand for processes: the write lock is the file's."""
    databases = [Database(f"sqlite:///{tmp_path / 'kesu.db'}") for _ in range(4)]
    failures: list[BaseException] = []

    def run(database: Database) -> None:
        try:
            upgrade(database)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(Base.metadata.tables) <= set(inspect(databases[0].engine).get_table_names())


def test_migration_files_are_named_by_their_order() -> None:
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert names, "there is at least the first migration"
    for position, name in enumerate(names, 1):
        assert name.startswith(f"{position:04d}_")
        source = (MIGRATIONS / "versions" / name).read_text("utf-8")
        assert f'revision = "{position:04d}"' in source
