"""The demo's complaints are ones that the process accepts, as far as each of them goes."""

import json
from typing import Any

import pytest

from server.domain.bundle import bundled_root
from tests.unit.process.bundled import FORMS
from tests.unit.process.test_complaint_diagram import EXIT, STRAIGHT, USER_TASKS

COMPLAINTS = json.loads((bundled_root() / "server/demo/complaints.json").read_text(encoding="utf-8"))
CHANNELS = [choice["const"] for choice in FORMS.case_schema()["properties"]["intake"]["properties"]["channel"]["oneOf"]]
each_complaint = pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda complaint: complaint["key"])


def merged(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    result = dict(target)
    for name, value in patch.items():
        result[name] = merged(result.get(name) or {}, value) if isinstance(value, dict) else value
    return result


def tasks_on(path: list[str]) -> list[str]:
    users = {task.get("id") for task in USER_TASKS}
    return [element for element in path if element in users]


def test_there_are_enough_of_them_in_both_languages() -> None:
    assert len(COMPLAINTS) >= 8
    assert sum(complaint["language"] == "en" for complaint in COMPLAINTS) >= 2
    assert len({complaint["key"] for complaint in COMPLAINTS}) == len(COMPLAINTS)


@each_complaint
def test_it_can_be_filed(complaint: dict[str, Any]) -> None:
    assert complaint["channel"] in CHANNELS
    assert complaint["received_hours_ago"] > 0
    assert FORMS.errors("file", complaint["fields"], "en") == []
    assert FORMS.view_data("file", complaint["fields"]) == complaint["fields"]


@each_complaint
def test_its_answers_fit_their_forms(complaint: dict[str, Any]) -> None:
    case = complaint["fields"]
    for answer in complaint["answers"]:
        form, data = answer["element_id"], answer["data"]
        assert FORMS.view_data(form, data) == data, f"{form} has no such fields"
        case = merged(case, data)
        assert FORMS.errors(form, FORMS.view_data(form, case), "en") == [], form


@each_complaint
def test_its_answers_follow_the_path(complaint: dict[str, Any]) -> None:
    steps = [answer["element_id"] for answer in complaint["answers"]]
    decided = next((answer["data"] for answer in complaint["answers"] if answer["element_id"] == "confirm"), {})
    is_quality = decided.get("classification", {}).get("is_quality") != "no"
    before = STRAIGHT[: STRAIGHT.index("Gateway_IsQuality")]
    path = tasks_on(STRAIGHT) if is_quality else tasks_on(before + EXIT)
    assert steps == path[: len(steps)]


def test_every_form_is_filled_by_some_complaint() -> None:
    filled = {answer["element_id"] for complaint in COMPLAINTS for answer in complaint["answers"]}
    assert filled | {"file"} == set(FORMS.keys())


def test_no_real_address_gets_mail() -> None:
    for complaint in COMPLAINTS:
        assert complaint["fields"]["customer"].get("email", "x.example").endswith(".example")
