"""Plays the year of the population, and brings it to the database that the tests run on.

`python -m tests.population.playing FOLDER` plays one into a new folder; TEST_POPULATION=FOLDER then uses it.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, select, text, update

from server.app import build_context
from server.clock import ManualClock
from server.persistence.database import Database
from server.persistence.models import Base
from server.persistence.schema import upgrade
from server.settings import DATABASE_FILE, Settings
from server.simulation.account import account_of
from server.simulation.haste import in_haste, seldom_swept
from server.simulation.year import Plan, Year, beginning
from server.start import prepare
from tests.house import build, forget, on_postgres, open_database
from tests.population.moments import noted

if TYPE_CHECKING:
    from server.casework.context import Context

UNTIL = datetime(2026, 11, 29, 16, tzinfo=UTC)
PLAN = Plan("population", 48, UNTIL, open=41, breakdown=0.1, ways=True)
TOLD = "population.json"
"""In the played folder: when its year ends, and the digest of its histories."""
ROWS = 2000


@dataclass(frozen=True)
class Population:
    """A house in which a year of complaints was played; its clock stands at the year's end, `until`."""

    context: "Context"
    folder: Path
    clock: ManualClock
    until: datetime


def play(folder: Path) -> None:
    """The year into a new folder, in SQLite whatever the tests run on; it is there when all of it was played."""
    under_way = folder.with_name(f"{folder.name}.part")
    configured = Settings(data_dir=under_way, secret_key="a secret of the tests only")
    context = build_context(configured, clock=ManualClock(beginning(UNTIL)))
    prepare(context, demo=True)
    year = Year(context, PLAN)
    with seldom_swept(), in_haste(context.database), noted(context, under_way):
        year.run()
    account = account_of(year.world)
    context.database.close()
    told = {"until": UNTIL.isoformat(), **account.to_json()}
    (under_way / TOLD).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    under_way.rename(folder)


@contextmanager
def populated(played: Path, folder: Path) -> Iterator[Population]:
    """A house of one's own in the new `folder`, like the one that was played; nobody else minds what becomes of it."""
    shutil.copytree(played, folder)
    if on_postgres():
        _to_server(folder)
    context = build(folder)
    prepare(context)  # the folder may have been played before a migration was written
    until = datetime.fromisoformat(json.loads((folder / TOLD).read_text("utf-8"))["until"])
    clock = context.clock
    assert isinstance(clock, ManualClock)
    clock.advance(until - clock.now())
    yield Population(context, folder, clock, until)
    context.database.close()
    forget(folder)


def _to_server(folder: Path) -> None:
    """All rows of the file in the folder, into the folder's database on the server."""
    file, server = Database(f"sqlite:///{folder / DATABASE_FILE}"), open_database(folder)
    try:
        upgrade(file)
        upgrade(server)
        copy_rows(file, server)
    finally:
        file.close()
        server.close()


def copy_rows(source: Database, target: Database) -> None:
    """Every row of every table; the numbers that `target` gives to new rows go on from there. `target` is empty."""
    with source.read() as reader, target.write("copy") as writer:
        for table in Base.metadata.sorted_tables:
            own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
            for rows in reader.execute(table.select()).mappings().partitions(ROWS):
                writer.execute(table.insert(), [{**row} | {column.name: None for column in own} for row in rows])
            for column in own:  # a row may name one that stands behind it
                _fill_in(column, reader, writer)
            column = table.autoincrement_column
            if column is not None and not target.is_sqlite:
                highest = f"SELECT setval(pg_get_serial_sequence(:t, :c), max({column.name})) FROM {table.name}"
                writer.execute(text(highest), {"t": table.name, "c": column.name})


def _fill_in(column: Column[Any], reader: Connection, writer: Connection) -> None:
    table = column.table
    (key,) = table.primary_key
    for row in reader.execute(select(key, column).where(column.is_not(None))).all():
        writer.execute(update(table).where(key == row[0]).values({column.name: row[1]}))


if __name__ == "__main__":
    play(Path(sys.argv[1]))
