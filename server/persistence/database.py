"""The one door to the database: reads in autocommit, writes in one short transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

Probe = Callable[[str], None]


def no_probe(_point: str) -> None:
    """The ordinary probe of commit points: does nothing."""


class Database:
    """SQLite (WAL, synchronous=FULL) or PostgreSQL behind two verbs.

    `probe` is told each commit point by name (`complete_task.before`, `complete_task.after`); the
    durability tests end the process there.
    """

    def __init__(self, url: str, probe: Probe = no_probe):
        self.probe = probe
        options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
        if url.startswith("sqlite"):
            # Autocommit at the driver, since its implicit BEGIN comes too late to be IMMEDIATE.
            options |= {"isolation_level": "AUTOCOMMIT", "connect_args": {"timeout": 30}}
        self.engine = create_engine(url, **options)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _pragmas)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; each statement sees the newest committed state."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                yield connection
            else:
                yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def write(self, point: str) -> Iterator[Connection]:
        """One write transaction, committed at the end of the block, rolled back on any exception."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                with connection.begin():
                    yield connection
                    self.probe(f"{point}.before")
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    self.probe(f"{point}.before")
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                        connection.exec_driver_sql("ROLLBACK")
                    raise
        self.probe(f"{point}.after")

    def close(self) -> None:
        self.engine.dispose()


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
