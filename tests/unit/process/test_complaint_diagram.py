"""The complaint diagram: S4's steps in their lanes, complete in what the server needs to know of each."""

from itertools import pairwise

import pytest
from lxml import etree

from server.jobs.registry import load_registry
from tests.unit.process.bundled import BUNDLE, DIAGRAM, FORMS, NAMES, elements, properties

LANES = {
    "sales": ["receive", "record"],
    "quality": [
        "confirm", "investigate_answer", "record_service", "cause_side", "team", "meeting", "eight_d",
        "customer_answer", "archive",
    ],
    "engineering": ["plan", "implement", "rollout"],
    "production": ["emergency"],
    "management": ["approve_plan"],
}  # fmt: skip
STRAIGHT = [
    "Start_Complaint", "acknowledge", "receive", "record", "grading_inputs", "grade",
    "confirm", "Gateway_IsQuality", "cause_side", "team", "meeting", "emergency",
    "plan", "approve_plan", "eight_d", "render_eight_d", "send_eight_d", "customer_answer",
    "Gateway_Answered", "implement", "rollout", "archive", "send_result", "archive_package",
    "End_Archived",
]  # fmt: skip
EXIT = [
    "Gateway_IsQuality", "investigate_answer", "send_answer", "record_service", "archive_service", "End_NotQuality",
]  # fmt: skip
TOPICS = {
    "acknowledge": "customer.acknowledge@1",
    "grading_inputs": "grading.inputs@1",
    "send_answer": "customer.send_answer@1",
    "render_eight_d": "eight_d.render@1",
    "send_eight_d": "customer.send_eight_d@1",
    "send_result": "customer.send_result@1",
    "archive_package": "archive.package@1",
    "archive_service": "archive.package@1",
}
USER_TASKS = elements("//b:userTask")
each_task = pytest.mark.parametrize("task", USER_TASKS, ids=lambda task: task.get("id"))


def flows() -> set[tuple[str, str]]:
    return {(flow.get("sourceRef"), flow.get("targetRef")) for flow in elements("//b:sequenceFlow")}


def test_it_is_valid_by_the_standard_and_the_engines_extensions() -> None:
    from SpiffWorkflow.spiff.parser.process import VALIDATOR

    VALIDATOR.validate(etree.fromstring(BUNDLE["complaint.bpmn"]))


def test_the_paths_are_those_of_the_procedure() -> None:
    expected = {*pairwise(STRAIGHT), *pairwise(EXIT)}
    assert flows() == expected | {("eight_d_answered", "Gateway_Answered")}


def test_each_step_is_in_its_lane() -> None:
    users = {task.get("id") for task in USER_TASKS}
    found = {
        lane.get("id"): sorted({ref.text for ref in lane.iterfind("b:flowNodeRef", NAMES)} & users)
        for lane in elements("//b:lane")
    }
    assert found == {lane: sorted(tasks) for lane, tasks in LANES.items()}
    assert set(LANES) <= set(BUNDLE.application.groups)


@each_task
def test_a_task_says_which_form_and_until_when(task: etree._Element) -> None:
    told = properties(task)
    assert told["formKey"] == task.get("id")
    assert told["formKey"] in FORMS
    assert told["dueDate"].startswith(("working_hours(", "working_days("))


@each_task
def test_a_task_is_explained_in_both_languages(task: etree._Element) -> None:
    told = task.findtext("b:extensionElements/s:instructionsForEndUser", namespaces=NAMES)
    assert told.startswith("[zh-CN]\n")
    assert "\n[en]\n" in told
    assert "S4" in task.findtext("b:documentation", namespaces=NAMES)


def test_every_name_has_two_lines() -> None:
    named = [element for element in DIAGRAM.iter(f"{{{NAMES['b']}}}*") if element.get("name")]
    for element in named:
        if etree.QName(element).localname not in ("message", "correlationKey", "correlationProperty"):
            assert len(element.get("name").split("\n")) == 2, element.get("id")


def test_each_discipline_of_the_8d_has_one_step() -> None:
    found = sorted(told["milestone"] for told in map(properties, USER_TASKS) if "milestone" in told)
    assert found == [f"D{number}" for number in range(9)]


def test_send_back_goes_to_an_earlier_step() -> None:
    found = {task.get("id"): properties(task)["sendBackTo"] for task in USER_TASKS if "sendBackTo" in properties(task)}
    assert found["approve_plan"] == "plan"
    for task, target in found.items():
        assert STRAIGHT.index(target) < STRAIGHT.index(task)


def test_service_tasks_name_their_topics() -> None:
    operators = elements("//b:serviceTask/b:extensionElements/s:serviceTaskOperator")
    assert {each.getparent().getparent().get("id"): each.get("id") for each in operators} == TOPICS


def test_results_of_workers_are_fields_of_the_case() -> None:
    registry = load_registry()
    for operator in elements("//s:serviceTaskOperator"):
        place = FORMS.case_schema()
        for name in operator.get("resultVariable").split("."):
            place = place["properties"][name]
        assert set(registry.get(operator.get("id")).result["properties"]) <= set(place["properties"])


def test_anything_but_a_clear_no_is_a_quality_problem() -> None:
    (gateway,) = elements("//b:exclusiveGateway[@id='Gateway_IsQuality']")
    assert gateway.get("default") == "Flow_Quality"
    (condition,) = elements("//b:sequenceFlow[@targetRef='investigate_answer']/b:conditionExpression")
    assert condition.text == 'classification.is_quality == "no"'


def test_the_customers_answer_finds_its_case_by_number() -> None:
    (event,) = elements("//b:boundaryEvent")
    assert (event.get("attachedToRef"), event.get("cancelActivity")) == ("customer_answer", "true")
    (message,) = elements("//b:message")
    assert message.get("name") == "eight_d.answered"
    (variable,) = event.xpath(".//s:messageVariable", namespaces=NAMES)
    assert variable.text == "answer.message"
    assert event.xpath("string(.//s:propertyId)", namespaces=NAMES) == "number"
