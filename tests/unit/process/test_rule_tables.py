"""The two levels (S13), participants (S20) and approvals (S4, S6, S19) give what was written down before the tables."""

from typing import Any

import pytest

from tests.unit.process.bundled import FORMS
from tests.unit.process.tables import decided, labels, row, table

LABELS = {name: labels(name) for name in ("two_levels", "participants", "approvals")}


def ids(case: dict[str, Any]) -> str:
    return str(case["why"])


@pytest.mark.parametrize("expected", LABELS["two_levels"], ids=ids)
def test_of_two_levels(expected: dict[str, Any]) -> None:
    found = decided("two_levels", expected["case"])
    assert found == {"grading.two_level": expected["two_level"], "grading.two_level_reason": expected["reason"]}


@pytest.mark.parametrize("expected", LABELS["participants"], ids=ids)
def test_who_takes_part(expected: dict[str, Any]) -> None:
    found = decided("participants", expected["case"])
    assert found["participants.group_set"] == expected["group_set"]
    fields = FORMS.case_schema()["properties"]["participants"]["properties"]
    departments = {one["const"]: one["title"].split("\n") for one in fields["departments"]["items"]["oneOf"]}
    assert [departments[name][0] for name in found["participants.departments"]] == expected["departments"]
    assert all(english.isascii() for _chinese, english in departments.values())
    ranks = next(one["title"] for one in fields["ranks"]["oneOf"] if one["const"] == found["participants.ranks"])
    assert [rank for rank in expected["ranks"] if rank not in ranks] == []
    assert [rank for rank in expected["not_ranks"] if rank in ranks] == []


@pytest.mark.parametrize("expected", LABELS["approvals"], ids=ids)
def test_who_may_approve_what(expected: dict[str, Any]) -> None:
    found = decided("approvals", expected["case"])
    assert found == {f"approvals.{name}": expected[name] for name in ("plan", "reply", "closing")}


@pytest.mark.parametrize("name", LABELS)
def test_every_row_is_tried(name: str) -> None:
    assert {row(name, case["case"]) for case in LABELS[name]} == {rule.number for rule in table(name).rules}


@pytest.mark.parametrize("name", LABELS)
def test_every_result_has_its_place_in_the_case_file(name: str) -> None:
    """A code has to be one the field allows, so that forms show it by its title; a text has to fit."""
    schema = FORMS.case_schema()
    for case in LABELS[name]:
        for path, value in decided(name, case["case"]).items():
            place = schema
            for step in path.split("."):
                place = place["properties"][step]
            assert place["readOnly"], path
            texts = value if isinstance(value, list) else [value]
            assert len(texts) <= place.get("maxItems", 1), path
            entry = place.get("items", place)
            if "oneOf" in entry:
                assert set(texts) <= {choice["const"] for choice in entry["oneOf"]}, path
            else:
                assert [text for text in texts if isinstance(text, str) and len(text) > entry["maxLength"]] == []
