"""A table tried on values that somebody enters: which rule holds, what comes out, why nothing does."""

from datetime import UTC, datetime
from typing import Any

import pytest

from server.clock import ManualClock
from server.engine import DiagramRefused, Environment
from server.engine.trial_decision import TriedDecision, try_decision
from tests.bpmn_builder import decision_table

AROUND = Environment(ManualClock(datetime(2026, 1, 5, 8, tzinfo=UTC)), known_names=frozenset({"cost", "grading"}))
ROWS = [(["> 1000", ""], ['"A"', "1"]), (["> 100", '"bad","worse"'], ['"B"', "2"]), (["", ""], ['"C"', "cost"])]


def tried(case: dict[str, Any], policy: str = "FIRST", aggregation: str = "", rows: Any = ROWS) -> TriedDecision:
    table = decision_table("level", ["cost", "grading.degree"], ["grading.level", "rank"], rows, policy, aggregation)
    found = try_decision(table, "t.dmn", "level", case, AROUND)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("case", "rules", "level"),
    [
        ({"cost": 5000}, (1,), "A"),
        ({"cost": 500, "grading": {"degree": "worse"}}, (2,), "B"),
        ({"cost": 500, "grading": {"degree": "good"}}, (3,), "C"),
        ({}, (3,), "C"),
    ],
)
def test_the_first_rule_that_holds_is_named_with_what_it_gives(case: dict, rules: tuple, level: str) -> None:
    found = tried(case)
    assert (found.rules, found.outputs["grading.level"], found.fault) == (rules, level, None)


def test_it_tells_every_field_the_table_reads_and_the_values_it_compared() -> None:
    found = tried({"cost": 12})
    assert set(found.reads) == {"cost", "grading.degree"}
    assert found.inputs == (12, None)


def test_rules_that_hold_at_once_are_named_where_only_one_may() -> None:
    found = tried({"cost": 5000, "grading": {"degree": "bad"}}, "UNIQUE")
    assert found.rules == (1, 2, 3)
    assert found.fault is not None
    assert found.params == {"numbers": "1, 2, 3"}
    assert found.outputs == {}


def test_collected_results_are_lists_or_sums() -> None:
    case = {"cost": 5000, "grading": {"degree": "bad"}}
    assert tried(case, "COLLECT").outputs["grading.level"] == ["A", "B", "C"]
    numbers = [(["", ""], ["1", "1"]), (["", ""], ["2", "2"])]
    assert tried(case, "COLLECT", "SUM", numbers).outputs == {"grading.level": 3, "rank": 3}
    assert tried(case, "COLLECT", "SUM").fault, "texts have no sum"


def test_a_value_that_cannot_be_compared_is_a_sentence_not_an_exception() -> None:
    found = tried({"cost": "much"})
    assert found.fault
    assert found.rules == ()


def test_the_case_stays_as_it_is() -> None:
    case = {"cost": 5000, "grading": {}}
    tried(case)
    assert case == {"cost": 5000, "grading": {}}


def test_no_such_decision_is_none_and_no_table_is_refused() -> None:
    table = decision_table("level", ["cost"], ["x"], [([""], ["1"])])
    assert try_decision(table, "t.dmn", "other", {}, AROUND) is None
    with pytest.raises(DiagramRefused):
        try_decision(table.replace(b"</rule>", b""), "t.dmn", "level", {}, AROUND)
