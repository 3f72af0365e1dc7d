"""Medians, and the time nine of ten stay within; both ways of counting steps say the same."""

import random

import pytest

from server.casework.context import Context
from server.queries.analysis.ask import ground_of
from server.queries.analysis.step_times import _times, median, nine_of_ten
from server.runner.steps import count_steps
from tests.house import actor
from tests.integration.test_case_facts import play


@pytest.mark.one_database("counts numbers")
@pytest.mark.parametrize(
    ("values", "middle", "high"),
    [
        ([5], 5, 5),
        ([1, 2], 1.5, 2),
        ([1, 2, 3], 2, 3),
        ([*range(1, 11)], 5.5, 9),
        ([*range(1, 12)], 6, 10),
        ([*range(1, 21)], 10.5, 18),
    ],
)
def test_the_middle_and_nine_of_ten(values: list[int], middle: float, high: float) -> None:
    assert (median(values), nine_of_ten(values)) == (middle, high)


@pytest.mark.one_database("counts numbers")
def test_nine_of_ten_is_the_smallest_that_does() -> None:
    chance = random.Random(5)
    for _ in range(200):
        values = sorted(chance.randrange(50) for _ in range(chance.randrange(1, 60)))
        within = nine_of_ten(values)
        assert sum(value <= within for value in values) * 10 >= len(values) * 9
        assert sum(value < within for value in values) * 10 < len(values) * 9


def test_step_by_step_and_all_at_once_are_the_same(house: Context) -> None:
    """Without a filter step by step, with one at once."""
    play(house, "housing-sink-marks")
    play(house, "meter-reading")
    count_steps(house, 10)
    manager = actor(house, "admin")
    leaping = ground_of(house, manager, {}, "en")
    at_once = ground_of(house, manager, {"site": "HQ"}, "en")
    found = [
        sorted((*row[:3], *sorted(row[3].split(",")), *map(int, row[4:])) for row in _times(one))
        for one in (leaping, at_once)
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 20
