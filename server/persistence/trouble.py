"""What a database's own errors mean here: somebody was quicker, it is away, or it is a fault of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

BUSY = frozenset({"40001", "40P01", "55P03", "57014"})
"""Serialisation failure, deadlock, a lock not got in time, a statement cancelled by an administrator."""
AWAY = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25006"})
"""Shut down, crashed, starting, told to go, or a standby that only reads; with the whole classes 08 and 53."""
AWAY_CLASSES = ("08", "53")
SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
SQLITE_AWAY = ("SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_READONLY")


class DatabaseBusy(Exception):
    """Others held or crossed what this work needed; nothing was changed, and it may be done again."""


class DatabaseAway(Exception):
    """The database cannot be reached; its text is the driver's reason in one line.

    `in_doubt`: the connection went during the commit itself, so that nobody knows whether it took place.
    """

    def __init__(self, reason: str, *, in_doubt: bool = False):
        super().__init__(reason)
        self.in_doubt = in_doubt


@contextmanager
def named_trouble() -> Iterator[None]:
    """Raises DatabaseBusy or DatabaseAway for what the driver calls by many names; other errors pass as they are."""
    try:
        yield
    except DBAPIError as error:
        trouble = meaning(error.orig, lost=error.connection_invalidated)
        if trouble is None:
            raise
        raise trouble from error
    except PoolTimeout as error:
        raise DatabaseAway("every connection is in use") from error


def meaning(error: BaseException | None, *, lost: bool = False) -> DatabaseBusy | DatabaseAway | None:
    """What an error of a driver means; None when it is a fault of ours. `lost`: its connection is known to be gone."""
    state: str | None = getattr(error, "sqlstate", None)
    name: str = getattr(error, "sqlite_errorname", None) or ""
    if state in BUSY or name.startswith(SQLITE_BUSY):
        return DatabaseBusy(one_line(error))
    # Without a state the error is the connection's own; SQLite has none at all, but names.
    nameless = type(error).__name__ == "OperationalError" and state is None and not name
    away = state is not None and (state in AWAY or state.startswith(AWAY_CLASSES))
    if lost or nameless or away or name.startswith(SQLITE_AWAY):
        return DatabaseAway(one_line(error))
    return None


def is_duplicate(error: Exception) -> bool:
    """Whether a row like the one to be written is there already; any other broken constraint is a fault of ours."""
    if not isinstance(error, IntegrityError):
        return False
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)


def one_line(error: Any) -> str:
    """The first line of a driver's message; it never holds the password."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
