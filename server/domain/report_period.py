"""The spans that reports are about: a week from Monday (ISO 8601), a month, a year, in days of the site."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.rejection import Rejected
from server.i18n import N_

KINDS: Mapping[str, str] = {
    "weekly": N_("Weekly report"),
    "monthly": N_("Monthly report"),
    "yearly": N_("Yearly report"),
}
"""S41 asks for a week's, S24 and S41 for a month's, S22, S31 and S43 for what a year's management review needs."""
_NAMES: Mapping[str, re.Pattern[str]] = {
    "weekly": re.compile(r"([12]\d{3})-W(\d\d)"),
    "monthly": re.compile(r"([12]\d{3})-(\d\d)"),
    "yearly": re.compile(r"([12]\d{3})"),
}
_EXAMPLES = {"weekly": "2026-W09", "monthly": "2026-02", "yearly": "2026"}
_FIRST_YEAR, _LAST_YEAR = 1971, 2198


@dataclass(frozen=True)
class Period:
    """`first` and `last` are both inside; `name` is like 2026-W09, 2026-02 or 2026."""

    kind: str
    name: str
    first: date
    last: date

    def before(self) -> "Period":
        """The period that ends where this one begins."""
        return period_of(self.kind, self.first - timedelta(days=1))

    def after(self) -> "Period":
        """The period that begins where this one ends."""
        return period_of(self.kind, self.last + timedelta(days=1))


def period_of(kind: str, day: date) -> Period:
    """The period of a kind that `day` lies in."""
    if kind == "weekly":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(kind, f"{year}-W{week:02d}", first, first + timedelta(days=6))
    if kind == "monthly":
        first = day.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        return Period(kind, f"{day.year}-{day.month:02d}", first, following - timedelta(days=1))
    return Period(kind, f"{day.year}", date(day.year, 1, 1), date(day.year, 12, 31))


def newest(kind: str, today: date) -> Period:
    """The last period that is over on the day `today`."""
    return period_of(kind, today).before()


def known_kind(kind: str) -> str:
    """Raises Rejected `not_found.report`."""
    if kind not in KINDS:
        raise Rejected(
            "not_found.report",
            N_("There is no report “{name}”. Use one of: {known}."),
            name=kind[:40],
            known=", ".join(KINDS),
        )
    return kind


def read_period(kind: str, name: str) -> Period:
    """The period called `name`. Raises Rejected `not_found.report` or `malformed.period`."""
    match = _NAMES[known_kind(kind)].fullmatch(name)
    day = _first_day(kind, *map(int, match.groups())) if match else None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Rejected(
            "malformed.period",
            N_("“{name}” is no period of this report. Write it like {example}."),
            field="/period",
            name=name[:40],
            example=_EXAMPLES[kind],
        )
    return period_of(kind, day)


def _first_day(kind: str, year: int, part: int = 1) -> date | None:
    try:
        return date.fromisocalendar(year, part, 1) if kind == "weekly" else date(year, part, 1)
    except ValueError:
        return None
