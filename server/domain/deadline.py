"""When a step is due, as a sum that explains itself; when to remind of it, and when to call for the next in charge.

Everything is counted in whole minutes: a start or a pause is taken at the minute in which it happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from server.domain.deadline_count import (
    Count,
    Pause,
    Rule,
    count,
    in_minutes,
    length,
    running,
    stretches,
    whole_minute,
)
from server.domain.deadline_sum import amount, closing, lines_of_days, lines_of_hours, lines_of_pauses, opening
from server.domain.deadline_terms import Term
from server.domain.working_time import WorkCalendar

__all__ = ["Deadline", "Ladder", "Pause", "Rule", "deadline", "ladder"]


@dataclass(frozen=True)
class Deadline:
    """`due_at` is None while the clock stands; `terms` are the sum, line by line."""

    start_at: datetime
    due_at: datetime | None
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Ladder:
    """When to remind (None: not at all) and when each rung comes (None: not before the clock goes on)."""

    remind_at: datetime | None
    rungs: tuple[datetime | None, ...]


def deadline(
    calendar: WorkCalendar, rule: Rule, *, received_at: datetime, began_at: datetime, pauses: Sequence[Pause] = ()
) -> Deadline:
    """The due moment of a step and the sum that leads to it. Raises ValueError when there is none within ten years."""
    start = whole_minute(received_at if rule.start == "received" else began_at)
    pauses = in_minutes(pauses)
    terms = [opening(calendar, rule, start), amount(rule)]
    if rule.unit.endswith("days"):
        base, found = _days(calendar, rule, start, pauses)
        if rule.unit == "working_days":
            terms += lines_of_days(calendar, start, base)
    else:
        found = count(calendar, start, timedelta(minutes=round(rule.amount * 60)), pauses, rule.unit)
        if rule.unit == "working_hours":
            terms += lines_of_hours(calendar, start, found)
    terms += lines_of_pauses(calendar, rule.unit, start, found.end, pauses)
    terms += closing(calendar, rule, found, pauses)
    return Deadline(start, found.end, tuple(terms))


def ladder(
    calendar: WorkCalendar,
    due_at: datetime,
    *,
    began_at: datetime,
    remind: float | None,
    escalate: Sequence[float],
    pauses: Sequence[Pause] = (),
) -> Ladder:
    """Moments around a due date, in working hours during which the clock ran.

    A reminder that would not come after the step began is left out; a step that begins late climbs from there.
    """
    pauses, began_at = in_minutes(pauses), whole_minute(began_at)
    late = max(due_at, began_at)
    rungs = [count(calendar, late, timedelta(hours=hours), pauses, "working_hours").end for hours in escalate]
    return Ladder(None if remind is None else _before(calendar, due_at, began_at, remind, pauses), tuple(rungs))


def _before(
    calendar: WorkCalendar, due_at: datetime, began_at: datetime, hours: float, pauses: Sequence[Pause]
) -> datetime | None:
    left = timedelta(hours=hours)
    for opens, closes in reversed(list(running(calendar.spans(began_at, due_at), pauses))):
        if closes - opens >= left:
            moment = closes - left
            return moment if moment > began_at else None
        left -= closes - opens
    return None


def _days(calendar: WorkCalendar, rule: Rule, start: datetime, pauses: Sequence[Pause]) -> tuple[datetime, Count]:
    """The moment without pauses, and from there the count of what the pauses took."""
    if rule.unit == "working_days":
        base = calendar.add_days(start, int(rule.amount))
    else:
        local = start.astimezone(calendar.zone)
        day = local.date() + timedelta(days=int(rule.amount))
        base = datetime.combine(day, local.time(), calendar.zone).astimezone(UTC)
    all_of_it = length(stretches(calendar, rule.unit, start, base))
    lost = all_of_it - length(running(stretches(calendar, rule.unit, start, base), pauses))
    return base, count(calendar, base, lost, pauses, rule.unit)
