"""When a shift begins and ends, on days and at moments worked out by hand (shift_starts.json)."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.casework.calendars import calendar_of
from server.domain.working_time import WorkCalendar

PLAN = json.loads(Path(__file__).with_name("shift_starts.json").read_text("utf-8"))


def calendar(name: str) -> WorkCalendar:
    told: dict[str, Any] = {"country": None, "days_on": [], "days_off": []} | PLAN["calendars"][name]
    return calendar_of(ZoneInfo(told["zone"]), told)


def text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(("name", "day", "opens", "closes", "why"), PLAN["days"])
def test_the_shift_of_a_day(name: str, day: str, opens: str | None, closes: str | None, why: str) -> None:
    shift = calendar(name).shift_of(date.fromisoformat(day))
    assert (None if shift is None else [text(at) for at in shift]) == ([opens, closes] if opens else None), why


@pytest.mark.parametrize(("name", "moment", "day"), PLAN["moments"])
def test_whose_shift_is_under_way(name: str, moment: str, day: str | None) -> None:
    found = calendar(name).shift_at(datetime.fromisoformat(moment))
    assert (found and found.isoformat()) == day


@pytest.mark.parametrize("name", sorted(PLAN["calendars"]))
def test_over_a_year_each_working_day_is_met_once_and_no_free_day_ever(name: str) -> None:
    """Somebody looks at the clock every few minutes, with pauses of hours, and notes each day he meets first."""
    site, chance = calendar(name), Random(name)
    now, end = datetime(2025, 12, 31, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
    met: Counter[date] = Counter()
    last: date | None = None
    while now < end:
        day = site.shift_at(now)
        if day is not None and day != last:
            met[day], last = met[day] + 1, day
        now += timedelta(minutes=chance.choice([1, 3, 10, 10, 10, 45]))
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if met[day] != site.is_working_day(day)] == []


@pytest.mark.parametrize("name", sorted(PLAN["calendars"]))
def test_the_shift_before_is_the_newest_one(name: str) -> None:
    site = calendar(name)
    for day in (date(2026, 3, 2), date(2026, 3, 30), date(2026, 10, 8)):
        before = site.shift_before(day)
        assert before is not None
        own = before[0].astimezone(site.zone).date()
        between = [own + timedelta(days=n) for n in range(1, (day - own).days)]
        assert own < day
        assert site.is_working_day(own)
        assert not any(site.is_working_day(each) for each in between)
