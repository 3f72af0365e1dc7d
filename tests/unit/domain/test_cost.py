"""What a complaint costs; the expected amounts are worked out beside them."""

import pytest

from server.domain.application import CostItem, Costs
from server.domain.cost import CaseCost, case_cost, item_costs, rate_of, step_cost, step_rate

ITEMS = {"sorting": CostItem("Sorting", "/costs/sorting", "sort"), "freight": CostItem("Freight", "/a~1b/c~0d", "ship")}
COSTS = Costs("CNY", 80.0, ITEMS)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("80", 80.0), ("92.5", 92.5), ("0", 0.0), ("-1", None), ("inf", None), ("nan", None), ("", None), (None, None)],
)
def test_a_rate_is_a_number_that_is_not_negative(text: str | None, rate: float | None) -> None:
    assert rate_of(text) == rate


def test_an_hour_of_a_person_has_the_common_price_or_its_own() -> None:
    assert step_rate(COSTS, "user_task", {}) == 80.0
    assert step_rate(COSTS, "user_task", {"costRate": "200"}) == 200.0
    assert step_rate(COSTS, "user_task", {"costRate": "0"}) == 0.0
    assert step_rate(Costs("CNY"), "user_task", {}) is None
    assert step_rate(None, "user_task", {"costRate": "200"}) is None


def test_where_nobody_works_only_a_price_of_its_own_counts() -> None:
    assert step_rate(COSTS, "call", {}) is None
    assert step_rate(COSTS, "timer", {}) is None
    assert step_rate(COSTS, "job", {"costRate": "5"}) == 5.0


def test_a_step_costs_its_working_hours() -> None:
    # 5400 s are 1.5 h; 1.5 h at 80 are 120.
    assert step_cost(5400, 80.0) == 120.0
    assert step_cost(5400, None) == 0.0


def test_the_cost_of_a_case_is_that_of_its_steps_and_the_money_entered() -> None:
    case = {"costs": {"sorting": 6800, "scrap": 500}, "a/b": {"c~d": 120.5}}
    # 2 h at 80 are 160; 0.5 h at 200 are 100; 9 h without a price are nothing: 260.
    told = case_cost(COSTS, case, [(7200, 80.0), (1800, 200.0), (32400, None)])
    assert told == CaseCost(260.0, {"sorting": 6800.0, "freight": 120.5})
    # 260 + 6800 + 120.5; scrap is no item here.
    assert told.total == 7180.5


@pytest.mark.parametrize("value", [None, "6800", True, [], {"x": 1}])
def test_what_is_no_number_is_no_money(value: object) -> None:
    assert item_costs(COSTS, {"costs": {"sorting": value}}) == {}
    assert item_costs(COSTS, {"costs": value}) == {}


def test_without_declared_costs_there_are_none() -> None:
    assert case_cost(None, {"costs": {"sorting": 1}}, []).total == 0.0
