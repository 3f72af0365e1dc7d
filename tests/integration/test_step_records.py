"""Whatever happens to a complaint, the records of its steps say what its waits, tasks, jobs and history say."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.pause_clock import KINDS, PauseClock
from server.commands.send_back_task import SendBackTask
from server.commands.set_calendar import SetCalendar
from server.domain.rejection import Rejected
from server.persistence.models import StepCost, StepRecord
from server.runner.steps import count_steps
from server.runner.ticks import Ticks
from tests.crowd import Crowd
from tests.durability.audit import audit_house
from tests.house import drain_jobs
from tests.integration import life, strip

WEEK = [[["09:00", "12:00"], ["13:00", "16:30"]]] * 6 + [[]]


def drive(crowd: Crowd, rng: Random, number: str) -> None:
    """One thing that may happen to a complaint, chosen by dice."""
    house, admin, clock = crowd.context, crowd.admin, crowd.context.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(minutes=rng.randrange(1, 3000), seconds=rng.random()))
    tasks = crowd.tasks(number)
    dice = rng.random()
    try:
        if dice < 0.08 and tasks:
            house.execute(SendBackTask(actor=admin, task_id=rng.choice(tasks)["id"], reason="again"))
        elif dice < 0.16:
            data: dict[str, Any] = {"customer": {"name": rng.choice(("ACME", "海天塑胶"))}}
            data |= {"product": {"part_no": rng.choice(("P-1", "P-2", None))}}
            data |= {"costs": {"scrap": rng.choice((12.5, None)), "freight": rng.choice((80, None))}}
            house.execute(AmendCase(actor=admin, number=number, data=data, reason="told otherwise"))
        elif dice < 0.2:
            house.execute(PauseClock(actor=admin, number=number, reason=rng.choice(KINDS), text="asked"))
        elif dice < 0.22:
            house.execute(CancelInstance(actor=admin, instance_id=crowd.ids[number], reason="for a test"))
        elif tasks:
            crowd.complete(number, rng.choice(tasks))
    except Rejected as refusal:
        if refusal.code.partition(".")[0] not in ("task", "clock", "instance"):
            raise
    Ticks(house).fire_timers()
    drain_jobs(house)


@pytest.mark.parametrize("seed", [5, 6])
def test_records_say_what_happened(house: Context, seed: int) -> None:
    rng, crowd = Random(seed), Crowd(house, seed)
    numbers = [crowd.file() for _ in range(6)]
    for turn in range(90):
        drive(crowd, rng, rng.choice(numbers))
        if turn == 45:
            house.execute(SetCalendar(actor=crowd.admin, week=WEEK, country=None))
            assert count_steps(house, 60) > 0
    assert audit_house(house) == []
    with house.read() as connection:
        outcomes = dict(connection.execute(select(StepRecord.outcome, func.count()).group_by(StepRecord.outcome)).all())
        assert connection.execute(select(func.count()).select_from(StepCost)).scalar_one() > 0
        kinds = set(connection.execute(select(StepRecord.kind)).scalars())
    assert outcomes["completed"] > 40
    assert outcomes["cancelled"] > 5
    assert kinds >= {"user_task", "job", "message", "call"}


def test_a_new_calendar_counts_all_of_its_site_anew(house: Context) -> None:
    crowd = Crowd(house, 3)
    number = crowd.file()
    house.clock.advance(timedelta(days=6))  # type: ignore[attr-defined]
    crowd.walk(number, 3)
    assert count_steps(house, 60) == 0
    house.execute(SetCalendar(actor=crowd.admin, week=[[["00:00", "24:00"]]] * 7, country=None))
    with house.read() as connection:
        rows = connection.execute(select(func.count()).select_from(StepRecord)).scalar_one()
    assert count_steps(house, 60) == rows
    with house.read() as connection:
        worked = connection.execute(select(StepRecord.worked).where(StepRecord.element_id == "receive")).scalar_one()
    assert worked == 6 * 24 * 3600
    assert audit_house(house) == []


def test_a_message_that_may_come_any_time_is_a_place_only_when_there_is_no_other(house: Context) -> None:
    strip.publish(house)
    number = life.filed(house)

    def stands() -> dict[str, int]:
        with house.read() as connection:
            query = select(StepRecord.element_id, StepRecord.stands).where(StepRecord.ended_at.is_(None))
            return dict(connection.execute(query).all())

    assert stands() == {"receive": 1, "withdrawn": 0, "merged": 0, "referred": 0}
    life.end(house, number)
    assert stands() == {}


def test_a_step_says_by_which_call_it_was_reached_and_what_it_costs(house: Context) -> None:
    crowd = Crowd(house, 12)
    for _ in range(8):
        crowd.walk(crowd.file(), 14)
    with house.read() as connection:
        query = select(StepRecord.process_id, StepRecord.call_path, StepRecord.rate).where(
            StepRecord.kind == "user_task"
        )
        found = {tuple(row) for row in connection.execute(query)}
    assert {(process, path) for process, path, _rate in found} >= {
        ("complaint", ""),
        ("containment", "containment_case"),
    }
    assert {80.0, 160.0} <= {rate for _process, _path, rate in found}
