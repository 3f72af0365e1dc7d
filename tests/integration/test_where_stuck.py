"""What the figures of where complaints are stuck mean, on a few complaints that can be counted by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.claim_task import ClaimTask
from server.domain.working_time import WorkCalendar
from server.persistence.models import StepRecord, StepSpan, UserTask
from server.queries.complaint_list import complaint_list
from server.queries.stuck_cases import stuck_cases
from server.queries.stuck_filters import Filters, read_filters
from server.queries.where_stuck import where_stuck
from server.runner.steps import add_up_steps
from server.security.actor import Actor
from tests.crowd import Crowd
from tests.house import actor

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


def told(house: Context, who: Actor | None = None, **asked: str) -> dict[str, dict[str, Any]]:
    """Figures by element of the main process."""
    found = where_stuck(house, who or actor(house, "manager"), "complaint", read_filters(asked), language="en")
    return {one["element_id"]: one for one in found["elements"]}


def test_a_promise_is_at_risk_from_eight_working_hours_before_it_breaks(house: Context) -> None:
    crowd = Crowd(house, 1)
    number = crowd.file()
    calendar = house.calendars.newest("HQ")
    assert isinstance(calendar, WorkCalendar)
    now = house.clock.now()
    with house.database.write("test") as connection:
        for table in (StepRecord, UserTask):
            connection.execute(update(table).values(due_at=calendar.add_hours(now, 8)))
    assert (told(house)["receive"]["late"], told(house)["receive"]["due_soon"]) == (0, 1)
    with house.database.write("test") as connection:
        connection.execute(update(StepRecord).values(due_at=calendar.add_hours(now, 8) + timedelta(seconds=1)))
    assert (told(house)["receive"]["late"], told(house)["receive"]["due_soon"]) == (0, 0)
    with house.database.write("test") as connection:
        connection.execute(update(StepRecord).values(due_at=now - timedelta(seconds=1)))
    assert (told(house)["receive"]["late"], told(house)["receive"]["due_soon"]) == (1, 0)
    (case,) = stuck_cases(house, actor(house, "manager"), "complaint", "receive", Filters(), language="en")["items"]
    assert (case["case_number"], case["is_late"], case["group"]) == (number, True, "sales")


def test_a_night_is_no_waiting_time(house: Context) -> None:
    crowd = Crowd(house, 1)
    crowd.file()
    house.clock.advance(timedelta(hours=24))  # type: ignore[attr-defined]
    assert told(house)["receive"]["waiting_seconds"] == 8 * 3600
    assert told(house)["receive"]["cost"] == 8 * 80


def test_who_sees_some_complaints_counts_those(house: Context) -> None:
    crowd = Crowd(house, 2)
    for steps in (0, 1, 8, 8, 8):
        crowd.walk(crowd.file(), steps)
    few = actor(house, "production1")
    few = replace(few, permissions=few.permissions | {"report.read"})
    seen = {one["number"] for one in complaint_list(house, few, language="en", limit=1000)["items"]}
    everything = where_stuck(house, actor(house, "manager"), "complaint", Filters(), language="en")
    found = where_stuck(house, few, "complaint", Filters(), language="en")
    assert 0 < found["totals"]["cases"] < everything["totals"]["cases"]
    for period in ({}, MARCH):
        listed: set[str] = set()
        for element in told(house, few, **period):
            page = stuck_cases(house, few, "complaint", element, read_filters(period), language="en", limit=1000)
            listed |= {one["case_number"] for one in page["items"]}
        assert listed
        assert listed <= seen
    nobody = replace(few, sites=frozenset())
    assert where_stuck(house, nobody, "complaint", Filters(), language="en")["elements"] == []


def test_a_person_holds_what_he_claimed(house: Context) -> None:
    crowd = Crowd(house, 1)
    first, _second = crowd.file(), crowd.file()
    (task,) = crowd.tasks(first)
    assert told(house, person="sales1") == {}
    house.execute(ClaimTask(actor=actor(house, "sales1"), task_id=task["id"]))
    assert told(house, person="sales1")["receive"]["cases"] == 1
    assert told(house, person="nobody") == {}
    assert told(house, group="sales")["receive"]["cases"] == 2
    assert "receive" not in told(house, group="quality")


def test_what_is_added_up_follows_a_change(house: Context) -> None:
    crowd = Crowd(house, 5)
    numbers = [crowd.file() for _ in range(3)]
    for number in numbers:
        crowd.walk(number, 2)
        house.clock.advance(timedelta(hours=30))  # type: ignore[attr-defined]
    house.clock.advance(timedelta(days=40))  # type: ignore[attr-defined]
    before = told(house, **MARCH)
    assert add_up_steps(house, 60) > 30
    with house.read() as connection:
        assert connection.execute(select(func.count()).select_from(StepSpan)).scalar_one() > 30
    assert told(house, **MARCH) == before
    assert add_up_steps(house, 60) == 0
    change = {"customer": {"name": "Another"}, "product": {"part_no": "P-77"}}
    house.execute(AmendCase(actor=crowd.admin, number=numbers[0], data=change, reason="told otherwise"))
    assert told(house, **MARCH) == before
    assert told(house, customer="Another", **MARCH)["receive"]["steps"] == 1
    assert told(house, part="P-77", **MARCH)["receive"]["steps"] == 1
    assert add_up_steps(house, 60) > 0
    assert told(house, **MARCH) == before
