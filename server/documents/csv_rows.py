"""Tables as CSV (RFC 4180), row by row: with a byte order mark, so that Excel reads Chinese, and no formula in it."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from server.documents.cells import Rows, Style, cell, like_a_formula, shown

MEDIA_TYPE = "text/csv; charset=utf-8"
_BUFFER = 64 * 1024
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_GUARD = "'"


def csv_rows(columns: Sequence[str], rows: Rows, style: Style) -> Iterator[bytes]:
    """The table in pieces of UTF-8; `columns` are the titles, each row has a value for each."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(_MARK)
    writer.writerow([_text(title, style) for title in columns])
    for row in rows:
        writer.writerow([_text(value, style) for value in row])
        if buffer.tell() >= _BUFFER:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _text(value: object, style: Style) -> str:
    """Texts that look like a formula get an apostrophe in front; a negative number is no text and stays."""
    found = cell(value, style)
    text = shown(found)
    return _GUARD + text if isinstance(found, str) and like_a_formula(text) else text
