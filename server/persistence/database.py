"""The one door to the database: reads in autocommit, writes in one short transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url

from server.persistence import postgres, sqlite
from server.persistence.trouble import DatabaseAway, meaning, named_trouble

Probe = Callable[[str], None]


def no_probe(_point: str) -> None:
    """The ordinary probe of commit points: does nothing."""


class Database:
    """SQLite (WAL, synchronous=FULL) or PostgreSQL (READ COMMITTED) behind two verbs.

    Both raise DatabaseBusy and DatabaseAway for what is nobody's fault. `probe` is told each commit point by name
    (`complete_task.before`, `complete_task.after`); the durability tests end the process there.
    """

    def __init__(self, url: str, probe: Probe = no_probe):
        self.probe = probe
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        kind = sqlite if self.is_sqlite else postgres
        self.engine = create_engine(
            parsed,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            # Autocommit at the driver, so that reads hold nothing and a write begins where we say so.
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            **kind.options(parsed),
        )
        self._begin = kind.BEGIN
        event.listen(self.engine, "connect", kind.prepare)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; each statement sees the newest committed state."""
        with named_trouble(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, point: str, connection: Connection | None = None) -> Iterator[Connection]:
        """One write transaction, committed at the end of the block, rolled back on any exception.

        `connection` is one from `read` that is to be used again, which saves a second one. DatabaseAway tells by
        `in_doubt` whether the commit itself was under way.
        """
        if connection is None:
            with self.read() as own, self.write(point, own):
                yield own
            return
        self._say(connection, self._begin)
        try:
            with named_trouble():
                yield connection
            self.probe(f"{point}.before")
            self._say(connection, "COMMIT")
        except BaseException:
            self._roll_back(connection)
            raise
        self.probe(f"{point}.after")

    def _say(self, connection: Connection, word: str) -> None:
        """Straight to the driver: three words need no compiler, and this is on the way of every command."""
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute(word)
        except self.engine.dialect.loaded_dbapi.Error as error:
            trouble = meaning(error)
            if trouble is None:
                raise
            if isinstance(trouble, DatabaseAway):
                connection.invalidate()
                trouble.in_doubt = word == "COMMIT"
            raise trouble from error

    def _roll_back(self, connection: Connection) -> None:
        """A lost connection rolls back by itself; one that cannot is not used again."""
        if connection.invalidated:
            return
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("ROLLBACK")
        except self.engine.dialect.loaded_dbapi.Error:
            # SQLite has ended the transaction itself after some errors; then there is nothing to roll back.
            if not self.is_sqlite:
                connection.invalidate()

    def hold_writers(self, connection: Connection, table: str) -> None:
        """Within `write`: what is read of the table from here on stays so until the commit."""
        if not self.is_sqlite:  # whose writers wait for each other anyway
            postgres.hold_writers(connection, table)

    def open(self) -> Connection:
        """As `read`, for those who close it themselves and name its troubles."""
        return self.engine.connect()

    def close(self) -> None:
        self.engine.dispose()


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()
