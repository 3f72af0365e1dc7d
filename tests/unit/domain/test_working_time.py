"""Working time against dates counted by hand on the calendar of the State Council (2025 and 2026)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.clock import ManualClock
from server.domain.working_time import WorkCalendar, functions, rfc3339

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = (((time(0), time(8)), (time(20), time(0))),) * 7


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def site(**given: object) -> WorkCalendar:
    return WorkCalendar(SHANGHAI, **given)  # type: ignore[arg-type]


# A working day has 8 hours: 08:30 to 12:00 and 13:00 to 17:30.
@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 09:00", 2, "2026-03-02 11:00"),  # Monday morning
        ("2026-03-02 11:00", 2, "2026-03-02 14:00"),  # the lunch hour does not count
        ("2026-03-02 12:20", 1, "2026-03-02 14:00"),  # received during lunch
        ("2026-03-02 13:00", 4.5, "2026-03-02 17:30"),  # exactly to the close, not to the next morning
        ("2026-03-02 23:59", 8, "2026-03-03 17:30"),  # just before midnight
        ("2026-03-03 00:00", 8, "2026-03-03 17:30"),  # at midnight
        ("2026-03-06 16:30", 2, "2026-03-09 09:30"),  # over a weekend
        ("2026-03-07 10:00", 8, "2026-03-09 17:30"),  # received on a Saturday
        ("2026-02-13 16:30", 2, "2026-02-14 09:30"),  # Saturday 14 February 2026 is a make-up workday
        ("2026-02-14 16:30", 2, "2026-02-24 09:30"),  # Spring Festival, 15 to 23 February
        ("2026-02-27 16:30", 9, "2026-02-28 17:30"),  # Saturday 28 February is the other make-up workday
        ("2025-01-26 08:30", 24, "2025-02-05 17:30"),  # Sunday 26 January works; holiday 28 January to 4 February
        ("2026-09-30 17:00", 1, "2026-10-08 09:00"),  # National Day, 1 to 7 October
        ("2025-12-31 17:00", 1, "2026-01-04 09:00"),  # New Year to Saturday; Sunday 4 January works
        ("2026-03-02 09:15", 0, "2026-03-02 09:15"),
    ],
)
def test_hours(start: str, hours: float, end: str) -> None:
    assert site().add_hours(at(start), hours) == at(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02 10:00", 3, "2026-03-05 10:00"),
        ("2026-03-05 10:00", 3, "2026-03-10 10:00"),  # over a weekend
        ("2026-03-02 20:00", 1, "2026-03-04 08:30"),  # after hours: counts as the next morning
        ("2026-03-07 10:00", 1, "2026-03-10 08:30"),  # received on a Saturday
        ("2026-02-13 10:00", 3, "2026-02-25 10:00"),  # 14 (make-up), 24 and 25 February
        ("2026-09-30 10:00", 1, "2026-10-08 10:00"),
        ("2026-03-02 10:00", 0, "2026-03-02 10:00"),
        ("2026-03-07 10:00", 0, "2026-03-09 08:30"),
    ],
)
def test_days(start: str, days: int, end: str) -> None:
    assert site().add_days(at(start), days) == at(end)


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2026-03-02 08:29:59", False),
        ("2026-03-02 08:30", True),
        ("2026-03-02 12:00", False),
        ("2026-03-02 17:29:59", True),
        ("2026-03-02 17:30", False),
        ("2026-03-01 10:00", False),
        ("2026-02-14 10:00", True),
        ("2026-02-16 10:00", False),
    ],
)
def test_working_or_not(moment: str, working: bool) -> None:
    assert site().is_working(at(moment)) is working


def test_hours_between() -> None:
    assert site().hours_between(at("2026-02-13 16:30"), at("2026-02-24 09:30")) == 10  # 1 + 8 on the 14th + 1
    assert site().hours_between(at("2026-02-24 09:30"), at("2026-02-13 16:30")) == -10
    assert site().hours_between(at("2026-02-16 00:00"), at("2026-02-23 23:59")) == 0


def test_the_sites_own_days_win() -> None:
    calendar = site(days_off=frozenset({date(2026, 3, 3), date(2026, 2, 14)}), days_on=frozenset({date(2026, 3, 7)}))
    assert calendar.add_hours(at("2026-03-02 17:00"), 1) == at("2026-03-04 09:00")
    assert calendar.add_hours(at("2026-03-06 17:00"), 1) == at("2026-03-07 09:00")
    assert not calendar.is_working(at("2026-02-14 10:00"))


def test_a_shorter_day_ends_the_promise_at_its_close() -> None:
    short = ((time(8, 30), time(12)),)
    calendar = site(week=(*(WorkCalendar(SHANGHAI).week[:5]), short, ()), country=None)
    assert calendar.add_days(at("2026-03-06 16:00"), 1) == at("2026-03-07 12:00")
    assert calendar.add_days(at("2026-03-06 10:00"), 1) == at("2026-03-07 10:00")


# Berlin sprang from 02:00 to 03:00 on 29 March 2026 and falls back from 03:00 to 02:00 on 25 October 2026.
@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [("2026-03-28 23:00", 8, "2026-03-29 08:00"), ("2026-10-24 23:00", 10, "2026-10-25 08:00")],
)
def test_a_night_shift_counts_the_hours_that_really_passed(start: str, hours: float, end: str) -> None:
    calendar = WorkCalendar(BERLIN, week=NIGHTS, country=None)
    assert calendar.add_hours(at(start, BERLIN), hours) == at(end, BERLIN).astimezone(UTC)


def test_a_day_across_the_change_of_clocks_keeps_its_time_of_day() -> None:
    calendar = WorkCalendar(BERLIN, country="DE")
    assert calendar.add_days(at("2026-03-27 10:00", BERLIN), 1) == at("2026-03-30 10:00", BERLIN)
    assert calendar.add_hours(at("2026-03-27 16:30", BERLIN), 2) == at("2026-03-30 09:30", BERLIN)
    assert calendar.add_days(at("2026-04-02 10:00", BERLIN), 1) == at("2026-04-07 10:00", BERLIN)  # Easter
    assert calendar.warnings == ()


def test_a_year_whose_holidays_are_not_published_is_a_warning() -> None:
    calendar = site()
    calendar.add_days(at("2026-03-02 10:00"), 3)
    assert calendar.warnings == ()
    calendar.add_days(at("2040-03-01 10:00"), 3)
    (warning,) = calendar.warnings
    assert "2040" in warning.text("en")
    assert "2040" in warning.text("zh-CN")


def test_the_functions_of_diagrams_count_from_now() -> None:
    names = functions(site(), ManualClock(at("2026-02-13 23:30")))
    assert names["working_hours"](8) == "2026-02-14T09:30:00Z"
    assert names["working_days"](1) == "2026-02-24T00:30:00Z"
    assert names["today"]() == "2026-02-13"
    assert functions(site(), ManualClock(datetime(2026, 2, 13, 16, tzinfo=UTC)))["today"]() == "2026-02-14"
    assert rfc3339(at("2026-02-28 09:30")) == "2026-02-28T01:30:00Z"


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-03-02", "2026-03-06", 4),
        ("2026-03-02T01:00:00Z", "2026-03-06", 4),
        ("2026-03-01T23:30:00Z", "2026-03-06", 4),
        ("2026-03-01T15:59:59Z", "2026-03-06", 5),
        ("2026-03-06", "2026-03-02", -4),
        ("2026-03-02T01:00:00Z", "2026-03-02", 0),
        ("2026-12-31", "2027-01-01", 1),
        (None, "2026-03-06", None),
        ("2026-03-02", None, None),
        ("", "2026-03-06", None),
        ("soon", "2026-03-06", None),
    ],
)
def test_days_between_are_those_of_the_sites_calendar(first: str | None, last: str | None, days: int | None) -> None:
    assert functions(site(), ManualClock(at("2026-02-13 23:30")))["days_between"](first, last) == days


moments = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(moments, st.integers(0, 60 * 200))
def test_so_many_hours_later_is_so_many_hours_away(start: datetime, minutes: int) -> None:
    calendar = site()
    end = calendar.add_hours(start, minutes / 60)
    assert end >= start
    assert end.tzinfo is UTC
    assert calendar.hours_between(start, end) == pytest.approx(minutes / 60)


@given(moments, st.integers(0, 20), st.integers(0, 20))
def test_days_add_up_and_stay_in_working_hours(start: datetime, some: int, more: int) -> None:
    calendar = site()
    end = calendar.add_days(start, some)
    assert calendar.add_days(end, more) == calendar.add_days(start, some + more)
    assert calendar.is_working(end)


@pytest.mark.parametrize("hours", [-1, float("nan")])
def test_nobody_counts_hours_backwards(hours: float) -> None:
    with pytest.raises(ValueError, match="forwards"):
        site().add_hours(at("2026-03-02 10:00"), hours)


def test_what_cannot_be_counted_says_so() -> None:
    with pytest.raises(ValueError, match="ten years"):
        site().add_hours(at("2026-03-02 10:00"), 100_000)
    with pytest.raises(ValueError, match="forwards"):
        site().add_days(at("2026-03-02 10:00"), -1)
    with pytest.raises(ValueError, match="ten years"):
        site().add_days(at("2026-03-02 10:00"), 10**9)
    with pytest.raises(ValueError, match="aware"):
        site().add_hours(at("2026-03-02 10:00").replace(tzinfo=None), 1)
    with pytest.raises(ValueError, match="seven days"):
        site(week=((),) * 7)
    with pytest.raises(ValueError, match="follow one another"):
        site(week=(((time(13), time(12)),),) * 7)
    off = frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(4000))
    with pytest.raises(ValueError, match="ten years"):
        site(days_off=off).add_hours(at("2026-03-02 10:00"), 1)
