"""Lists in pages: an opaque cursor over the sort key of the last item, so that a page costs one index look-up."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, false, or_

from server.domain.rejection import Rejected
from server.i18n import N_

MOST = 1000
MOST_KEY = 2**63 - 1
"""Beyond this no database takes a number."""


def clamp(limit: int) -> int:
    """Between 1 and MOST; more is capped, not refused."""
    return max(1, min(limit, MOST))


def encode(*key: Any) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else value for value in key]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> list[Any]:
    """The key in `cursor`, each value None or of its kind (datetime, str, int); Rejected for anything else."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError(cursor)
        return [_typed(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise no_cursor() from None


def no_cursor() -> Rejected:
    """The refusal of a cursor that the list did not give."""
    return Rejected(
        "malformed.cursor",
        N_("This cursor was not made here. Use the “next” of the page before, or leave it out."),
        field="/cursor",
    )


def _typed(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    if type(value) is not kind or (isinstance(value, int) and abs(value) > MOST_KEY):
        raise ValueError(value)
    return value


def after(columns: list[tuple[Any, bool]], key: list[Any]) -> ColumnElement[bool]:
    """Rows behind `key` in the order of `columns` (column, descending?); nulls come last in either direction."""
    conditions: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for (column, descending), value in zip(columns, key, strict=True):
        conditions.append(and_(*same, _behind(column, descending, value)))
        same.append(column.is_(None) if value is None else column == value)
    return or_(*conditions)


def _behind(column: Any, descending: bool, value: Any) -> ColumnElement[bool]:
    if value is None:
        return false()
    beyond: ColumnElement[bool] = column < value if descending else column > value
    return or_(beyond, column.is_(None))


def page(rows: list[Any], limit: int, *key: str) -> tuple[list[Any], str | None]:
    """The rows of this page and the cursor of the next; `rows` holds one more than `limit` when there is one."""
    shown = rows[:limit]
    more = len(rows) > limit
    return shown, encode(*(getattr(shown[-1], name) for name in key)) if more and shown else None


def like(text: str) -> str:
    """A LIKE pattern for `text` anywhere, its own wildcards taken literally (escape character `\\`)."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
