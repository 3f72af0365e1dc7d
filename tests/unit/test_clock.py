"""The two clocks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from server.clock import ManualClock, SystemClock

START = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def test_the_machines_clock_gives_aware_moments_in_utc_and_never_runs_back() -> None:
    clock = SystemClock()
    first = clock.monotonic()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() >= first


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(START)
    assert clock.now() == clock.now() == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert clock.advance(timedelta(hours=1)) == START + timedelta(hours=1)
    assert clock.monotonic() == 3600


def test_a_manual_clock_needs_a_zone_and_goes_forward() -> None:
    with pytest.raises(ValueError, match="aware"):
        ManualClock(START.replace(tzinfo=None))
    with pytest.raises(ValueError, match="forward"):
        ManualClock(START).advance(timedelta(seconds=-1))
