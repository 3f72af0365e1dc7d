"""Which days a week's, a month's and a year's report are about; the weeks are those of ISO 8601's calendar."""

from datetime import date

import pytest

from server.domain.rejection import Rejected
from server.domain.report_period import newest, period_of, read_period


@pytest.mark.parametrize(
    ("kind", "day", "name", "first", "last"),
    [
        ("weekly", "2026-03-04", "2026-W10", "2026-03-02", "2026-03-08"),
        ("weekly", "2026-03-08", "2026-W10", "2026-03-02", "2026-03-08"),
        # 1 January 2027 is a Friday: it belongs to the 53rd week of 2026.
        ("weekly", "2027-01-01", "2026-W53", "2026-12-28", "2027-01-03"),
        # 31 December 2024 is a Tuesday: it belongs to the first week of 2025.
        ("weekly", "2024-12-31", "2025-W01", "2024-12-30", "2025-01-05"),
        ("monthly", "2024-02-15", "2024-02", "2024-02-01", "2024-02-29"),
        ("monthly", "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
        ("yearly", "2026-01-01", "2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_lies_in_a_period_that_can_be_read_again(kind: str, day: str, name: str, first: str, last: str) -> None:
    found = period_of(kind, date.fromisoformat(day))
    assert (found.name, found.first, found.last) == (name, date.fromisoformat(first), date.fromisoformat(last))
    assert read_period(kind, name) == found


@pytest.mark.parametrize("kind", ["weekly", "monthly", "yearly"])
def test_periods_follow_one_another_without_a_gap(kind: str) -> None:
    found = period_of(kind, date(2019, 12, 30))
    for _ in range(120):
        following = found.after()
        assert (following.first - found.last).days == 1
        assert following.before() == found
        assert following.name > found.name
        found = following


def test_the_newest_is_the_last_that_is_over() -> None:
    assert newest("weekly", date(2026, 3, 8)).name == "2026-W09"
    assert newest("weekly", date(2026, 3, 9)).name == "2026-W10"
    assert newest("monthly", date(2026, 3, 1)).name == "2026-02"
    assert newest("yearly", date(2026, 12, 31)).name == "2025"


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("daily", "2026-03-04", "not_found.report"),
        ("weekly", "2025-W53", "malformed.period"),
        ("weekly", "2026-W00", "malformed.period"),
        ("weekly", "2026-10", "malformed.period"),
        ("monthly", "2026-13", "malformed.period"),
        ("monthly", "2026-2", "malformed.period"),
        ("yearly", "1026", "malformed.period"),
        ("yearly", "２０２６", "malformed.period"),
        ("yearly", "2026 ", "malformed.period"),
    ],
)
def test_what_is_no_period_is_refused(kind: str, name: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_period(kind, name)
    assert refused.value.code == code
