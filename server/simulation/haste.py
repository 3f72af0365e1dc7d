"""In a hurry: for a folder that is filled at one go, and filled anew should the machine lose its power."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from server.persistence.database import Database


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Python looks for rings of garbage less often: a year makes few, and looking takes a tenth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


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
