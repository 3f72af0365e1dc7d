"""Tables as XLSX (ECMA-376), written row by row: the memory needed does not grow with the rows."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from types import TracebackType
from typing import IO, Self

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from server.documents.cells import Cell, Rows, Style, cell, like_a_formula, shown
from server.i18n import N_, translate

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576
"""Rows of one sheet, its head among them; what is more goes on in the next sheet."""
_LONGEST = 32_767
_NAME_LENGTH = 31
_NAMELESS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LOOKED_AT = 200
_NARROW, _WIDE = 6, 60
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
}


class Book:
    """A workbook on a binary stream; use it as a context: it is complete when that ends."""

    def __init__(self, stream: IO[bytes], style: Style):
        self._style = style
        self._book = Workbook(stream, _OPTIONS)
        self._book.set_properties({"created": style.at.replace(tzinfo=None)})
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        # The mark with which Excel itself keeps a typed text from becoming a formula, even when the cell is edited.
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._names = {"history"}  # Excel keeps this name to itself

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._book.close()

    def sheet(self, title: str, columns: Sequence[str], rows: Rows) -> None:
        """Add a table; `columns` are the titles, each row has a value for each."""
        waiting: Iterator[list[Cell]] = ([cell(value, self._style) for value in row] for row in rows)
        first = list(islice(waiting, _LOOKED_AT))
        widths = [_width(title, (row[place] for row in first)) for place, title in enumerate(columns)]
        waiting = chain(first, waiting)
        while True:
            page = self._page(title, columns, widths)
            count = 0
            for count, row in enumerate(islice(waiting, MOST_ROWS - 1), start=1):
                self._row(page, count, row)
            page.autofilter(0, 0, count, max(len(columns) - 1, 0))
            following = next(waiting, None)
            if following is None:
                return
            waiting = chain([following], waiting)

    def _page(self, title: str, columns: Sequence[str], widths: Sequence[float]) -> Worksheet:
        page = self._book.add_worksheet(self._name(title))
        page.freeze_panes(1, 0)
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        for place, column in enumerate(columns):
            page.write_string(0, place, column[:_LONGEST], self._head)
        return page

    def _name(self, title: str) -> str:
        """A name that Excel takes and no other sheet has."""
        wished = _NAMELESS.sub(" ", title).strip("' ")[:_NAME_LENGTH] or translate(N_("Table"), self._style.language)
        name, number = wished, 1
        while name.casefold() in self._names:
            number += 1
            end = f" ({number})"
            name = wished[: _NAME_LENGTH - len(end)] + end
        self._names.add(name.casefold())
        return name

    def _row(self, page: Worksheet, number: int, row: Sequence[Cell]) -> None:
        for place, value in enumerate(row):
            if isinstance(value, str):
                text = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
                page.write_string(number, place, text, self._quoted if like_a_formula(text) else None)
            elif isinstance(value, datetime):
                page.write_datetime(number, place, value)
            elif isinstance(value, date):
                page.write_datetime(number, place, value, self._day)
            elif value is not None:
                page.write_number(number, place, value)


def write_sheet(stream: IO[bytes], title: str, columns: Sequence[str], rows: Rows, style: Style) -> None:
    """A workbook of one table on `stream`."""
    with Book(stream, style) as book:
        book.sheet(title, columns, rows)


def _width(title: str, values: Iterator[Cell]) -> float:
    """In characters of the common font; a Chinese one takes two."""
    widest = max((_cells(line) for text in (title, *map(shown, values)) for line in text.split("\n")), default=0)
    return min(max(widest + 2, _NARROW), _WIDE)


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text[:_WIDE])
