"""What the complaint's diagrams have to do with the world around: workers, tables, messages, errors, ends."""

import pytest
from lxml import etree

from server.jobs.registry import load_registry
from tests.unit.process.bundled import BUNDLE, DIAGRAMS, FORMS, NAMES, elements, process_of

TOPICS = {
    "acknowledge": "customer.acknowledge@1",
    "grading_inputs": "grading.inputs@1",
    "send_answer": "customer.send_answer@1",
    "render_eight_d": "eight_d.render@1",
    "send_eight_d": "customer.send_eight_d@1",
    "send_result": "customer.send_result@1",
}
CLOSING = {
    "send_explanation": "not_valid",
    "send_reevaluation": "reevaluated",
    "send_remark": "closed_with_remark",
    "send_settled": "referred",
    "send_withdrawal": "withdrawn",
    "send_merged": "duplicate",
}
ARCHIVING = {
    "archive_package", "archive_service", "archive_immediate", "archive_not_valid", "archive_remark", "archive_settled",
    "archive_withdrawn", "archive_merged",
}  # fmt: skip
DECISIONS = {
    "grade": "grading",
    "two_levels": "two_levels",
    "participants": "participants",
    "who_approves": "approvals",
    "plan_approvals": "approvals",
}
MESSAGES = {
    "eight_d_answered": ("customer_answer", "eight_d.answered", "answer"),
    "satisfaction_told": ("satisfaction", "complaint.satisfied", "closing"),
    "goods_returned": ("return_goods", "goods.returned", "goods_return"),
    "shipment_1_reported": ("shipment_1", "shipment.reported", "rollout.shipment_1"),
    "shipment_2_reported": ("shipment_2", "shipment.reported", "rollout.shipment_2"),
    "shipment_3_reported": ("shipment_3", "shipment.reported", "rollout.shipment_3"),
    "outside_decided": ("outside_result", "outside.decided", "referral"),
    "complaint_withdrawn": (None, "complaint.withdrawn", "withdrawal"),
    "complaint_merged": (None, "complaint.merged", "duplicate"),
    "complaint_referred": (None, "complaint.referred", "referral"),
}
ENDS = {
    "End_Archived", "End_NotQuality", "End_NotValid", "End_ResolvedAtOnce", "End_ClosedWithRemark", "End_Withdrawn",
    "End_Duplicate", "End_SettledOutside",
}  # fmt: skip
LIMITS = {
    "End_ContainmentLimit": "containment",
    "End_PlanLimit": "corrective_action",
    "End_ReplyLimit": "eight_d_reply",
}
OPERATORS = elements("//b:serviceTask/b:extensionElements/s:serviceTaskOperator")


def task_of(operator: etree._Element) -> str:
    return str(operator.getparent().getparent().get("id"))


def test_service_tasks_name_their_topics() -> None:
    closing = dict.fromkeys(CLOSING, "customer.send_closing@1")
    archiving = dict.fromkeys(ARCHIVING, "archive.package@1")
    assert {task_of(each): each.get("id") for each in OPERATORS} == TOPICS | closing | archiving


def test_mails_at_an_end_say_which_end() -> None:
    parameters = [
        (task_of(operator), one.get("id"), one.get("type"), one.get("value"))
        for operator in OPERATORS
        for one in operator.iterfind("s:parameters/s:parameter", NAMES)
        if operator.get("id") == "customer.send_closing@1"
    ]
    assert sorted(parameters) == sorted((task, "outcome", "str", f"'{outcome}'") for task, outcome in CLOSING.items())


@pytest.mark.parametrize("operator", OPERATORS, ids=task_of)
def test_results_of_workers_are_fields_of_the_case(operator: etree._Element) -> None:
    place = FORMS.case_schema()
    for name in operator.get("resultVariable").split("."):
        place = place["properties"][name]
    results = load_registry().get(operator.get("id")).result["properties"]
    assert set(results) <= set(place["properties"])


def test_rules_name_their_tables() -> None:
    rules = elements("//b:businessRuleTask")
    found = {each.get("id"): each.findtext(".//s:calledDecisionId", namespaces=NAMES) for each in rules}
    assert found == DECISIONS
    assert {f"{decision}.dmn" for decision in found.values()} <= set(BUNDLE)


def test_messages_find_their_case_by_number() -> None:
    names = {each.get("id"): each.get("name") for each in elements("//b:message")}
    found = {}
    for definition in elements("//b:messageEventDefinition"):
        event = definition.getparent()
        variable = definition.findtext(".//s:messageVariable", namespaces=NAMES)
        found[event.get("id")] = (event.get("attachedToRef"), names[definition.get("messageRef")], variable)
        assert event.get("cancelActivity", "true") == "true"
        assert definition.findtext(".//s:propertyId", namespaces=NAMES) == "number"
        assert definition.findtext(".//s:expression", namespaces=NAMES) == "number"
    assert found == MESSAGES


@pytest.mark.parametrize("event", sorted(MESSAGES))
def test_what_a_message_brings_has_its_place_in_the_case(event: str) -> None:
    place = FORMS.case_schema()
    for name in MESSAGES[event][2].split("."):
        place = place["properties"][name]
    assert place["type"] == "object"


@pytest.mark.parametrize("event", sorted(name for name, (task, *_) in MESSAGES.items() if task))
def test_a_message_goes_on_where_the_task_would(event: str) -> None:
    task = MESSAGES[event][0]
    flows = {flow.get("sourceRef"): flow.get("targetRef") for flow in elements("//b:sequenceFlow")}
    assert flows[event] == flows[task]


def test_every_wait_for_the_outside_is_a_persons_task_too() -> None:
    """Nothing waits on a message or the time alone, but for what may come at any time beside the work."""
    catching = {each.get("id") for each in elements("//b:intermediateCatchEvent | //b:receiveTask")}
    assert catching == {event for event, (task, *_) in MESSAGES.items() if task is None}
    assert elements("//b:timerEventDefinition") == []


def test_ends_of_the_complaint_end_everything() -> None:
    ends = elements("//b:endEvent", "complaint")
    assert {each.get("id") for each in ends if each.find("b:terminateEventDefinition", NAMES) is not None} == ENDS
    assert len(ends) == len(ENDS)


def test_used_up_rounds_are_told_to_the_complaint() -> None:
    codes = {each.get("id"): each.get("errorCode") for each in elements("//b:error")}
    assert set(codes.values()) == {"rounds_exhausted"}
    thrown = {each.getparent().get("id"): process_of(each) for each in elements("//b:endEvent/b:errorEventDefinition")}
    assert thrown == LIMITS
    caught = {each.getparent().get("attachedToRef") for each in elements("//b:boundaryEvent/b:errorEventDefinition")}
    assert caught == {f"{process}_case" for process in LIMITS.values()}
    for definition in elements("//b:errorEventDefinition"):
        assert definition.get("errorRef") in codes


def test_every_diagram_has_one_start() -> None:
    for process in DIAGRAMS:
        assert len(elements("//b:startEvent", process)) == 1
