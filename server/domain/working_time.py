"""Working time: when promises fall due, by the hours, holidays and make-up workdays of a site.

Moments come and go as aware datetimes in UTC; what the clock on the wall shows is taken from the zone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from server.clock import Clock
from server.domain.texts import Sentence
from server.i18n import N_

Span = tuple[time, time]
"""Working hours on the wall clock; midnight as the end means the end of the day."""

Stretch = tuple[datetime, datetime]
"""From one moment to another, in UTC."""

OFFICE: tuple[Span, ...] = ((time(8, 30), time(12)), (time(13), time(17, 30)))
WEEK: tuple[tuple[Span, ...], ...] = (*(OFFICE,) * 5, (), ())
"""Working hours from Monday to Sunday."""

# A day that was moved here, and a name with the day it was moved from: `Labor Day (observed)`.
_DAY_OFF = "Day off"
_MOVED = re.compile(r"（补假）| \((observed|estimated)\)")
_HORIZON = timedelta(days=3660)
_DAYS_KEPT = 5000
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """The working time of a site. `country` is an ISO 3166 code or None for no holidays at all.

    `days_on` and `days_off` are the site's own and win over country and week. A working day without hours in
    `week` (a make-up Saturday) has those of the first day of the week that has some.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...] = WEEK
    country: str | None = "CN"
    days_on: frozenset[date] = frozenset()
    days_off: frozenset[date] = frozenset()
    _unpublished: set[int] = field(default_factory=set, init=False, repr=False, compare=False)
    _spans_by_day: dict[date, list[Stretch]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days and some working hours")
        for spans in self.week:
            edges = [_minutes(moment, end) for span in spans for end, moment in enumerate(span)]
            if edges != sorted(set(edges)):
                raise ValueError("working hours must follow one another within the day")

    def add_hours(self, start: datetime, hours: float) -> datetime:
        """The moment at which `hours` (not negative) of working time have passed since `start`."""
        if not hours >= 0:
            raise ValueError("working hours are counted forwards")
        left = timedelta(hours=hours)
        if not left:
            return _utc(start)
        for opens, closes in self.spans(_utc(start)):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise ValueError("no end of these working hours within ten years")

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day `days` working days later (not negative).

        Outside working hours the count begins at the next opening; a shorter day ends the promise at its close.
        """
        if days < 0 or int(days) != days:
            raise ValueError("working days are whole and counted forwards")
        begin = next(self.spans(_utc(start)))[0]
        local = begin.astimezone(self.zone)
        day = local.date()
        if days > _HORIZON.days:
            raise ValueError("no end of these working days within ten years")
        for _ in range(int(days)):
            day = self._next_working_day(day)
        if day == local.date():
            return begin
        same_time = self._at(day, local.time())
        spans = self._spans_of(day)
        return min(max(same_time, spans[0][0]), spans[-1][1])

    def is_working(self, at: datetime) -> bool:
        """Whether people work at that moment; the second in which they stop is free."""
        moment = _utc(at)
        return any(opens <= moment < closes for opens, closes in self._spans_of(moment.astimezone(self.zone).date()))

    def shift_of(self, day: date) -> Stretch | None:
        """From the opening of the day's first working hours to the closing of its last; None when nobody works."""
        spans = self._spans_of(day)
        return (spans[0][0], spans[-1][1]) if spans else None

    def shift_at(self, at: datetime) -> date | None:
        """The day whose shift is under way at that moment, breaks included; None before, after and on free days."""
        day = _utc(at).astimezone(self.zone).date()
        shift = self.shift_of(day)
        return day if shift is not None and shift[0] <= _utc(at) < shift[1] else None

    def shift_before(self, day: date) -> Stretch | None:
        """The last shift of a day before `day`; None when nobody has worked for ten years."""
        for step in range(1, _HORIZON.days):
            if (shift := self.shift_of(day - step * _ONE_DAY)) is not None:
                return shift
        return None

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Working hours from `start` to `end`; negative when `end` is earlier."""
        if _utc(end) < _utc(start):
            return -self.hours_between(end, start)
        total = timedelta()
        for opens, closes in self.spans(_utc(start), _utc(end)):
            total += closes - opens
        return total / timedelta(hours=1)

    def is_working_day(self, day: date) -> bool:
        """Whether `day` has working hours."""
        if day in self.days_off:
            return False
        if day in self.days_on:
            return True
        if self.country is not None:
            year = _holidays(self.country, day.year)
            if not year.published:
                self._unpublished.add(day.year)
            if day in year.make_up_days:
                return True
            if day in year.holidays:
                return False
        return bool(self.week[day.weekday()])

    def is_make_up_day(self, day: date) -> bool:
        """Whether `day` is worked although the week says it is free."""
        return not self.week[day.weekday()] and self.is_working_day(day)

    def holiday_of(self, days: Iterable[date]) -> str | None:
        """What free days in a row are free for, one line a language; None for a plain weekend or a day of the site.

        A festival of several days has its own name beside its eve's and those of the days moved: the most frequent.
        """
        if self.country is None:
            return None
        names = [name for day in days if (name := _holiday_names(self.country, day.year).get(day))]
        return max(names, key=names.count) if names else None

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What is not certain about the answers given so far: years whose holidays are not published yet."""
        message = N_("The holidays of {year} are not published yet; dates in that year may still move.")
        return tuple(Sentence(message, {"year": str(year)}) for year in sorted(self._unpublished))

    def _next_working_day(self, day: date) -> date:
        for step in range(1, _HORIZON.days):
            if self.is_working_day(day + step * _ONE_DAY):
                return day + step * _ONE_DAY
        raise ValueError("no working day within ten years")

    def spans(self, start: datetime, end: datetime | None = None) -> Iterator[Stretch]:
        """Stretches of working time from `start` on, in UTC, cut to `end`."""
        until = end or start + _HORIZON
        day = start.astimezone(self.zone).date()
        while self._at(day, time()) < until:
            for opens, closes in self._spans_of(day):
                if closes > start and opens < until:
                    yield max(opens, start), min(closes, until)
            day += _ONE_DAY

    def _spans_of(self, day: date) -> list[Stretch]:
        found = self._spans_by_day.get(day)
        if found is None:
            if len(self._spans_by_day) > _DAYS_KEPT:
                self._spans_by_day.clear()
            found = self._spans_by_day[day] = self._made_spans(day)
        return found

    def _made_spans(self, day: date) -> list[Stretch]:
        if not self.is_working_day(day):
            return []
        hours = self.week[day.weekday()] or next(spans for spans in self.week if spans)
        return [
            (self._at(day, opens), self._at(day if closes > time() else day + _ONE_DAY, closes))
            for opens, closes in hours
        ]

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self.zone).astimezone(UTC)


def functions(calendar: WorkCalendar | Callable[[], WorkCalendar], clock: Clock) -> dict[str, Callable[..., Any]]:
    """What diagrams and tables may call: `working_hours(8)`, `working_days(3)` (RFC 3339, from now), `today()` (date),
    `days_between(intake.received_at, request.answer_by)` (days of the site's calendar, null without both).

    A calendar that may be replaced while the functions are kept is given as what tells it.
    """

    def site() -> WorkCalendar:
        return calendar if isinstance(calendar, WorkCalendar) else calendar()

    def working_hours(hours: float) -> str:
        return rfc3339(site().add_hours(clock.now(), hours))

    def working_days(days: int) -> str:
        return rfc3339(site().add_days(clock.now(), days))

    def today() -> str:
        return clock.now().astimezone(site().zone).date().isoformat()

    def days_between(first: str | None, last: str | None) -> int | None:
        days = [_day(text, site().zone) for text in (first, last)]
        return None if days[0] is None or days[1] is None else (days[1] - days[0]).days

    return {"working_hours": working_hours, "working_days": working_days, "today": today, "days_between": days_between}


def _day(text: str | None, zone: ZoneInfo) -> date | None:
    """The day in `zone` of a date or a moment as the case file keeps them; None for what is neither."""
    try:
        moment = datetime.fromisoformat(text or "")
    except (TypeError, ValueError):
        return None
    return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()


def rfc3339(at: datetime) -> str:
    """A moment in UTC to the second, for example `2026-02-28T01:30:00Z`."""
    return _utc(at).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class _Year:
    holidays: frozenset[date]
    make_up_days: frozenset[date]
    published: bool


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> _Year:
    import holidays

    found: Any = holidays.country_holidays(country, years=[year])
    # China moves weekends every year by decree; the library lists a year once the State Council has published it.
    decreed: Mapping[int, Any] = getattr(found, "special_public_holidays", {}) if country == "CN" else {year: ()}
    weekends: set[date] = getattr(found, "weekend_workdays", set())
    return _Year(frozenset(found), frozenset(day for day in weekends if day.year == year), year in decreed)


def known_country(code: str) -> bool:
    """Whether the holidays of the country with this ISO 3166 code can be told."""
    import holidays

    return code in holidays.list_supported_countries()


@lru_cache(maxsize=256)
def _holiday_names(country: str, year: int) -> Mapping[date, str]:
    """Names of the holidays, one line a language of ours; English or the country's own where there is no Chinese."""
    import holidays

    plain: Any = holidays.country_holidays(country, years=[year])
    english = "en_US" if "en_US" in plain.supported_languages else plain.default_language
    chinese = "zh_CN" if "zh_CN" in plain.supported_languages else english
    lines = [holidays.country_holidays(country, years=[year], language=each) for each in (chinese, english)]
    return {
        day: "\n".join(_MOVED.sub("", one.get(day, "").partition(";")[0]).strip() for one in lines)
        for day in plain
        if not lines[1].get(day, "").startswith(_DAY_OFF)
    }


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("working time needs an aware datetime")
    return at.astimezone(UTC)


def _minutes(moment: time, is_end: int) -> float:
    if is_end and moment == time():
        return 24 * 60
    return moment.hour * 60 + moment.minute + moment.second / 60
