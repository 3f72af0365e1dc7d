"""Counting time towards a deadline: by the calendar, while the clock runs, in whole minutes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from server.domain.working_time import Stretch, WorkCalendar

UNITS = ("hours", "working_hours", "days", "working_days")
STARTS = ("received", "task")

_HORIZON = timedelta(days=3660)


@dataclass(frozen=True)
class Rule:
    """What the table says: `amount` of `unit` from `start`; `remind` and `escalate` in working hours around the end.

    start: "received" (the customer's own time stamp) or "task" (when the step began). Raises ValueError.
    """

    amount: float
    unit: str
    start: str = "task"
    remind: float | None = None
    escalate: tuple[float, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        if self.unit not in UNITS or self.start not in STARTS:
            raise ValueError(f"a deadline is in one of {', '.join(UNITS)}, from one of {', '.join(STARTS)}")
        if not 0 <= self.amount <= 10_000 or (self.unit.endswith("days") and self.amount != int(self.amount)):
            raise ValueError("a deadline's amount is a number from 0 to 10000, of days a whole one")
        if any(not 0 <= hours <= 10_000 for hours in (*self.escalate, self.remind or 0)):
            raise ValueError("reminders and rungs are given in working hours from 0 to 10000")


@dataclass(frozen=True)
class Pause:
    """A stretch in which the clock stands, until now when `ended_at` is None; `kind` is one of PAUSE_REASONS."""

    kind: str
    text: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Count:
    """How far a count came: `end` is None when it met a pause that lasts."""

    end: datetime | None
    pieces: list[Stretch] = field(default_factory=list)
    left: timedelta = timedelta()


def count(calendar: WorkCalendar, start: datetime, amount: timedelta, pauses: Sequence[Pause], unit: str) -> Count:
    """Let `amount` of time pass from `start`, working time or any, while the clock runs."""
    pieces: list[Stretch] = []
    if not amount:
        return Count(start)
    for opens, closes in running(stretches(calendar, unit, start, start + _HORIZON), pauses):
        if closes - opens >= amount:
            return Count(opens + amount, [*pieces, (opens, opens + amount)])
        pieces.append((opens, closes))
        amount -= closes - opens
    if any(pause.ended_at is None for pause in pauses):
        return Count(None, pieces, amount)
    raise ValueError("no end of this deadline within ten years")


def stretches(calendar: WorkCalendar, unit: str, start: datetime, end: datetime) -> Iterator[Stretch]:
    """The time that counts by the calendar."""
    if unit.startswith("working"):
        yield from calendar.spans(start, end)
    elif start < end:
        yield start, end


def running(stretches: Iterator[Stretch], pauses: Sequence[Pause]) -> Iterator[Stretch]:
    """What the pauses leave of the stretches; it ends where a pause lasts."""
    lasting = min((pause.started_at for pause in pauses if pause.ended_at is None), default=None)
    for opens, closes in stretches:
        if lasting is not None and opens >= lasting:
            return
        here = opens
        end = closes if lasting is None else min(closes, lasting)
        for pause in pauses:
            if pause.ended_at is None or pause.ended_at <= here or pause.started_at >= end:
                continue
            if pause.started_at > here:
                yield here, pause.started_at
            here = pause.ended_at
        if here < end:
            yield here, end


def length(stretches: Iterator[Stretch]) -> timedelta:
    return sum((closes - opens for opens, closes in stretches), timedelta())


def in_minutes(pauses: Sequence[Pause]) -> list[Pause]:
    """In order of their beginning."""
    whole = [
        Pause(each.kind, each.text, whole_minute(each.started_at), each.ended_at and whole_minute(each.ended_at))
        for each in pauses
    ]
    return sorted(whole, key=lambda each: each.started_at)


def whole_minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)
