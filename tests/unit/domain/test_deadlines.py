"""Due dates against values worked out by hand on paper; the working of each stands beside it.

The office works from 08:30 to 12:00 and from 13:00 to 17:30 (3.5 h + 4.5 h = 8 h), Monday to Friday.
China's calendar of 2026: free from Sunday 15 to Monday 23 February (Spring Festival); Saturday 14 and Saturday
28 February are worked instead. New York sets its clocks on Sunday 8 March and back on Sunday 1 November 2026,
Berlin on 29 March and back on 25 October.
"""

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.deadline import Pause, Rule, deadline, ladder
from server.domain.deadline_terms import from_json, to_json
from server.domain.working_time import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = (((time(0), time(8)), (time(20), time(0))),) * 7

CHINA = WorkCalendar(SHANGHAI)
AMERICA = WorkCalendar(NEW_YORK, country="US")
NIGHT_SHIFT = WorkCalendar(BERLIN, week=NIGHTS, country=None)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def rule(text: str, start: str = "task") -> Rule:
    amount, unit = text.split()
    return Rule(amount=float(amount), unit=unit, start=start)


def pause(start: str, end: str | None, zone: ZoneInfo = SHANGHAI) -> Pause:
    return Pause("waiting_part", "", at(start, zone), at(end, zone) if end else None)


def due(text: str, start: str, *pauses: tuple[str, str]) -> datetime | None:
    """Due date in China of a step that began at `start`."""
    moment = at(start)
    return deadline(CHINA, rule(text), received_at=moment, began_at=moment, pauses=[pause(*p) for p in pauses]).due_at


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # Friday 16:30 to 17:30 is 1 h; the other hour on Monday, 08:30 to 09:30.
        ("2 working_hours", "2026-03-06 16:30", "2026-03-09 09:30"),
        # Received on Saturday: counted from Monday 08:30; 3.5 h to noon, 0.5 h from 13:00.
        ("4 working_hours", "2026-03-07 10:00", "2026-03-09 13:30"),
        # Received at midnight of Tuesday: 3.5 h to noon, 0.5 h after lunch, the same day.
        ("4 working_hours", "2026-03-03 00:00", "2026-03-03 13:30"),
        # Midnight from Friday to Saturday is Saturday: Monday 13:30.
        ("4 working_hours", "2026-03-07 00:00", "2026-03-09 13:30"),
        # The last minute of a working day: 1 min on Monday; 3 h 59 min on Tuesday: 3 h 30 to noon, 29 min from 13:00.
        ("4 working_hours", "2026-03-02 17:29", "2026-03-03 13:29"),
        # At the very close nothing of the day is left.
        ("4 working_hours", "2026-03-02 17:30", "2026-03-03 13:30"),
        # The last minute before midnight.
        ("1 working_hours", "2026-03-02 23:59", "2026-03-03 09:30"),
        # Friday before Spring Festival: 1 h, then 7 h on make-up Saturday: 3.5 h to noon, 3.5 h from 13:00.
        ("8 working_hours", "2026-02-13 16:30", "2026-02-14 16:30"),
        # One more day than that: 1 h + 8 h on Saturday 14; 15 to 23 free; 7 h on Tuesday 24.
        ("16 working_hours", "2026-02-13 16:30", "2026-02-24 16:30"),
        # On the make-up Saturday itself: 1 h, 15 to 23 free, 7 h on Tuesday 24.
        ("8 working_hours", "2026-02-14 16:30", "2026-02-24 16:30"),
        # In the middle of the festival: all 8 h on Tuesday 24.
        ("8 working_hours", "2026-02-18 11:00", "2026-02-24 17:30"),
        # Friday 27: 1 h; 8 h on make-up Saturday 28 = 9; Sunday free; Monday 8 = 17; 7 h on Tuesday 3 March.
        ("24 working_hours", "2026-02-27 16:30", "2026-03-03 16:30"),
        # A quarter of an hour; 08:30 + 15 min.
        ("0.25 working_hours", "2026-03-02 08:00", "2026-03-02 08:45"),
        # Days: 14 (make-up Saturday), 24, 25 February, at the same time of day.
        ("3 working_days", "2026-02-13 10:00", "2026-02-25 10:00"),
        # Received on Saturday: as if at Monday's opening; Tuesday, Wednesday, Thursday.
        ("3 working_days", "2026-03-07 15:00", "2026-03-12 08:30"),
        # Hours and days on the wall run through nights, weekends and holidays.
        ("24 hours", "2026-02-14 16:30", "2026-02-15 16:30"),
        ("3 days", "2026-02-13 16:30", "2026-02-16 16:30"),
        # Seconds do not count: the minute in which it began is the start.
        ("2 hours", "2026-03-02 09:00:42", "2026-03-02 11:00"),
    ],
)
def test_due_in_china(text: str, start: str, end: str) -> None:
    assert due(text, start) == at(end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # The night of 8 March has an hour less: Saturday noon EST is 17:00 UTC, 24 h later it is 13:00 EDT.
        ("24 hours", "2026-03-07 12:00", "2026-03-08T17:00Z"),
        # The next day at noon is 12:00 EDT = 16:00 UTC, 23 h later.
        ("1 days", "2026-03-07 12:00", "2026-03-08T16:00Z"),
        # 02:30 does not exist that night; taken with the old offset it is 07:30 UTC, 03:30 on the new clock.
        ("1 days", "2026-03-07 02:30", "2026-03-08T07:30Z"),
        # The night of 1 November has an hour more: Saturday noon EDT is 16:00 UTC, 24 h later it is 11:00 EST.
        ("24 hours", "2026-10-31 12:00", "2026-11-01T16:00Z"),
        ("1 days", "2026-10-31 12:00", "2026-11-01T17:00Z"),
        # Friday 16:30 EST: 1 h to the close; Monday 08:30 EDT is 12:30 UTC, an hour later 13:30 UTC.
        ("2 working_hours", "2026-03-06 16:30", "2026-03-09T13:30Z"),
        # Monday 10:00 EDT is 14:00 UTC.
        ("1 working_days", "2026-03-06 10:00", "2026-03-09T14:00Z"),
    ],
)
def test_due_in_new_york(text: str, start: str, end: str) -> None:
    moment = at(start, NEW_YORK)
    found = deadline(AMERICA, rule(text), received_at=moment, began_at=moment)
    assert found.due_at == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # 22:00 to midnight 2 h; of Sunday's shift 6 h: midnight CET is 23:00 UTC, six hours later 05:00 UTC (07:00 CEST).
        ("2026-03-28 22:00", "2026-03-29T05:00Z"),
        # Midnight CEST is 22:00 UTC, six hours later 04:00 UTC, which is 05:00 CET: 02:00 to 03:00 came twice.
        ("2026-10-24 22:00", "2026-10-25T04:00Z"),
    ],
)
def test_a_night_shift_counts_the_hours_that_really_passed(start: str, end: str) -> None:
    moment = at(start, BERLIN)
    found = deadline(NIGHT_SHIFT, rule("8 working_hours"), received_at=moment, began_at=moment)
    assert found.due_at == datetime.fromisoformat(end)


# Without a pause, 8 working hours from Monday 2 March 09:00: 3 + 4.5 = 7.5 h on Monday, due Tuesday 09:00.
@pytest.mark.parametrize(
    ("pauses", "end"),
    [
        ([], "2026-03-03 09:00"),
        # 10:00 to 14:00 holds 2 + 1 = 3 working hours: Tuesday 09:00 + 3 h = noon.
        ([("2026-03-02 10:00", "2026-03-02 14:00")], "2026-03-03 12:00"),
        # Outside working time a pause takes nothing away.
        ([("2026-03-02 18:00", "2026-03-03 08:00")], "2026-03-03 09:00"),
        ([("2026-03-02 12:00", "2026-03-02 13:00")], "2026-03-03 09:00"),
        # 17:00 to 09:00 next day: 0.5 h + 0.5 h.
        ([("2026-03-02 17:00", "2026-03-03 09:00")], "2026-03-03 10:00"),
        # Two that overlap count once: 10:00 to 15:00 holds 2 + 2 = 4 h; Monday 1 + 2.5 = 3.5 h, Tuesday 3.5 + 1 h.
        ([("2026-03-02 10:00", "2026-03-02 14:00"), ("2026-03-02 11:00", "2026-03-02 15:00")], "2026-03-03 14:00"),
        # One inside the other, given in the wrong order: 10:00 to 14:00 alone.
        ([("2026-03-02 11:00", "2026-03-02 11:30"), ("2026-03-02 10:00", "2026-03-02 14:00")], "2026-03-03 12:00"),
        # The second begins in the time that the first has added: 4.5 h on Monday, 3 h by 11:30, on from 13:30: 14:00.
        ([("2026-03-02 10:00", "2026-03-02 14:00"), ("2026-03-03 11:30", "2026-03-03 13:30")], "2026-03-03 14:00"),
        # Before the start and after the end a pause is of no account.
        ([("2026-02-27 09:00", "2026-03-02 08:00"), ("2026-03-04 09:00", "2026-03-05 09:00")], "2026-03-03 09:00"),
        # It was paused already when the step began: the hour from 09:00 to 10:00 is lost.
        ([("2026-02-27 09:00", "2026-03-02 10:00")], "2026-03-03 10:00"),
    ],
)
def test_working_hours_with_pauses(pauses: list[tuple[str, str]], end: str) -> None:
    assert due("8 working_hours", "2026-03-02 09:00", *pauses) == at(end)


@pytest.mark.parametrize(
    ("text", "pauses", "end"),
    [
        # A day and a night from Monday 09:00, paused for 4 h in the evening.
        ("24 hours", [("2026-03-02 18:00", "2026-03-02 22:00")], "2026-03-03 13:00"),
        # Three days, paused for 6 h.
        ("3 days", [("2026-03-03 12:00", "2026-03-03 18:00")], "2026-03-05 15:00"),
        # Three working days to Thursday 09:00; 13:00 to 15:00 holds 2 working hours.
        ("3 working_days", [("2026-03-03 13:00", "2026-03-03 15:00")], "2026-03-05 11:00"),
        # Wednesday 15:30 to 17:30 and Thursday 08:30 to 09:00: 2.5 h; Thursday 09:00 to noon is 3 h, so 11:30.
        ("3 working_days", [("2026-03-04 15:30", "2026-03-05 09:00")], "2026-03-05 11:30"),
        # A whole Tuesday: 8 h from Thursday 09:00: 3 + 4.5 h, the last half hour on Friday.
        ("3 working_days", [("2026-03-03 00:00", "2026-03-04 00:00")], "2026-03-06 09:00"),
    ],
)
def test_other_units_with_pauses(text: str, pauses: list[tuple[str, str]], end: str) -> None:
    assert due(text, "2026-03-02 09:00", *pauses) == at(end)


def test_a_pause_over_spring_festival() -> None:
    """Friday 13 February 16:30, 16 h. Without: Tuesday 24, 16:30. Paused from Saturday 14, 13:00, to Tuesday 24, 10:00.

    Friday 1 h + Saturday morning 3.5 h = 4.5 h. On from Tuesday 10:00: 2 h to noon, 4.5 h to the close = 11 h.
    Wednesday 25: 3.5 h to noon = 14.5 h, 1.5 h from 13:00.
    """
    found = due("16 working_hours", "2026-02-13 16:30", ("2026-02-14 13:00", "2026-02-24 10:00"))
    assert found == at("2026-02-25 14:30")


def test_the_customers_own_time_stamp_is_the_start_of_what_runs_from_receipt() -> None:
    """He wrote on Friday 6 March 08:45; the step began on Monday 09:00, when we first read it.

    From receipt: Friday 3.25 + 4.5 = 7.75 h, 15 min on Monday from 08:30. From the step: 3 + 4.5 h, 30 min on Tuesday.
    """
    moments = {"received_at": at("2026-03-06 08:45"), "began_at": at("2026-03-09 09:00")}
    assert deadline(CHINA, rule("8 working_hours", "received"), **moments).due_at == at("2026-03-09 08:45")
    assert deadline(CHINA, rule("8 working_hours", "task"), **moments).due_at == at("2026-03-10 09:00")


def test_while_the_clock_stands_nothing_is_due() -> None:
    """8 h from Monday 09:00, paused on Monday 14:00 and not continued: 3 + 1 = 4 h are used, 4 h are left."""
    moment = at("2026-03-02 09:00")
    found = deadline(
        CHINA, rule("8 working_hours"), received_at=moment, began_at=moment, pauses=[pause("2026-03-02 14:00", None)]
    )
    assert found.due_at is None
    assert english(found) == [
        "Began Mon 2 Mar 2026 09:00",
        "+ 8 working hours",
        "4 h on Mon 2 Mar",
        "the clock stands since Mon 2 Mar 2026 14:00: waiting for a part",
        "4 h are left",
    ]


def test_the_clock_may_stand_from_the_very_beginning() -> None:
    """Begun on Saturday 28 February 16:30 (make-up day), paused in the same minute: all 8 h are left."""
    moment = at("2026-02-28 16:30")
    found = deadline(
        CHINA, rule("8 working_hours"), received_at=moment, began_at=moment, pauses=[pause("2026-02-28 16:30", None)]
    )
    assert found.due_at is None
    assert english(found) == [
        "Began Sat 28 Feb 2026 16:30",
        "+ 8 working hours",
        "the clock stands since Sat 28 Feb 2026 16:30: waiting for a part",
        "8 h are left",
    ]


def test_a_pause_that_came_too_late_changes_nothing_even_while_it_lasts() -> None:
    """8 h from Monday 09:00 were over on Tuesday 09:00; the clock was stopped at 10:00."""
    moment = at("2026-03-02 09:00")
    found = deadline(
        CHINA, rule("8 working_hours"), received_at=moment, began_at=moment, pauses=[pause("2026-03-03 10:00", None)]
    )
    assert found.due_at == at("2026-03-03 09:00")


def english(found: object) -> list[str]:
    return [term.sentence.text("en") for term in found.terms]  # type: ignore[attr-defined]


def test_the_sum_across_spring_festival() -> None:
    moment = at("2026-02-13 16:30")
    found = deadline(CHINA, rule("24 working_hours", "received"), received_at=moment, began_at=moment)
    # 1 h + 8 h + 8 h + 7 h = 24 h
    assert english(found) == [
        "Received Fri 13 Feb 2026 16:30",
        "+ 24 working hours",
        "1 h on Fri 13 Feb",
        "8 h on Sat 14 Feb (make-up day)",
        "Sun 15 – Mon 23 Feb is free: Chinese New Year (Spring Festival)",
        "8 h on Tue 24 Feb",
        "7 h on Wed 25 Feb",
        "= due Wed 25 Feb 2026 16:30",
    ]
    assert [term.hours for term in found.terms] == [None, None, 1, 8, None, 8, 7, None]
    assert found.terms[4].sentence.text("zh-CN").endswith("春节")
    assert [from_json(json.loads(json.dumps(to_json(term)))) for term in found.terms] == list(found.terms)


def test_the_sum_over_a_weekend_with_a_pause() -> None:
    moment = at("2026-03-06 16:30")
    pauses = [Pause("waiting_part", "", at("2026-03-09 09:00"), at("2026-03-09 13:30"))]
    found = deadline(CHINA, rule("8 working_hours"), received_at=moment, began_at=moment, pauses=pauses)
    # Friday 1 h; Monday 0.5 h before the pause (3.5 h long), 4 h after it; 2.5 h on Tuesday.
    assert english(found) == [
        "Began Fri 6 Mar 2026 16:30",
        "+ 8 working hours",
        "1 h on Fri 6 Mar",
        "Sat 7 – Sun 8 Mar is free",
        "4 h 30 min on Mon 9 Mar",
        "2 h 30 min on Tue 10 Mar",
        "+ 3 h 30 min pause, Mon 9 Mar 2026 09:00 – Mon 9 Mar 2026 13:30: waiting for a part",
        "= due Tue 10 Mar 2026 11:00",
    ]


def test_the_sum_of_many_whole_days_is_told_in_one_line() -> None:
    moment = at("2026-03-02 08:30")
    found = deadline(CHINA, rule("44 working_hours"), received_at=moment, began_at=moment)
    assert english(found) == [
        "Began Mon 2 Mar 2026 08:30",
        "+ 44 working hours",
        "40 h on Mon 2 – Fri 6 Mar, 8 h a day",
        "Sat 7 – Sun 8 Mar is free",
        "4 h on Mon 9 Mar",
        "= due Mon 9 Mar 2026 13:30",
    ]


def test_the_sum_of_working_days() -> None:
    moment = at("2026-02-13 10:00")
    found = deadline(CHINA, rule("3 working_days"), received_at=moment, began_at=moment)
    assert english(found) == [
        "Began Fri 13 Feb 2026 10:00",
        "+ 3 working days",
        "1 day: Sat 14 Feb (make-up day)",
        "Sun 15 – Mon 23 Feb is free: Chinese New Year (Spring Festival)",
        "2 days: Tue 24 – Wed 25 Feb",
        "= due Wed 25 Feb 2026 10:00",
    ]


def test_the_sum_of_hours_on_the_wall() -> None:
    moment = at("2026-03-02 09:00")
    pauses = [Pause("other", "typhoon", at("2026-03-02 18:00"), at("2026-03-02 22:00"))]
    found = deadline(CHINA, rule("24 hours"), received_at=moment, began_at=moment, pauses=pauses)
    assert english(found) == [
        "Began Mon 2 Mar 2026 09:00",
        "+ 24 hours, nights and free days included",
        "+ 4 h pause, Mon 2 Mar 2026 18:00 – Mon 2 Mar 2026 22:00: typhoon",
        "= due Tue 3 Mar 2026 13:00",
    ]


# Due on Tuesday 3 March 09:00, begun on Monday 09:00.
@pytest.mark.parametrize(
    ("remind", "expected"),
    [
        # Four working hours earlier: half an hour on Tuesday, 3.5 h on Monday back from 17:30.
        (4, "2026-03-02 14:00"),
        (0.5, "2026-03-03 08:30"),
        # Not before the step has begun, where it would say nothing new.
        (8, None),
        (20, None),
        (None, None),
    ],
)
def test_when_it_reminds(remind: float | None, expected: str | None) -> None:
    found = ladder(CHINA, at("2026-03-03 09:00"), began_at=at("2026-03-02 09:00"), remind=remind, escalate=())
    assert found.remind_at == (at(expected) if expected else None)


def test_when_it_climbs() -> None:
    """0, 8, 16 and 24 working hours after Friday 6 March 15:00: Friday, then Monday, Tuesday, Wednesday 15:00."""
    found = ladder(CHINA, at("2026-03-06 15:00"), began_at=at("2026-03-05 15:00"), remind=None, escalate=(0, 8, 16, 24))
    assert found.rungs == (
        at("2026-03-06 15:00"),
        at("2026-03-09 15:00"),
        at("2026-03-10 15:00"),
        at("2026-03-11 15:00"),
    )


def test_a_step_that_begins_too_late_climbs_from_its_beginning() -> None:
    """Due on Monday 2 March 10:00, but the work came only on Tuesday 11:00: the steps before took the time."""
    found = ladder(CHINA, at("2026-03-02 10:00"), began_at=at("2026-03-03 11:00"), remind=2, escalate=(0, 8))
    assert found.remind_at is None
    assert found.rungs == (at("2026-03-03 11:00"), at("2026-03-04 11:00"))


def test_pauses_stop_reminders_and_the_ladder_too() -> None:
    """Due Tuesday 3 March 12:00 with Monday 10:00 to 14:00 paused (see above); another pause Wednesday 08:30 to 10:00.

    4 h before: 3.5 h on Tuesday morning, half an hour on Monday before 17:30. Rung 2, 8 h after: Tuesday 4.5 h,
    Wednesday from 10:00: 2 h to noon, 1.5 h from 13:00.
    """
    pauses = [pause("2026-03-02 10:00", "2026-03-02 14:00"), pause("2026-03-04 08:30", "2026-03-04 10:00")]
    found = ladder(
        CHINA, at("2026-03-03 12:00"), began_at=at("2026-03-02 09:00"), remind=4, escalate=(0, 8), pauses=pauses
    )
    assert found.remind_at == at("2026-03-02 17:00")
    assert found.rungs == (at("2026-03-03 12:00"), at("2026-03-04 14:30"))


def naive(calendar: WorkCalendar, start: datetime, minutes: int, pauses: list[Pause], *, working: bool) -> datetime:
    """Minute by minute, asking of each whether it counts; the due moment is the end of the last that does."""
    moment = start
    while minutes > 0:
        paused = any(each.started_at <= moment < (each.ended_at or each.started_at) for each in pauses)
        if not paused and (not working or calendar.is_working(moment)):
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment


CALENDARS = [CHINA, AMERICA, NIGHT_SHIFT]
# Around the days that are odd in one calendar or another.
ODD_DAYS = [
    datetime(2026, 2, 11),
    datetime(2026, 2, 26),
    datetime(2026, 3, 6),
    datetime(2026, 3, 28),
    datetime(2026, 10, 24),
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_terms_add_up_and_the_due_moment_is_that_of_a_naive_count(data: st.DataObject) -> None:
    calendar = data.draw(st.sampled_from(CALENDARS))
    start = data.draw(st.sampled_from(ODD_DAYS)).replace(tzinfo=UTC)
    start += timedelta(minutes=data.draw(st.integers(0, 3 * 24 * 60)))
    working = data.draw(st.booleans())
    minutes = data.draw(st.integers(1, 20 * 60))
    pauses = []
    for _ in range(data.draw(st.integers(0, 3))):
        begin = start + timedelta(minutes=data.draw(st.integers(-600, 5 * 24 * 60)))
        pauses.append(Pause("other", "x", begin, begin + timedelta(minutes=data.draw(st.integers(0, 2000)))))
    unit = "working_hours" if working else "hours"
    found = deadline(calendar, Rule(minutes / 60, unit, "task"), received_at=start, began_at=start, pauses=pauses)
    assert found.due_at == naive(calendar, start, minutes, pauses, working=working)
    if working:
        assert sum(term.hours or 0 for term in found.terms) == pytest.approx(minutes / 60)
