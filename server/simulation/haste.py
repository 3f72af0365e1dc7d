"""A database in a hurry: for a folder that is filled at one go, and filled anew should the machine lose its power."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from server.persistence.database import Database


@contextmanager
def in_haste(database: "Database") -> Iterator[None]:
    """Commits of SQLite do not wait for the disk inside, and all is on it after; another database is left alone."""
    if not database.is_sqlite:
        yield
        return
    database.engine.dispose()
    event.listen(database.engine, "connect", _do_not_wait)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", _do_not_wait)
        database.engine.dispose()
        with database.read() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _do_not_wait(connection: Any, _entry: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
