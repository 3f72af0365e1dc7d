"""The diagram runs: S4's straight path, the exit, the customer's answer by message, the ways back."""

import random
from typing import Any

import pytest

from server.engine.check import check_files
from server.jobs.registry import load_registry
from tests.unit.process.bundled import BUNDLE, FORMS, elements, properties
from tests.unit.process.driving import DIAGRAMS, NAMES, Drive
from tests.unit.process.test_complaint_diagram import EXIT, STRAIGHT
from tests.unit.process.test_demo import COMPLAINTS

BY_KEY = {complaint["key"]: complaint for complaint in COMPLAINTS}
FULL = BY_KEY["housing-sink-marks"]


def nodes(drive: Drive) -> list[str]:
    return [element for element in drive.path if not element.startswith("Flow_")]


def drive_to(element_id: str) -> Drive:
    """The full demo complaint, waiting at a user task."""
    drive = Drive(FULL["fields"])
    for answer in FULL["answers"]:
        if answer["element_id"] == element_id:
            return drive
        drive.answer(answer["element_id"], answer["data"])
    raise AssertionError(f"the demo never comes to {element_id}")


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda complaint: complaint["key"])
def test_the_demos_complaints_go_as_far_as_they_say(complaint: dict[str, Any]) -> None:
    drive = Drive(complaint["fields"])
    for answer in complaint["answers"]:
        drive.answer(answer["element_id"], answer["data"])
    assert drive.instance.completed is (drive.task() is None)


def test_the_straight_path_goes_through_s4_step_by_step() -> None:
    drive = Drive(FULL["fields"])
    for answer in FULL["answers"]:
        drive.answer(answer["element_id"], answer["data"])
    assert nodes(drive) == STRAIGHT
    assert drive.instance.end_event == "End_Archived"
    assert drive.case["grading"]["level"] == 4
    assert drive.case["acknowledgement"]["left_out"] == ["customer.email"]
    assert drive.case["archive"]["summary"].startswith("保压")


def test_what_is_no_quality_problem_is_answered_recorded_and_archived() -> None:
    complaint = BY_KEY["meter-reading"]
    drive = Drive(complaint["fields"])
    for answer in complaint["answers"]:
        drive.answer(answer["element_id"], answer["data"])
    assert nodes(drive) == STRAIGHT[: STRAIGHT.index("Gateway_IsQuality")] + EXIT
    assert drive.instance.end_event == "End_NotQuality"


def test_the_customers_own_answer_ends_the_wait() -> None:
    drive = drive_to("customer_answer")
    (message,) = drive.open("message")
    assert message.message == "eight_d.answered"
    assert message.correlation == {"number": "K-2026-00001"}
    drive.instance.deliver_message(message.task_id, {"result": "accepted", "name": "王丽"})
    task = drive.task()
    assert task is not None
    assert task.element_id == "implement"
    assert drive.case["answer"]["message"] == {"result": "accepted", "name": "王丽"}
    assert drive.open("message") == []


@pytest.mark.parametrize(
    ("task", "target"),
    [
        (task.get("id"), properties(task)["sendBackTo"])
        for task in elements("//b:userTask")
        if "sendBackTo" in properties(task)
    ],
)
def test_work_sent_back_comes_round_again(task: str, target: str) -> None:
    drive = drive_to(task)
    current = drive.task()
    assert current is not None
    drive.instance.send_back(current.task_id, target)
    drive.work()
    again = drive.task()
    assert again is not None
    assert again.element_id == target
    for answer in FULL["answers"][[answer["element_id"] for answer in FULL["answers"]].index(target) :]:
        drive.answer(answer["element_id"], answer["data"])
    assert drive.instance.end_event == "End_Archived"


@pytest.mark.parametrize("seed", range(20))
def test_any_answers_that_fit_the_forms_reach_an_end(seed: int) -> None:
    chance = random.Random(seed)
    drive = Drive({"customer": {"name": "甲"}, "problem": {"description": "乙"}})
    for _ in range(20):
        task = drive.task()
        if task is None:
            break
        data = fill(FORMS.schema(task.properties["formKey"]), chance)
        assert FORMS.errors(task.properties["formKey"], data, "en") == []
        drive.answer(task.element_id, data)
    assert drive.instance.end_event in ("End_Archived", "End_NotQuality")


def test_the_check_finds_nothing() -> None:
    findings = check_files(
        DIAGRAMS,
        forms=FORMS.keys(),
        topics=load_registry().topics,
        groups=BUNDLE.application.groups,
        known_names=NAMES,
    )
    assert findings == []


def fill(schema: dict[str, Any], chance: random.Random) -> Any:
    """Some value that fits a form's schema, knowing only the rules scripts may rely on."""
    if "oneOf" in schema:
        return chance.choice(schema["oneOf"])["const"]
    if schema["type"] == "object":
        return _fill_object(schema, chance)
    if schema["type"] == "array":
        count = 0 if schema["items"].get("format") == "attachment" else chance.randint(0, min(3, schema["maxItems"]))
        return [fill(schema["items"], chance) for _ in range(count)]
    if schema["type"] == "boolean":
        return chance.random() < 0.5
    if schema["type"] in ("integer", "number"):
        return chance.choice([schema["minimum"], schema["maximum"]])
    formats = {"date": "2026-02-28", "date-time": "2026-02-28T09:30:00+08:00", "email": "a@b.example"}
    length = chance.choice([schema.get("minLength", 0), min(schema.get("maxLength", 20), 20)])
    return formats.get(schema.get("format", ""), "字" * length)


def _fill_object(schema: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    needed = set(schema.get("required", ()))
    fields = {name: inner for name, inner in schema["properties"].items() if not inner.get("readOnly")}
    data = {name: fill(inner, chance) for name, inner in fields.items() if name in needed or chance.random() < 0.5}
    for condition in schema.get("allOf", ()):
        ((name, limit),) = condition["if"]["properties"].items()
        if data.get(name) in limit.get("enum", [limit.get("const")]):
            for extra in condition["then"]["required"]:
                data.setdefault(extra, fill(fields[extra], chance))
    return data
