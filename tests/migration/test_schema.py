"""The migrations lead to exactly the tables of the models, whoever starts first."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from server.persistence.database import Database
from server.persistence.models import Base
from server.persistence.schema import MIGRATIONS, upgrade
from tests.house import environment_of, open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path)
    yield made
    made.close()


def test_migrations_make_the_tables_of_the_models(database: Database) -> None:
    upgrade(database)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_and_indexes_are_those_of_the_models(database: Database, tmp_path: Path) -> None:
    upgrade(database)
    (tmp_path / "direct").mkdir()
    direct = open_database(tmp_path / "direct")
    with direct.write("make") as connection:
        Base.metadata.create_all(connection)
    for table in Base.metadata.tables:
        assert _shape(database, table) == _shape(direct, table)
    direct.close()


def _shape(database: Database, table: str) -> dict[str, object]:
    found = inspect(database.engine)
    return {
        "columns": {each["name"]: (str(each["type"]), each["nullable"]) for each in found.get_columns(table)},
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


def test_several_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    """Threads with engines of their own stand for processes: the lock is the database's."""
    databases = [open_database(tmp_path) for _ in range(4)]
    gate, failures = threading.Barrier(4), []
    migrated: list[str] = []

    def run(database: Database) -> None:
        database.probe = migrated.append
        try:
            gate.wait()
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
    with databases[0].read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar_one() == 1
    for database in databases:
        database.close()


def test_several_commands_may_start_on_an_empty_database(tmp_path: Path) -> None:
    """Real processes: each prepares the site, its people and the bundled application, and all find one of each."""
    environment = {"PATH": "", "PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "en"} | environment_of(tmp_path)
    command = [sys.executable, "-m", "server", "init"]
    starts = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    ends = [(start.communicate(timeout=120), start.returncode) for start in starts]
    assert [code for _said, code in ends] == [0] * 4, ends
    database = open_database(tmp_path)
    with database.read() as connection:
        counts = {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("site", "definition_version", "process_application")
        }
    database.close()
    assert counts == {"site": 1, "definition_version": 1, "process_application": 1}


@pytest.mark.one_database("looks at file names")
def test_migration_files_are_named_by_their_order() -> None:
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert names, "there is at least the first migration"
    for position, name in enumerate(names, 1):
        assert name.startswith(f"{position:04d}_")
        source = (MIGRATIONS / "versions" / name).read_text("utf-8")
        assert f'revision = "{position:04d}"' in source
