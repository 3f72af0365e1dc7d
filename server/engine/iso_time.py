"""ISO 8601 dates, durations and repeating intervals, read strictly (ISO 8601-1, 5.5 and 5.6)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(
    rf"^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?$"
)
_CYCLE = re.compile(r"^R(\d*)(?:/([^/]+))?/([^/]+)$")
_LITERAL = re.compile(r"^(P[\dYMWDTHS.,]+|R\d*/.+|\d{4}-\d{2}-\d{2}(T[\d:.,]+(Z|[+-]\d{2}:?\d{2})?)?)$")
SHORTEST_CYCLE = timedelta(seconds=1)
_FAR = 10_000  # years of a duration beyond which nothing is meant


def is_literal(text: str) -> bool:
    """True for a date, duration or cycle written without quotes, as most modelers do."""
    return bool(_LITERAL.match(text.strip()))


@dataclass(frozen=True)
class Duration:
    """Calendar months and a fixed span, added in this order."""

    months: int
    span: timedelta

    def after(self, start: datetime, times: int = 1) -> datetime:
        """The moment this duration, taken so many times, after start; the last day of a shorter month is kept to."""
        total = start.year * 12 + start.month - 1 + self.months * times
        year, month = divmod(total, 12)
        day = min(start.day, monthrange(year, month + 1)[1])
        return start.replace(year=year, month=month + 1, day=day) + self.span * times


def parse_duration(text: str) -> Duration:
    """A Duration from 'P1Y2M', 'P1W', 'P1DT12H', 'PT1.5H'. Raises ValueError."""
    match = _DURATION.match(text.strip().upper())
    if not match:
        raise ValueError(f"{text!r} is not an ISO 8601 duration such as PT8H or P3D")
    years, months, *rest = match.groups()
    weeks, days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in rest)
    if int(years or 0) > _FAR or int(months or 0) > _FAR * 12 or weeks * 7 + days > _FAR * 366:
        raise ValueError(f"{text!r} is too long")
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Duration(int(years or 0) * 12 + int(months or 0), span)


def parse_moment(text: str, zone: tzinfo | None) -> datetime:
    """An aware UTC datetime from an ISO 8601 date or date-time. Without offset the zone is used. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        try:
            moment = datetime.combine(date.fromisoformat(text.strip()), time())
        except ValueError:
            raise ValueError(f"{text!r} is not an ISO 8601 date or date-time") from None
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError(f"{text!r} has no offset from UTC; write for example 2030-01-31T09:00:00+01:00")
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Cycle:
    """A repeating interval: times (None: without end), the first moment or None for one duration from now."""

    times: int | None
    first: datetime | None
    duration: str


def parse_cycle(text: str, zone: tzinfo | None) -> Cycle:
    """A Cycle from 'R/PT1H', 'R5/PT1H', 'R5/2030-01-01T00:00:00Z/PT1H'. Raises ValueError."""
    match = _CYCLE.match(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not an ISO 8601 cycle such as R3/PT8H")
    times, first, duration = match.groups()
    parsed = parse_duration(duration)
    if parsed.months == 0 and parsed.span < SHORTEST_CYCLE:
        raise ValueError(f"{text!r} repeats more often than once a second")
    return Cycle(int(times) if times else None, parse_moment(first, zone) if first else None, duration)


def elapsed(due: datetime, duration: Duration, now: datetime) -> int:
    """How many occurrences, the one at due included, lie at or before now (due <= now)."""
    if duration.months == 0:
        return int((now - due) / duration.span) + 1
    count = 1
    while duration.after(due, count) <= now:
        count += 1
    return count
