"""Files that are too large to be held: sent piece by piece while they are made."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from urllib.parse import quote

from flask import Response

from server.documents import csv_rows, sheets
from server.documents.cells import Rows, Style
from server.documents.xes import MEDIA_TYPE as XES
from server.documents.xes import xes
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.event_log import EventLog
from server.web.person import context

_PIECE = 64 * 1024


def csv_file(name: str, columns: Sequence[str], rows: Rows, language: str) -> Response:
    """`name` without its ending."""
    return streamed(csv_rows.csv_rows(columns, rows, _style(language)), f"{name}.csv", csv_rows.MEDIA_TYPE)


def xlsx_file(name: str, title: str, columns: Sequence[str], rows: Rows, language: str) -> Response:
    """`name` without its ending. A workbook is whole only at its end, so it waits in a file meanwhile."""
    return streamed(_workbook(title, columns, rows, _style(language)), f"{name}.xlsx", sheets.MEDIA_TYPE)


def xes_file(name: str, log: EventLog) -> Response:
    """`name` without its ending."""
    return streamed(xes(log.head, log.traces), f"{name}.xes", XES)


def day_begins(name: str, text: str | None, after: int = 0) -> datetime | None:
    """The beginning of the day (RFC 3339) at the site, or of the one `after` days later; None without one.

    Raises Rejected `malformed.date`.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
    except (ValueError, OverflowError):
        raise Rejected(
            "malformed.date", N_("{name} must be a day such as 2026-03-02."), field=f"/{name}", name=name
        ) from None
    return datetime.combine(day, time(), context().settings.zone)


def streamed(parts: Iterator[bytes], name: str, mimetype: str) -> Response:
    """A download under that name; what its first piece meets is told as any error is."""
    first = next(parts, b"")
    reply = Response(_on(first, parts), mimetype=mimetype)
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    reply.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _on(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts


def _workbook(title: str, columns: Sequence[str], rows: Rows, style: Style) -> Iterator[bytes]:
    with TemporaryFile() as stream:
        sheets.write_sheet(stream, title, columns, rows, style)
        stream.seek(0)
        while piece := stream.read(_PIECE):
            yield piece


def _style(language: str) -> Style:
    return Style(language, context().settings.zone, context().clock.now())
