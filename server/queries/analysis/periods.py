"""A span of days cut into days, weeks (from Monday), months, quarters or years of the site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from server.i18n import N_

EVERY: Mapping[str, str] = {
    "week": N_("Weeks"),
    "month": N_("Months"),
    "quarter": N_("Quarters"),
    "year": N_("Years"),
}
MOST = 250
"""So many parts at most: a longer span is cut into longer ones."""


@dataclass(frozen=True)
class Part:
    """`first` and `last` are inside; the first and the last part of a span may be shorter than the others."""

    name: str
    first: date
    last: date


def parts(first: date, last: date, every: str) -> list[Part]:
    """The parts of `first` to `last`, in order, named like `2026-03`, `2026-W14`, `2026-Q2`, `2026`."""
    kinds = list(EVERY)
    for kind in kinds[kinds.index(every) :]:
        found = list(_parts(first, last, kind))
        if len(found) <= MOST or kind == kinds[-1]:
            return found
    raise AssertionError("years always fit")


def _parts(first: date, last: date, every: str) -> Iterator[Part]:
    begins = first
    while begins <= last:
        follows = _next(begins, every)
        yield Part(_name(begins, every), begins, min(last, follows - timedelta(days=1)))
        begins = follows


def _next(day: date, every: str) -> date:
    """The first day of the part after the one that `day` is in."""
    if every == "week":
        return day + timedelta(days=7 - day.weekday())
    length = {"month": 1, "quarter": 3, "year": 12}[every]
    months = (day.year * 12 + day.month - 1) // length * length + length
    return date(months // 12, months % 12 + 1, 1)


def _name(day: date, every: str) -> str:
    if every == "week":
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02d}"
    if every == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day.year}" if every == "year" else f"{day.year}-{day.month:02d}"
