"""What a complaint costs: entered by those who caused it, the same sum until another round of containment adds to it."""

from collections import Counter
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from server.simulation.customers import won
from server.simulation.matter import drawn
from server.simulation.money import Money
from server.simulation.plots import METHODS, Plot


def life(method: str, seed: int = 1) -> Any:
    """As much of a complaint as its costs need."""
    rng, plot = Random(seed), Plot(method=method)  # type: ignore[arg-type]
    customer = next(each for each in won(Random(seed), 20) if each.trade.key == "moulding")
    matter = drawn(customer, plot, date(2026, 3, 2), rng)
    return SimpleNamespace(plot=plot, matter=matter, rng=rng, language="zh-CN", done=Counter(emergency=1))


def test_a_sum_is_what_it_came_to_so_far() -> None:
    money, sorted_out = Money(), life("sorting")
    first = money.spent(sorted_out, "/costs/sorting")
    assert first > 0
    assert first % 10 == 0
    assert [money.spent(sorted_out, "/costs/sorting") for _ in range(3)] == [first] * 3
    sorted_out.done["emergency"] += 1
    assert money.spent(sorted_out, "/costs/sorting") > first


def test_another_round_by_another_way_adds_nothing() -> None:
    money, reworked = Money(), life("rework")
    freight = money.spent(reworked, "/costs/freight")
    reworked.done["emergency"] += 1
    assert money.spent(reworked, "/costs/freight") == freight


@pytest.mark.parametrize("method", METHODS)
def test_who_did_not_sort_enters_no_sorting(method: str) -> None:
    entered = [Money().known(life(method, seed), "/costs/sorting") for seed in range(1, 40)]
    assert any(entered) is (method == "sorting")


def test_what_was_entered_once_is_known_at_the_end() -> None:
    money, returned = Money(), life("return")
    money.spent(returned, "/costs/freight")
    returned.done["confirm_containment"] = returned.done["archive"] = 1
    assert money.known(returned, "/costs/freight")
