"""A small table as a file to be kept; what is large is streamed elsewhere."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from flask import Response

from server.documents import csv_rows, sheets
from server.documents.cells import Style
from server.web.person import context, language
from server.web.replies import download


def csv_reply(name: str, _title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """`name` without its ending."""
    return download(b"".join(csv_rows.csv_rows(columns, rows, _style())), f"{name}.csv", csv_rows.MEDIA_TYPE)


def xlsx_reply(name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """`name` without its ending."""
    stream = BytesIO()
    sheets.write_sheet(stream, title, columns, rows, _style())
    return download(stream.getvalue(), f"{name}.xlsx", sheets.MEDIA_TYPE)


def _style() -> Style:
    return Style(language(), context().settings.zone, context().clock.now())
