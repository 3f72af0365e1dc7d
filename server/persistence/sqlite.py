"""How SQLite is opened: WAL, every commit on the disk before it is confirmed, one writer at a time."""

from typing import Any

from sqlalchemy import URL
from sqlalchemy.pool import ConnectionPoolEntry

BEGIN = "BEGIN IMMEDIATE"
"""Takes the write lock at once, so that no work fails half way for it."""


def options(_url: URL) -> dict[str, Any]:
    """Keywords of `create_engine`."""
    return {"connect_args": {"timeout": 30}}


def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Set up a new connection."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    # Its own knows the letters of English alone, and a search would find “Müller” but not “MÜLLER”.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
