"""Timers: whoever ticks, each fires once, and none early."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from server.casework.context import Context
from server.clock import ManualClock
from server.persistence.models import HistoryEvent, Timer, UserTask
from server.runner.ticks import Ticks
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.house import build

CASES = 30
HOUR = timedelta(hours=1)


@pytest.fixture
def houses(workshop_house: Context) -> Iterator[list[Context]]:
    """Two processes' houses on one database with CASES timers that are due in an hour."""
    workshop.publish(workshop_house, workshop.timed("PT1H"))
    for _ in range(CASES):
        workshop.file(workshop_house)
    other = build(workshop_house.settings.data_dir, workers=(workshop.WORKERS,))
    yield [workshop_house, other]
    other.database.close()


def move(houses: list[Context], by: timedelta) -> None:
    for house in houses:
        assert isinstance(house.clock, ManualClock)
        house.clock.advance(by)


def tick_together(houses: list[Context]) -> None:
    gate = Barrier(len(houses))

    def tick(house: Context) -> None:
        ticks = Ticks(house)
        gate.wait()
        ticks.fire_timers()

    with ThreadPoolExecutor(len(houses)) as pool:
        list(pool.map(tick, houses))


def events(house: Context) -> list[str]:
    with house.read() as connection:
        return list(connection.execute(select(HistoryEvent.type)).scalars())


def test_two_that_tick_at_once_fire_each_timer_once(houses: list[Context]) -> None:
    before = events(houses[0])
    move(houses, HOUR)
    tick_together(houses)
    new = events(houses[0])
    assert new.count("timer.fired") == CASES
    # One advance each, and nothing in the history of what the slower one found already done.
    assert new.count("instance.advanced") - before.count("instance.advanced") == CASES
    with houses[0].read() as connection:
        assert connection.execute(select(Timer.id)).all() == []
        states = [tuple(row) for row in connection.execute(select(UserTask.element_id, UserTask.state))]
    assert sorted(states) == [("receive", "cancelled")] * CASES + [("record", "open")] * CASES
    assert audit_house(houses[0]) == []


def test_none_fires_early_and_none_twice(houses: list[Context]) -> None:
    move(houses, HOUR - timedelta(seconds=1))
    tick_together(houses)
    assert "timer.fired" not in events(houses[0])
    move(houses, timedelta(seconds=1))
    for _ in range(3):
        tick_together(houses)
    assert events(houses[1]).count("timer.fired") == CASES
