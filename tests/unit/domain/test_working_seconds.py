"""Working time as one number says what the calendar says, whatever the calendar, the zone and the moments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.working_seconds import working_seconds
from server.domain.working_time import WorkCalendar

OFFICE = (time(8, 30), time(12)), (time(13), time(17, 30))
CALENDARS = (
    WorkCalendar(ZoneInfo("Asia/Shanghai")),
    WorkCalendar(ZoneInfo("Europe/Berlin"), country="DE"),
    WorkCalendar(ZoneInfo("America/New_York"), week=(((time(22), time()),),) * 6 + ((),), country=None),
    WorkCalendar(ZoneInfo("UTC"), week=(((time(), time()),),) * 7, country=None),
    WorkCalendar(
        ZoneInfo("Asia/Shanghai"), week=(OFFICE,) * 6 + ((),), country=None,
        days_on=frozenset({date(2026, 3, 1)}), days_off=frozenset({date(2026, 3, 2)}),
    ),
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(CALENDARS), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_difference_is_the_working_time_between(calendar: WorkCalendar, begin: datetime, length: timedelta) -> None:
    first, last = (moment.replace(microsecond=0) for moment in (begin, begin + length))
    expected = round(calendar.hours_between(first, last) * 3600)
    assert working_seconds(calendar, begin + length) - working_seconds(calendar, begin) == expected


def test_it_counts_from_the_first_of_january_2020_at_the_site() -> None:
    always = WorkCalendar(ZoneInfo("Asia/Shanghai"), week=(((time(), time()),),) * 7, country=None)
    assert working_seconds(always, datetime(2019, 12, 31, 16, tzinfo=UTC)) == 0
    assert working_seconds(always, datetime(2020, 1, 1, 16, 0, 1, tzinfo=UTC)) == 24 * 3600 + 1
    assert working_seconds(always, datetime(2019, 12, 31, 15, tzinfo=UTC)) == -3600


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        working_seconds(CALENDARS[0], datetime(2026, 1, 1))
