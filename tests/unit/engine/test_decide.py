"""A table of the definition asked from outside, with names beside the case."""

from copy import deepcopy

import pytest

from server.engine import ProcessFault
from tests.bpmn_builder import decision_table, document, end, process, start, user
from tests.unit.engine.helpers import Driver, define

TABLE = decision_table(
    "deadlines",
    ["step", "grading.level"],
    ["amount", "unit", "escalate"],
    [
        (['"plan"', '"A","B"'], ["24", '"working_hours"', "[0, 8, 16]"]),
        (['"plan"', ""], ["40", '"working_hours"', "[0]"]),
        (['"plan","receive"', ""], ["4", '"hours"', ""]),
    ],
    hit_policy="FIRST",
)
DIAGRAM = document(process("p", start(), user("plan"), end(), flows=["start->plan", "plan->end"]))


def driver(case: dict, *tables: bytes) -> Driver:
    return Driver(define(DIAGRAM, *(tables or (TABLE,))), case, known="grading step")


def test_the_first_row_that_holds_answers() -> None:
    asked = driver({"grading": {"level": "B"}}).now()

    assert asked.decide("deadlines", {"step": "plan"}) == {
        "amount": 24,
        "unit": "working_hours",
        "escalate": [0, 8, 16],
    }
    assert asked.decide("deadlines", {"step": "receive"}) == {"amount": 4, "unit": "hours", "escalate": None}


def test_the_case_is_read_and_nothing_is_written_to_it() -> None:
    case = {"grading": {"level": "D"}, "step": "the case's own field of that name"}
    before = deepcopy(case)
    asked = driver(case).now()

    answer = asked.decide("deadlines", {"step": "plan"})

    assert answer is not None
    assert answer["amount"] == 40
    assert case == before
    assert asked.path() == []


def test_no_row_gives_nulls_and_no_table_gives_none() -> None:
    asked = driver({}).now()

    assert asked.decide("deadlines", {"step": "archive"}) == {"amount": None, "unit": None, "escalate": None}
    assert asked.decide("grading", {"step": "plan"}) is None


def test_two_rows_that_hold_where_one_may_are_a_fault() -> None:
    unique = decision_table("unique", ["step"], ["x"], [(['"a"'], ["1"]), (['"a","b"'], ["2"])])

    with pytest.raises(ProcessFault, match="the rows 1, 2"):
        driver({}, unique).now().decide("unique", {"step": "a"})
