"""How long each step may take: by step, level and customer, as written down before the table (requirements, part 5)."""

from typing import Any

import pytest
from lxml import etree

from tests.unit.process.bundled import BUNDLE
from tests.unit.process.tables import decided, labels, row, table

CASES = labels("deadlines")
USER_TASK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"
STRICTNESS = {"hours": 1, "working_hours": 3, "days": 24, "working_days": 24}
"""Hours on the wall, roughly: eight working hours are a day."""


def steps() -> list[str]:
    """Every user task of the application's diagrams."""
    diagrams = [etree.fromstring(BUNDLE[name]) for name in BUNDLE if name.endswith(".bpmn")]
    return sorted(str(task.get("id")) for diagram in diagrams for task in diagram.iter(USER_TASK))


@pytest.mark.parametrize("expected", CASES, ids=lambda case: case["why"])
def test_a_step_has_its_time(expected: dict[str, Any]) -> None:
    found = decided("deadlines", expected["case"], step=expected["step"])
    assert [found["amount"], found["unit"], found["start"]] == expected["due"]
    assert (found["remind"], found["escalate"]) == (expected["remind"], expected["escalate"])
    assert expected["source"] in found["source"]


def test_every_row_is_tried() -> None:
    tried = {row("deadlines", case["case"], step=case["step"]) for case in CASES}
    assert tried == {rule.number for rule in table("deadlines").rules}


def test_every_step_of_the_diagrams_has_a_row_of_its_own() -> None:
    last = len(table("deadlines").rules)
    levels: list[dict[str, Any]] = [{}, {"grading": {"two_level": 1}}, {"grading": {"two_level": 2}}]
    assert [step for step in steps() for case in levels if row("deadlines", case, step=step) == last] == []
    assert {case["step"] for case in CASES} - {None, "drawn_tomorrow"} == set(steps())


@pytest.mark.parametrize("start", ["received", "task"])
def test_the_graver_never_has_more_time(start: str) -> None:
    """Compared where both count from the same moment."""

    def hours(step: str, **grading: int) -> float | None:
        found = decided("deadlines", {"grading": grading}, step=step)
        return found["amount"] * STRICTNESS[found["unit"]] if found["start"] == start else None

    compared = [
        (step, grave, light)
        for step in steps()
        for grave, light in [(hours(step, two_level=1, level=1), hours(step, two_level=2, level=5))]
        if grave is not None and light is not None
    ]
    assert compared
    assert [each for each in compared if each[1] > each[2]] == []


def test_rungs_follow_one_another() -> None:
    for case in CASES:
        found = decided("deadlines", case["case"], step=case["step"])
        rungs = found["escalate"]
        assert rungs == sorted(set(rungs)), case["why"]
        assert 1 <= len(rungs) <= 4, case["why"]
        assert found["remind"] > 0, case["why"]
