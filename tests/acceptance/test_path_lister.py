"""The lister of paths, on small drawings whose paths are counted by hand."""

import pytest

from tests.acceptance.paths import Process, processes
from tests.bpmn_builder import (
    boundary,
    call,
    document,
    end,
    error_definition,
    event_gateway,
    exclusive,
    parallel,
    process,
    start,
    user,
)

pytestmark = pytest.mark.one_database("lists the ways through a diagram")


def drawn(*elements: str, flows: list[str]) -> Process:
    """Flow ids are p_0, p_1, … in the order of `flows`."""
    (only,) = processes([document(process("p", start(), *elements, end(), flows=flows))]).values()
    return only


def names(one: Process) -> list[str]:
    return sorted(str(path) for path in one.paths())


LOOP = drawn(
    user("plan"), exclusive("good"), flows=["start > plan", "plan > good", "good > end default", "good > plan if x"]
)
BOTH = drawn(
    parallel("fork"),
    user("a"),
    exclusive("way"),
    user("b"),
    user("c"),
    exclusive("meet"),
    parallel("join"),
    flows=[
        "start > fork", "fork > a", "a > join", "fork > way", "way > b if x", "way > c default", "b > meet", "c > meet",
        "meet > join", "join > end",
    ],
)  # fmt: skip


def test_a_loop_is_two_paths() -> None:
    assert names(LOOP) == ["p: p_2 → end", "p: p_3 goes back to plan"]


def test_branches_that_are_joined_are_one_path() -> None:
    assert names(BOTH) == ["p: p_4 → end", "p: p_5 → end"]
    assert all({"p_1", "p_2", "p_3", "p_9"} <= path.taken for path in BOTH.paths())


def test_branches_that_are_not_joined_are_paths_of_their_own() -> None:
    found = drawn(
        parallel("fork"), user("a"), event_gateway("any"), user("x"), user("y"), end("other"),
        flows=["start > fork", "fork > a", "a > end", "fork > any", "any > x", "any > y", "x > other", "y > any"],
    )  # fmt: skip
    assert names(found) == ["p:  → end", "p: p_4 → other", "p: p_5 goes back to any"]


def test_a_boundary_event_is_one_more_way() -> None:
    found = drawn(
        call("inner", "q"), boundary("failed", "inner", error_definition()), user("decide"),
        flows=["start > inner", "inner > end", "failed > decide", "decide > end"],
    )  # fmt: skip
    assert names(found) == ["p: p_1 → end", "p: p_2 → end"]


def test_ways_multiply() -> None:
    """Two decisions one after another: 2 × 2."""
    found = drawn(
        exclusive("one"), user("a"), exclusive("two"), user("b"),
        flows=["start > one", "one > a if x", "one > two default", "a > two", "two > b if x", "two > end default", "b > end"],
    )  # fmt: skip
    assert names(found) == ["p: p_1 p_4 → end", "p: p_1 p_5 → end", "p: p_2 p_4 → end", "p: p_2 p_5 → end"]


def test_a_case_that_went_round_twice_went_both_paths() -> None:
    went = list(LOOP.walked(["p_0", "p_1", "p_3", "p_1", "p_3", "p_1", "p_2"]))
    back, ends = sorted(LOOP.paths(), key=lambda path: path.end, reverse=True)
    assert went == [back, back, ends]


def test_branches_in_any_order_are_the_same_path() -> None:
    wanted = next(path for path in BOTH.paths() if "p_4" in path.taken)
    for order in (
        ["p_0", "p_1", "p_3", "p_2", "p_4", "p_6", "p_8", "p_9"],
        ["p_0", "p_3", "p_4", "p_6", "p_8", "p_1", "p_2", "p_9"],
    ):
        assert list(BOTH.walked(order)) == [wanted]


def test_a_called_process_may_be_gone_through_again() -> None:
    went = list(LOOP.walked(["p_0", "p_1", "p_2", "p_0", "p_1", "p_2"]))
    assert [path.end for path in went] == ["end", "end"]
