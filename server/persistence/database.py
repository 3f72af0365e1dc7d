"""The one door to the database: reads in autocommit, writes in one short transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import IntegrityError
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
        # Autocommit at the driver, so that reads hold nothing and a write begins where we say so.
        options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
        if url.startswith("sqlite"):
            options["connect_args"] = {"timeout": 30}
        self.engine = create_engine(url, json_serializer=_dumps, json_deserializer=orjson.loads, **options)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._begin = "BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _pragmas)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; each statement sees the newest committed state."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, point: str, connection: Connection | None = None) -> Iterator[Connection]:
        """One write transaction, committed at the end of the block, rolled back on any exception.

        `connection` is one from `read` that is to be used again, which saves a second one.
        """
        if connection is None:
            with self.read() as own, self.write(point, own):
                yield own
            return
        # Straight to the driver: three words need no compiler, and this is on the way of every command.
        driver: Any = connection.connection.driver_connection
        driver.execute(self._begin)
        try:
            yield connection
            self.probe(f"{point}.before")
            driver.execute("COMMIT")
        except BaseException:
            # A failed COMMIT may have ended the transaction already; then there is nothing to roll back.
            with suppress(self.engine.dialect.loaded_dbapi.Error):
                driver.execute("ROLLBACK")
            raise
        self.probe(f"{point}.after")

    def open(self) -> Connection:
        """As `read`, for those who close it themselves."""
        return self.engine.connect()

    def close(self) -> None:
        self.engine.dispose()


def is_duplicate(error: Exception) -> bool:
    """Whether a row like the one to be written is there already; any other broken constraint is a fault of ours."""
    if not isinstance(error, IntegrityError):
        return False
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
