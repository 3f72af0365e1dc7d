"""Very many rows, written in bulk: what the benchmarks of big houses fill them with."""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert

from server.casework.context import Context
from server.persistence.models.base import UtcDateTime

CHUNK = 20_000


def write(context: Context, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Rows of a table, in transactions of CHUNK; PostgreSQL takes them by COPY."""
    table: Table = model.__table__
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        with context.database.write("fill") as connection:
            if context.database.is_sqlite:
                connection.execute(insert(table), chunk)
            else:
                _copy(connection.connection.driver_connection, table, chunk)


def instance(number: int, started_at: datetime, ended_at: datetime | None = None) -> dict[str, Any]:
    """The row of the process instance of case `number`, without an engine's state."""
    return {
        "id": instance_id(number), "case_id": number, "version_id": 1, "state": "completed" if ended_at else "active",
        "state_reason": None, "pauses": 0, "version": 1, "engine_state": b"", "waits": [], "history_seq": 0,
        "history_hash": "", "started_at": started_at, "ended_at": ended_at, "end_event": None,
    }  # fmt: skip


def instance_id(number: int) -> str:
    """The id of that instance."""
    return f"i-{number:034d}"


def _copy(driver: Any, table: Table, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    kinds = [table.columns[name].type for name in names]
    quoted = ", ".join(f'"{name}"' for name in names)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(_plain(value, kind) for value, kind in zip(row.values(), kinds, strict=True)))


def _plain(value: Any, kind: Any) -> Any:
    if isinstance(value, dict | list) and not isinstance(kind, UtcDateTime):
        return json.dumps(value)
    return value
