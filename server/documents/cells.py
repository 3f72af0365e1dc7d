"""Cells of tables that leave the house: what a value is, and what a spreadsheet might take for a formula."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from server.i18n import N_, translate

Cell = str | int | float | datetime | date | None
Rows = Iterable[Sequence[Any]]

# Signs with which Excel, WPS or LibreOffice begin a formula, their full-width forms among them (OWASP, CSV injection).
_FORMULA = frozenset("=+-@＝＋－＠|%\t\r")
_EXACT = 2**53
"""Whole numbers up to here are exact in a spreadsheet."""


@dataclass(frozen=True)
class Style:
    """How values are shown. language: of the words; zone: of the moments; at: when the document is made, in UTC."""

    language: str
    zone: ZoneInfo
    at: datetime


def cell(value: Any, style: Style) -> Cell:
    """A value of the case file or a query as a cell: text, number, moment of the zone without its offset, day, nothing.

    A boolean is a word, a list its entries, a number without end or too long to be exact a text.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return translate(N_("Yes") if value else N_("No"), style.language)
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, int | float):
        return value if math.isfinite(value) and abs(value) <= _EXACT else str(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(style.zone).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    if isinstance(value, list | tuple):
        return "\n".join(shown(cell(one, style)) for one in value) or None
    return str(value).encode("utf-8", "replace").decode()


def shown(value: Cell) -> str:
    """A cell as a text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def like_a_formula(text: str) -> bool:
    """Whether a spreadsheet might compute what a person wrote."""
    return text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA
