"""Working time as one number: the working seconds of a calendar since a fixed day.

The working time between two moments is the difference of their numbers, so the sum over any number of stretches that
are still open is `count × now − sum of beginnings`, which a database can do. Moments are cut to the whole second, as
working hours begin and end on one: nothing is lost by it but the fraction of a second.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from server.domain.working_time import WorkCalendar

FIRST_YEAR = 2020
"""The count begins with this year, where the site is; what was before it is negative."""

_CALENDARS_KEPT = 512


def working_seconds(calendar: WorkCalendar, at: datetime) -> int:
    """Working seconds from the beginning of FIRST_YEAR to `at`, an aware moment."""
    if at.tzinfo is None:
        raise ValueError("working time needs an aware datetime")
    moment = at.astimezone(UTC).replace(microsecond=0)
    day = moment.astimezone(calendar.zone).date()
    begin = datetime.combine(day, time(), calendar.zone).astimezone(UTC)
    today = _worked(calendar, begin, moment)
    before = _year(calendar, day.year)[day.timetuple().tm_yday - 1]
    return _years_before(calendar, day.year) + before + today


def _years_before(calendar: WorkCalendar, year: int) -> int:
    if year >= FIRST_YEAR:
        return sum(_year(calendar, each)[-1] for each in range(FIRST_YEAR, year))
    return -sum(_year(calendar, each)[-1] for each in range(year, FIRST_YEAR))


@lru_cache(maxsize=_CALENDARS_KEPT)
def _year(calendar: WorkCalendar, year: int) -> list[int]:
    """Working seconds of the year up to each of its days, and at last of all of it."""
    sums = [0]
    day = date(year, 1, 1)
    while day.year == year:
        begin = datetime.combine(day, time(), calendar.zone).astimezone(UTC)
        day += timedelta(days=1)
        end = datetime.combine(day, time(), calendar.zone).astimezone(UTC)
        sums.append(sums[-1] + _worked(calendar, begin, end))
    return sums


def _worked(calendar: WorkCalendar, begin: datetime, end: datetime) -> int:
    return sum(int((closes - opens).total_seconds()) for opens, closes in calendar.spans(begin, end))
