"""Promises in a running house: due dates and their sums, pauses, reminders, and the ladder to its last rung.

`receive` (sales) is due 8 working hours after it began: Monday 2 March 09:00 + 3 h + 4.5 h, and half an hour on
Tuesday: Tuesday 09:00. It reminds 4 working hours before, Monday 14:00, and climbs at 0, 8, 16 and 24 working hours
after it: Tuesday, Wednesday, Thursday, Friday 09:00.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.continue_clock import ContinueClock
from server.commands.escalate_task import EscalateTask
from server.commands.pause_clock import PauseClock
from server.commands.resume_instance import ResumeInstance
from server.commands.set_calendar import SetCalendar
from server.commands.set_group import SetGroup
from server.commands.suspend_instance import SuspendInstance
from server.commands.transfer_task import TransferTask
from server.domain.rejection import Rejected
from server.persistence.models import Timer, UserAccount
from server.queries.task_list import task_list
from server.runner.ticks import Ticks
from tests.bpmn_builder import decision_table
from tests.durability.audit import audit_house
from tests.house import actor, build
from tests.integration.deadline_house import (
    at,
    events,
    file,
    go_to,
    instance_of,
    local,
    mails,
    publish,
    task,
    tick,
    timers,
    wait_until,
)
from tests.stories import answers

RUNGS = [("escalation", 1, "3 09:00"), ("escalation", 2, "4 09:00"), ("escalation", 3, "5 09:00")]
ALL = [("reminder", None, "2 14:00"), *RUNGS, ("escalation", 4, "6 09:00")]

ANSWER = answers("housing-sink-marks")["receive"]


@pytest.fixture
def house(house: Context) -> Iterator[Context]:
    publish(house)
    yield house
    assert audit_house(house) == []


def test_a_new_task_is_promised_by_the_table(house: Context) -> None:
    number = file(house)
    row = task(house, number, "receive")
    assert local(row.due_at) == "3 09:00"
    assert row.due_sum["source"] == "S13"
    assert [term.get("hours") for term in row.due_sum["terms"]] == [None, None, 7.5, 0.5, None]
    assert timers(house, number, "receive") == ALL


def test_the_diagrams_own_due_date_wins_and_needs_no_table(house: Context) -> None:
    row = task(house, file(house), "record")
    assert (local(row.due_at), row.due_sum) == ("2 11:00", None)


def test_what_runs_from_receipt_begins_with_the_customers_own_time_stamp(house: Context) -> None:
    """He wrote on Friday 27 February 13:00: 4.5 h on Friday, 8 h on Saturday 28 (make-up day), 3.5 h on Monday."""
    number = file(house, received_at=at("02 13:00") - timedelta(days=3))
    assert local(task(house, number, "team").due_at) == "2 12:00"
    assert local(task(house, number, "receive").due_at) == "3 09:00"


def test_the_ladder_is_climbed_to_its_last_rung_and_no_further(house: Context) -> None:
    number = file(house)
    wait_until(house, "20 09:00")

    mine = task(house, number, "receive").id
    assert [(when, told["to"]) for when, told in events(house, number, "task.reminded") if told["task_id"] == mine] == [
        ("2 14:00", "sales1")
    ]
    climbed = [
        (when, told["to"], told["level"]) for when, told in events(house, number, "task.escalated")
        if told["task_id"] == mine
    ]  # fmt: skip
    assert climbed == [
        ("3 09:00", "sales1", 1),
        ("4 09:00", "manager", 2),
        ("5 09:00", "vp", 3),
        ("6 09:00", "gm", 4),
    ]
    assert timers(house, number, "receive") == []
    with pytest.raises(Rejected, match="Nobody stands above"):
        house.execute(EscalateTask(actor=actor(house, "admin"), task_id=mine, reason="still not done"))


def test_each_who_is_told_gets_one_mail_in_his_language(house: Context) -> None:
    with house.database.write("test") as connection:
        connection.execute(update(UserAccount).where(UserAccount.username == "gm").values(language="en"))
    number = file(house)
    wait_until(house, "7 09:00")

    of_receive = [(to, subject) for to, subject in mails(house) if "team" not in subject.lower()]
    to_gm = [subject for to, subject in of_receive if to == "gm@kesu.example"]
    assert to_gm == [f"Overdue: “receive” of complaint {number}"]
    assert [to for to, _ in of_receive].count("manager@kesu.example") == 1


def test_a_person_without_an_address_is_noted_and_holds_nothing_up(house: Context) -> None:
    with house.database.write("test") as connection:
        connection.execute(update(UserAccount).values(email=None))
    number = file(house)
    wait_until(house, "4 09:00")

    assert mails(house) == []
    told = [data["mail"] for _, data in events(house, number, "task.reminded", "task.escalated")]
    assert told == ["no_address"] * len(told)
    assert len(told) >= 3


def test_after_a_long_downtime_everything_missed_happens_once(house: Context) -> None:
    number = file(house)
    go_to(house, "20 09:00")
    for _ in range(3):
        tick(house)

    mine = task(house, number, "receive").id
    levels = [told["level"] for _, told in events(house, number, "task.escalated") if told["task_id"] == mine]
    assert levels == [1, 2, 3, 4]
    assert len([told for _, told in events(house, number, "task.reminded") if told["task_id"] == mine]) == 1


def test_a_completed_task_is_not_spoken_of_and_leaves_no_rows(house: Context) -> None:
    number = file(house)
    wait_until(house, "3 10:00")
    mine = task(house, number, "receive").id
    house.execute(CompleteTask(actor=actor(house, "sales1"), task_id=mine, data=ANSWER))

    before = len(events(house, number, "task.escalated"))
    wait_until(house, "6 17:00")
    assert [t for _, t in events(house, number, "task.escalated")[before:] if t["task_id"] == mine] == []
    Ticks(house).sweep_timers()
    with house.read() as connection:
        assert connection.execute(select(Timer.id).where(Timer.user_task_id == mine)).all() == []
        assert connection.execute(select(Timer.id).where(Timer.user_task_id.is_not(None))).all() != []


def test_who_stands_on_the_rung_sees_the_task_and_may_do_it(house: Context) -> None:
    house.execute(SetGroup(actor=actor(house, "admin"), key="sales", title="Sales", lead="production1"))
    number = file(house)
    mine = task(house, number, "receive").id
    with pytest.raises(Rejected) as refused:
        house.execute(ClaimTask(actor=actor(house, "production1"), task_id=mine))
    assert refused.value.code == "not_found.task"

    wait_until(house, "3 09:00")
    lead = actor(house, "production1")
    assert [item["id"] for item in task_list(house, lead, language="en", mine=True, case=number)["items"]] == [mine]
    house.execute(TransferTask(actor=lead, task_id=mine, to="sales2"))
    house.execute(CompleteTask(actor=lead, task_id=mine, data=ANSWER))
    assert task(house, number, "receive").state == "completed"


def test_a_pause_moves_the_due_date_and_everything_around_it(house: Context) -> None:
    """Paused from Monday 10:00 to 14:00, which holds 2 + 1 = 3 working hours: Tuesday 12:00."""
    number = file(house)
    go_to(house, "2 10:00")
    quality = actor(house, "quality1")
    house.execute(PauseClock(actor=quality, number=number, reason="waiting_part", text="three parts"))
    assert task(house, number, "receive").due_at is None
    assert timers(house, number, "receive") == []

    go_to(house, "2 14:00")
    house.execute(ContinueClock(actor=quality, number=number))
    assert local(task(house, number, "receive").due_at) == "3 12:00"
    # 4 h before: 3.5 h on Tuesday morning, half an hour on Monday. Rungs: noon is 4.5 h before the close, so at 12:00.
    assert timers(house, number, "receive") == [
        ("reminder", None, "2 17:00"),
        ("escalation", 1, "3 12:00"),
        ("escalation", 2, "4 12:00"),
        ("escalation", 3, "5 12:00"),
        ("escalation", 4, "6 12:00"),
    ]
    assert [data["cause"] for _, data in events(house, number, "clock.paused")] == ["waiting_part"]
    assert len(events(house, number, "clock.continued")) == 1


def test_while_the_clock_stands_nothing_climbs(house: Context) -> None:
    number = file(house)
    go_to(house, "2 10:00")
    house.execute(PauseClock(actor=actor(house, "sales1"), number=number, reason="waiting_customer"))
    wait_until(house, "12 10:00")
    assert events(house, number, "task.reminded", "task.escalated") == []

    # 1 h was used; 7 h are left from Thursday 12 March 10:00: 2 h, 4.5 h, half an hour on Friday.
    house.execute(ContinueClock(actor=actor(house, "sales1"), number=number))
    assert local(task(house, number, "receive").due_at) == "13 09:00"
    wait_until(house, "13 09:00")
    assert [told["level"] for _, told in events(house, number, "task.escalated")][-1] == 1


def test_a_suspended_case_stands_and_goes_on_where_it_stood(house: Context) -> None:
    number = file(house)
    manager, instance_id = actor(house, "manager"), instance_of(house, number)
    go_to(house, "2 10:00")
    house.execute(SuspendInstance(actor=manager, instance_id=instance_id, reason="strike"))
    wait_until(house, "12 10:00")
    assert events(house, number, "task.reminded", "task.escalated") == []

    house.execute(ResumeInstance(actor=manager, instance_id=instance_id, reason="over"))
    assert local(task(house, number, "receive").due_at) == "13 09:00"


def test_a_pause_within_a_suspension_counts_once(house: Context) -> None:
    """Paused on Monday 10:00, suspended at 11:00, resumed at 14:00, continued at 15:00: 2 + 2 = 4 h, Tuesday 14:00."""
    number = file(house)
    manager, instance_id = actor(house, "manager"), instance_of(house, number)
    go_to(house, "2 10:00")
    house.execute(PauseClock(actor=manager, number=number, reason="other", text="typhoon"))
    go_to(house, "2 11:00")
    house.execute(SuspendInstance(actor=manager, instance_id=instance_id, reason="strike"))
    go_to(house, "2 14:00")
    house.execute(ResumeInstance(actor=manager, instance_id=instance_id, reason="over"))
    assert task(house, number, "receive").due_at is None
    go_to(house, "2 15:00")
    house.execute(ContinueClock(actor=manager, number=number))
    assert local(task(house, number, "receive").due_at) == "3 14:00"


@pytest.mark.parametrize(
    ("who", "reason", "text", "code"),
    [
        ("engineering1", "waiting_part", "", "forbidden.permission"),
        ("sales1", "suspended", "", "clock.reason"),
        ("sales1", "other", " ", "clock.text_missing"),
    ],
)
def test_pauses_that_are_refused(house: Context, who: str, reason: str, text: str, code: str) -> None:
    number = file(house)
    with pytest.raises(Rejected) as refused:
        house.execute(PauseClock(actor=actor(house, who), number=number, reason=reason, text=text))
    assert refused.value.code == code


def test_a_clock_is_stopped_once_and_continued_once(house: Context) -> None:
    number, sales = file(house), actor(house, "sales1")
    with pytest.raises(Rejected) as refused:
        house.execute(ContinueClock(actor=sales, number=number))
    assert refused.value.code == "clock.runs"
    house.execute(PauseClock(actor=sales, number=number, reason="waiting_part"))
    with pytest.raises(Rejected) as refused:
        house.execute(PauseClock(actor=sales, number=number, reason="waiting_part"))
    assert refused.value.code == "clock.stands"


def test_two_processes_that_tick_at_once_climb_once(house: Context) -> None:
    numbers = [file(house) for _ in range(8)]
    other = build(house.settings.data_dir)
    for each in (house, other):
        go_to(each, "3 09:00")
    gate = Barrier(2)

    def ticking(each: Context) -> None:
        gate.wait()
        tick(each)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ticking, (house, other)))
    other.database.close()
    for number in numbers:
        mine = task(house, number, "receive").id
        assert [told["level"] for _, told in events(house, number, "task.escalated") if told["task_id"] == mine] == [1]
        assert len(events(house, number, "task.reminded")) == 1
    assert len(mails(house)) == len(set(mails(house))) == 2 * len(numbers)


def test_another_answer_of_the_table_moves_the_due_date(house: Context) -> None:
    """Northfield's own terms: 4 h from Monday 09:00 end at 14:00; one rung, an hour's notice."""
    number, quality = file(house), actor(house, "quality1")
    house.execute(AmendCase(actor=quality, number=number, data={"problem": {"defect": "crack"}}, reason="seen"))
    assert local(task(house, number, "receive").due_at) == "3 09:00"
    house.execute(AmendCase(actor=quality, number=number, data={"customer": {"name": "Northfield"}}, reason="name"))
    row = task(house, number, "receive")
    assert (local(row.due_at), row.due_sum["source"]) == ("2 14:00", "Northfield")
    # One working hour before 14:00: from 13:00.
    assert timers(house, number, "receive") == [("reminder", None, "2 13:00"), ("escalation", 1, "2 14:00")]
    (moved,) = [told for _, told in events(house, number, "task.due_moved")]
    assert (moved["before"], moved["due_at"]) == ("2026-03-03T01:00:00.000Z", "2026-03-02T06:00:00.000Z")


def test_a_rung_climbed_stays_climbed_when_the_promise_is_counted_anew(house: Context) -> None:
    number, sales = file(house), actor(house, "sales1")
    wait_until(house, "4 10:00")
    house.execute(PauseClock(actor=sales, number=number, reason="waiting_part"))
    go_to(house, "4 11:00")
    house.execute(ContinueClock(actor=sales, number=number))
    # Due on Tuesday 09:00 it was over before the pause; the hour moves the rungs that are still to come.
    assert local(task(house, number, "receive").due_at) == "3 09:00"
    assert timers(house, number, "receive") == [("escalation", 3, "5 10:00"), ("escalation", 4, "6 10:00")]
    wait_until(house, "5 10:00")
    mine = task(house, number, "receive").id
    assert [t["level"] for _, t in events(house, number, "task.escalated") if t["task_id"] == mine] == [1, 2, 3]


def test_escalating_by_hand_takes_the_next_rung_and_its_timer(house: Context) -> None:
    number = file(house)
    mine = task(house, number, "receive").id
    sales = actor(house, "sales2")
    house.execute(EscalateTask(actor=sales, task_id=mine, reason="the customer's director calls"))
    (when, told), = events(house, number, "task.escalated")  # fmt: skip
    assert (when, told["to"], told["level"], told["reason"]) == (
        "2 09:00", "sales1", 1, "the customer's director calls"
    )  # fmt: skip
    assert timers(house, number, "receive") == [entry for entry in ALL if entry[1] != 1]
    for task_id, reason, code in ((mine, " ", "task.reason_missing"), ("no-such-task", "why", "not_found.task")):
        with pytest.raises(Rejected) as refused:
            house.execute(EscalateTask(actor=sales, task_id=task_id, reason=reason))
        assert refused.value.code == code


def test_a_group_without_a_lead_is_left_out_and_the_history_says_so(house: Context) -> None:
    admin = actor(house, "admin")
    house.execute(SetGroup(actor=admin, key="sales", title="Sales", parent="management"))
    number = file(house)
    wait_until(house, "5 09:00")
    mine = task(house, number, "receive").id
    climbed = [
        (when, told["to"], told["level"], told["skipped"])
        for when, told in events(house, number, "task.escalated")
        if told["task_id"] == mine
    ]
    # The second rung, the manager's own, is his already.
    assert climbed == [("3 09:00", "manager", 2, ["sales"]), ("5 09:00", "vp", 3, [])]


def test_who_holds_the_task_himself_is_left_out(house: Context) -> None:
    number = file(house)
    mine = task(house, number, "receive").id
    house.execute(ClaimTask(actor=actor(house, "sales1"), task_id=mine))
    wait_until(house, "3 09:00")
    (_, told), = [e for e in events(house, number, "task.escalated") if e[1]["task_id"] == mine]  # fmt: skip
    assert (told["to"], told["skipped"]) == ("manager", ["sales"])


def test_another_calendar_moves_what_is_promised_already(house: Context) -> None:
    """Tuesday 3 March becomes free: the half hour is worked on Wednesday."""
    number = file(house)
    other = build(house.settings.data_dir)
    file(other)  # so that the other process has the old calendar in its hands
    week = [[["08:30", "12:00"], ["13:00", "17:30"]]] * 5 + [[], []]
    house.execute(SetCalendar(actor=actor(house, "admin"), country="CN", week=week, days_off=["2026-03-03"]))
    assert local(task(house, number, "receive").due_at) == "3 09:00"
    tick(house)
    tick(house)
    assert local(task(house, number, "receive").due_at) == "4 09:00"
    assert timers(house, number, "receive")[1] == ("escalation", 1, "4 09:00")
    assert local(task(house, file(other), "receive").due_at) == "4 09:00"
    other.database.close()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"week": [[]] * 7}, "calendar.week"),
        ({"week": [[["08:30", "12:00"]]] * 6}, "calendar.week"),
        ({"week": [[["12:00", "08:30"]]] * 7}, "calendar.week"),
        ({"week": [["08:30"]] * 7}, "calendar.week"),
        ({"country": "ATLANTIS"}, "calendar.country"),
        ({"days_on": ["2026-02-30"]}, "calendar.day"),
        ({"days_on": ["2026-03-03"], "days_off": ["2026-03-03"]}, "calendar.day_twice"),
    ],
)
def test_calendars_that_are_refused(house: Context, given: dict[str, object], code: str) -> None:
    week = [[["08:30", "17:30"]]] * 5 + [[], []]
    with pytest.raises(Rejected) as refused:
        house.execute(SetCalendar(actor=actor(house, "admin"), **({"week": week} | given)))  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"parent": "quality"}, "group.cycle"),
        ({"key": "gm", "parent": "sales"}, "group.cycle"),
        ({"parent": "nowhere"}, "group.parent"),
        ({"lead": "nobody"}, "group.lead"),
        ({"key": "Quality!"}, "group.key"),
        ({"title": " "}, "group.title"),
    ],
)
def test_groups_that_are_refused(house: Context, given: dict[str, str], code: str) -> None:
    with pytest.raises(Rejected) as refused:
        house.execute(SetGroup(actor=actor(house, "admin"), **({"key": "quality", "title": "Quality"} | given)))
    assert refused.value.code == code


def test_people_without_the_permission_change_no_calendar_and_no_group(house: Context) -> None:
    for command in (
        SetCalendar(actor=actor(house, "manager"), week=[[["08:30", "17:30"]]] * 7),
        SetGroup(actor=actor(house, "manager"), key="quality", title="Quality"),
    ):
        with pytest.raises(Rejected) as refused:
            house.execute(command)
        assert refused.value.code == "forbidden.permission"


def test_an_answer_that_makes_no_sense_is_a_fault_of_the_table(house: Context) -> None:
    columns = ["amount", "unit", "start", "remind", "escalate", "source"]
    row = (['"receive"'], ["8", "customer.name", '"task"', "", "", '"S0"'])  # ACME is no unit
    publish(house, decision_table("deadlines", ["step"], columns, [row]))
    with pytest.raises(Rejected) as refused:
        file(house)
    assert refused.value.code in ("process.fault", "definition.deadline")
