"""The one place where the time of day is read, so that a virtual clock can drive everything."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What everything that needs the time is handed."""

    def now(self) -> datetime:
        """The current moment as an aware datetime in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is moved; for tests, rehearsals and simulation."""

    def __init__(self, start: datetime) -> None:
        """`start` is an aware datetime; ValueError otherwise."""
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware datetime; give start a time zone")
        self._now = start.astimezone(UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, step: timedelta) -> datetime:
        """Move forward by `step` and return the new moment; ValueError when `step` is negative."""
        if step < timedelta(0):
            raise ValueError("a clock only moves forward")
        self._now += step
        self._seconds += step.total_seconds()
        return self._now
