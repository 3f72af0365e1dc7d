"""The sum of a deadline, line by line: what was counted on which day, what was free, what the pauses took."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from server.domain.deadline_count import Count, Pause, Rule, length, stretches
from server.domain.deadline_terms import Days, Hours, Moment, Reason, Term
from server.domain.texts import Label, Sentence
from server.domain.working_time import WorkCalendar
from server.i18n import N_

_ONE_DAY = timedelta(days=1)
_TOLD_TOGETHER = 3
"""So many days of equal hours in a row are told in one line."""


def opening(calendar: WorkCalendar, rule: Rule, start: datetime) -> Term:
    message = N_("Received {moment}") if rule.start == "received" else N_("Began {moment}")
    return Term(Sentence(message, {"moment": Moment(start, calendar.zone)}), start)


def amount(rule: Rule) -> Term:
    messages = {
        "working_hours": N_("+ {amount} working hours"),
        "hours": N_("+ {amount} hours, nights and free days included"),
        "working_days": N_("+ {amount} working days"),
        "days": N_("+ {amount} days, free days included"),
    }
    return Term(Sentence(messages[rule.unit], {"amount": f"{rule.amount:g}"}))


def lines_of_hours(calendar: WorkCalendar, start: datetime, found: Count) -> Iterator[Term]:
    """Hours by day, and the free days between them."""
    by_day: dict[date, timedelta] = {}
    for opens, closes in found.pieces:
        day = opens.astimezone(calendar.zone).date()
        by_day[day] = by_day.get(day, timedelta()) + (closes - opens)
    for days, free in _runs(calendar, start, found.end, by_day):
        if free:
            yield _free(calendar, days)
            continue
        minutes = by_day[days[0]] // timedelta(minutes=1)
        hours, each = Hours(minutes * len(days)), Hours(minutes)
        values: dict[str, Any] = {"hours": hours, "days": Days(days[0], days[-1])}
        if len(days) > 1:
            sentence = Sentence(N_("{hours} on {days}, {each} a day"), values | {"each": each})
        elif calendar.is_make_up_day(days[0]):
            sentence = Sentence(N_("{hours} on {days} (make-up day)"), values)
        else:
            sentence = Sentence(N_("{hours} on {days}"), values)
        yield Term(sentence, hours=hours.minutes / 60)


def lines_of_days(calendar: WorkCalendar, start: datetime, base: datetime) -> Iterator[Term]:
    """The working days that are counted, and the free days between them."""
    begin = calendar.add_days(start, 0)
    if begin != start:
        yield Term(Sentence(N_("counted from {moment}"), {"moment": Moment(begin, calendar.zone)}), begin)
    first, last = begin.astimezone(calendar.zone).date(), base.astimezone(calendar.zone).date()
    counted: list[date] = []
    for days, free in _runs(calendar, begin, base, None):
        for day in days if not free else ():
            if first < day <= last:
                if counted and (day - counted[-1] != _ONE_DAY or calendar.is_make_up_day(counted[-1])):
                    yield _counted(calendar, counted)
                    counted = []
                counted.append(day)
        if free:
            if counted:
                yield _counted(calendar, counted)
                counted = []
            yield _free(calendar, days)
    if counted:
        yield _counted(calendar, counted)


def _counted(calendar: WorkCalendar, days: list[date]) -> Term:
    values = {"count": len(days), "days": Days(days[0], days[-1])}
    if len(days) > 1:
        return Term(Sentence(N_("{count} days: {days}"), values))
    make_up = calendar.is_make_up_day(days[0])
    return Term(Sentence(N_("1 day: {days} (make-up day)") if make_up else N_("1 day: {days}"), values))


def _runs(
    calendar: WorkCalendar, start: datetime, end: datetime | None, by_day: dict[date, timedelta] | None
) -> Iterator[tuple[list[date], bool]]:
    """(days, whether they are free) from `start` to `end`; equal days in a row together when they are many."""
    day = start.astimezone(calendar.zone).date()
    last = end.astimezone(calendar.zone).date() if end is not None else max(by_day or (), default=day)
    run: list[date] = []
    run_free = False
    while day <= last:
        free = not calendar.is_working_day(day)
        if free or by_day is None or day in by_day:
            together = run and free == run_free and (free or _alike(calendar, run[-1], day, by_day))
            if run and not together:
                yield from _told(run, run_free)
                run = []
            run, run_free = [*run, day], free
        day += _ONE_DAY
    yield from _told(run, run_free)


def _alike(calendar: WorkCalendar, one: date, other: date, by_day: dict[date, timedelta] | None) -> bool:
    in_a_row = other - one == _ONE_DAY and (by_day is None or by_day.get(one) == by_day.get(other))
    return in_a_row and calendar.is_make_up_day(one) == calendar.is_make_up_day(other)


def _told(run: list[date], free: bool) -> Iterator[tuple[list[date], bool]]:
    if free or len(run) >= _TOLD_TOGETHER:
        yield run, free
    else:
        yield from (([day], False) for day in run)


def _free(calendar: WorkCalendar, days: list[date]) -> Term:
    name = calendar.holiday_of(days)
    values: dict[str, Any] = {"days": Days(days[0], days[-1])}
    if name is None:
        return Term(Sentence(N_("{days} is free"), values))
    return Term(Sentence(N_("{days} is free: {name}"), values | {"name": Label((name,))}))


def lines_of_pauses(
    calendar: WorkCalendar, unit: str, start: datetime, end: datetime | None, pauses: Sequence[Pause]
) -> Iterator[Term]:
    """What each pause took of the time that counts; one outside it, or inside another, took nothing."""
    covered = start
    for pause in pauses:
        if pause.ended_at is None:
            continue
        begin, until = max(pause.started_at, covered), pause.ended_at if end is None else min(pause.ended_at, end)
        covered = max(covered, until)
        lost = length(stretches(calendar, unit, begin, until)) if begin < until else timedelta()
        if lost:
            values = {
                "hours": Hours(lost // timedelta(minutes=1)),
                "start": Moment(pause.started_at, calendar.zone),
                "end": Moment(pause.ended_at, calendar.zone),
                "reason": Reason(pause.kind, pause.text),
            }
            yield Term(Sentence(N_("+ {hours} pause, {start} – {end}: {reason}"), values))


def closing(calendar: WorkCalendar, rule: Rule, found: Count, pauses: Sequence[Pause]) -> Iterator[Term]:
    if found.end is not None:
        yield Term(Sentence(N_("= due {moment}"), {"moment": Moment(found.end, calendar.zone)}), found.end)
        return
    lasting = min((each for each in pauses if each.ended_at is None), key=lambda each: each.started_at)
    values = {"moment": Moment(lasting.started_at, calendar.zone), "reason": Reason(lasting.kind, lasting.text)}
    yield Term(Sentence(N_("the clock stands since {moment}: {reason}"), values), lasting.started_at)
    if rule.unit.endswith("hours"):
        yield Term(Sentence(N_("{hours} are left"), {"hours": Hours(found.left // timedelta(minutes=1))}))
