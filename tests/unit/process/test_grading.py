"""The grading table gives what S20 says, by the results derived from it by hand before the table was written."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.process.driving import Drive

CASES = json.loads((Path(__file__).parent / "grading_cases.json").read_text(encoding="utf-8"))


def graded(facts: dict[str, Any]) -> dict[str, Any]:
    drive = Drive({"grading": facts})
    drive.answer("receive", {})
    drive.answer("record", {})
    result: dict[str, Any] = drive.case["grading"]
    return result


@pytest.mark.parametrize("expected", CASES, ids=lambda expected: expected["why"])
def test_level_and_reason(expected: dict[str, Any]) -> None:
    found = graded(expected["grading"])
    assert (found["level"], found["reason"]) == (expected["level"], expected["reason"])


def test_nothing_filled_is_the_lightest_level() -> None:
    assert graded({})["level"] == 5


def test_every_level_and_every_reason_is_tried() -> None:
    assert {case["level"] for case in CASES} == {1, 2, 3, 4, 5}
    reasons = {(case["level"], case["reason"]) for case in CASES}
    assert {
        (level, reason) for level in (1, 2, 3, 4) for reason in ("cost", "quantity", "repeat_cost", "repeat_quantity")
    } <= reasons
    assert {
        (1, "major_impact"),
        (1, "safety"),
        (2, "group"),
        (2, "media"),
        (1, "other"),
        (2, "other"),
        (3, "other"),
    } <= reasons
