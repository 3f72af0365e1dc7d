"""The grading table gives what S20 says, by the results derived from it by hand before the table was written."""

from typing import Any

import pytest

from tests.unit.process.tables import decided, labels, row, table

CASES = labels("grading")


def facts(expected: dict[str, Any]) -> dict[str, Any]:
    return {name: expected[name] for name in ("grading", "product") if name in expected}


@pytest.mark.parametrize("expected", CASES, ids=lambda expected: expected["why"])
def test_level_and_reason(expected: dict[str, Any]) -> None:
    found = decided("grading", facts(expected))
    assert found == {"grading.level": expected["level"], "grading.reason": expected["reason"]}


def test_an_empty_case_is_of_the_lightest_level() -> None:
    assert decided("grading", {})["grading.level"] == 5


def test_every_row_is_tried() -> None:
    assert {row("grading", facts(case)) for case in CASES} == {rule.number for rule in table("grading").rules}
    assert {case["level"] for case in CASES} == {1, 2, 3, 4, 5}


# The condition columns of S20 that are limits: field, what else makes the row hold, and the limit of each level.
LIMITS = [
    ("cost", {}, {1: 5_000_000, 2: 1_000_000, 3: 100_000}),
    ("mw", {"defect_degree": "whole_module"}, {1: 1, 2: 0.5, 3: 0.2}),
    ("repeat_cost", {}, {1: 5_000_000, 2: 1_000_000, 3: 100_000}),
    ("repeat_mw", {"defect_degree": "whole_module"}, {1: 1, 2: 0.5, 3: 0.2}),
]


@pytest.mark.parametrize(
    ("field", "beside", "level", "limit"),
    [(field, beside, level, limit) for field, beside, limits in LIMITS for level, limit in limits.items()],
)
def test_above_is_above(field: str, beside: dict[str, Any], level: int, limit: float) -> None:
    """The smallest step above a limit lifts the level, the limit itself and the smallest step below do not."""
    step = 0.01 if limit > 10 else 0.000001
    grades = [
        decided("grading", {"grading": {field: value, **beside}})["grading.level"]
        for value in (limit - step, limit, limit + step)
    ]
    assert grades == [level + 1, level + 1, level]
