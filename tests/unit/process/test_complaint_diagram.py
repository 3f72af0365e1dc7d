"""The complaint's diagrams: S4's steps in their lanes, complete in what the server needs to know of each."""

import re
from collections import Counter

import pytest
from lxml import etree

from tests.unit.process.bundled import BUNDLE, DIAGRAMS, FORMS, NAMES, elements, process_of, properties
from tests.unit.process.procedure import DEFAULT, WAYS, written

LANES = {
    "complaint": {
        "anytime": [],
        "sales": ["receive", "record", "explain_not_valid", "satisfaction"],
        "quality": ["review_immediate", "confirm", "cause_side", "team", "meeting", "reevaluate", "archive"],
        "engineering": [],
        "production": [],
        "management": ["assign_person"],
        "vp": ["decide_limit"],
        "gm": ["sign_close"],
    },
    "non_quality": {"sales": ["record_service"], "quality": ["investigate_answer"]},
    "external_referral": {"management": ["refer_outside"], "quality": ["outside_result"]},
    "containment": {
        "sales": ["quarantine_transit", "return_goods"],
        "quality": ["inspect_return", "sorting", "confirm_containment"],
        "production": ["emergency", "quarantine_stock", "quarantine_wip", "rework"],
        "service": ["on_site"],
        "gm": ["approve_return"],
    },
    "corrective_action": {
        "quality": ["verify_plan"],
        "engineering": ["plan"],
        "management": ["approve_plan"],
        "vp": ["approve_plan_vp"],
    },
    "eight_d_reply": {
        "quality": ["eight_d", "review_eight_d", "customer_answer"],
        "management": ["release_eight_d"],
        "gm": ["sign_eight_d"],
    },
    "implementation": {
        "quality": ["implement_customer", "validate"],
        "engineering": ["update_standard"],
        "production": ["implement_wip", "implement_stock", "train"],
    },
    "horizontal_rollout": {"quality": ["shipment_1", "shipment_2", "shipment_3"], "engineering": ["rollout"]},
}
MILESTONES = {
    "receive": "D0", "team": "D1", "confirm": "D2", "emergency": "D3", "meeting": "D4", "plan": "D5", "validate": "D6",
    "rollout": "D7", "archive": "D8",
}  # fmt: skip
SENT_BACK = {
    "confirm": "record",
    "verify_plan": "plan",
    "approve_plan": "plan",
    "approve_plan_vp": "plan",
    "review_eight_d": "eight_d",
    "release_eight_d": "eight_d",
    "customer_answer": "eight_d",
}
LOOPS = {
    "emergency": "containment",
    "plan": "plan",
    "eight_d": "eight_d",
    "rollout": "rollout",
    "satisfaction": "closing",
}
USER_TASKS = elements("//b:userTask")
FLOW_NODES = elements("//b:process/*[b:incoming or b:outgoing]")
each_diagram = pytest.mark.parametrize("process", sorted(DIAGRAMS))
each_task = pytest.mark.parametrize("task", USER_TASKS, ids=lambda task: task.get("id"))


def told(name: str) -> dict[str, str]:
    """A property's value by the id of the user tasks that have it."""
    return {task.get("id"): properties(task)[name] for task in USER_TASKS if name in properties(task)}


def drawn(process: str) -> dict[tuple[str, str], str]:
    """The flows as drawn, in the order they are tried, gateways that only bring flows together left out."""
    flows = {flow.get("id"): flow for flow in elements("//b:sequenceFlow", process)}
    defaults = {node.get("default") for node in elements("//b:*[@default]", process)}
    merging = elements("//b:exclusiveGateway[count(b:outgoing)=1]", process)
    after = {node.get("id"): flows[node.findtext("b:outgoing", namespaces=NAMES)].get("targetRef") for node in merging}
    found: dict[tuple[str, str], str] = {}
    for out in elements("//b:process/*/b:outgoing", process):
        flow, source = flows[out.text], out.getparent().get("id")
        assert flow.get("sourceRef") == source
        target = flow.get("targetRef")
        while target in after:
            target = after[target]
        if source not in after:
            assert (source, target) not in found
            condition = flow.findtext("b:conditionExpression", default="", namespaces=NAMES)
            found[source, target] = DEFAULT if out.text in defaults else condition
    return found


@each_diagram
def test_it_is_valid_by_the_standard_and_the_engines_extensions(process: str) -> None:
    from SpiffWorkflow.spiff.parser.process import VALIDATOR

    VALIDATOR.validate(etree.fromstring(BUNDLE[f"{process}.bpmn"]))


@each_diagram
def test_the_ways_and_conditions_are_those_of_the_procedure(process: str) -> None:
    assert drawn(process) == written(process)


@each_diagram
def test_conditions_are_tried_in_the_order_of_the_procedure(process: str) -> None:
    """Where two hold, the one written first decides."""

    def tried(ways: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
        asked = [pair for pair, condition in ways.items() if condition not in ("", DEFAULT)]
        return sorted(asked, key=lambda pair: pair[0])  # the sort is stable: by gateway, then as it stands

    assert tried(drawn(process)) == tried(written(process))


def test_the_diagrams_are_those_of_the_procedure() -> None:
    assert set(DIAGRAMS) == set(WAYS)
    for process in DIAGRAMS:
        assert [each.get("id") for each in elements("//b:process", process)] == [process]
    called = {each.get("id"): each.get("calledElement") for each in elements("//b:callActivity")}
    assert {name: process for name, process in called.items() if name != f"{process}_case"} == {
        "referral_case": "external_referral",
        "referral_last": "external_referral",
    }
    assert set(called.values()) == set(DIAGRAMS) - {"complaint"}


def test_every_id_is_used_once_in_all_diagrams() -> None:
    found = Counter(element.get("id") for element in elements("//b:process//b:*[@id]") if not _is_lane(element))
    assert [name for name, count in found.items() if count > 1] == []


@each_diagram
def test_each_step_is_in_its_lane(process: str) -> None:
    users = {task.get("id") for task in elements("//b:userTask", process)}
    found = {
        lane.get("id"): sorted({ref.text for ref in lane.iterfind("b:flowNodeRef", NAMES)} & users)
        for lane in elements("//b:lane", process)
    }
    assert found == {lane: sorted(tasks) for lane, tasks in LANES[process].items()}
    assert set(LANES[process]) - {"anytime"} <= set(BUNDLE.application.groups)


@each_task
def test_a_task_says_which_form_and_leaves_the_time_to_the_table(task: etree._Element) -> None:
    found = properties(task)
    assert found["formKey"] == {"approve_plan_vp": "approve_plan"}.get(task.get("id"), task.get("id"))
    assert found["formKey"] in FORMS
    assert 0 < int(found.get("priority", "50")) <= 100
    assert "dueDate" not in found


@each_task
def test_a_task_is_explained_in_both_languages(task: etree._Element) -> None:
    instructions = task.findtext("b:extensionElements/s:instructionsForEndUser", namespaces=NAMES)
    assert re.fullmatch(r"\[zh-CN\]\n([^\[]+\n){1,5}\[en\]\n([^\[]+\n?){1,5}", instructions)
    assert re.search(r"S\d", task.findtext("b:documentation", namespaces=NAMES))


@pytest.mark.parametrize("node", FLOW_NODES, ids=lambda node: node.get("id"))
def test_texts_are_in_both_languages_with_chinese_punctuation(node: etree._Element) -> None:
    texts = node.xpath("b:documentation/text() | b:extensionElements/s:instructionsForEndUser/text()", namespaces=NAMES)
    for text in texts:
        assert text.startswith("[zh-CN]\n")
        chinese, _, english = text.partition("\n[en]\n")
        assert english
        assert not re.search(r"[一-鿿]", english)
        assert not re.search(r"[一-鿿”][,;:?!(]|[,;:?!)][一-鿿“]", chinese)


def test_every_name_has_two_lines() -> None:
    ours = ("message", "error", "correlationKey", "correlationProperty")
    for element in elements("//b:*[@name]"):
        if etree.QName(element).localname not in ours:
            chinese, english = element.get("name").split("\n")
            assert re.search(r"[一-鿿]", chinese), element.get("id")
            assert not re.search(r"[一-鿿]", english), element.get("id")


def test_each_discipline_of_the_8d_has_one_step() -> None:
    assert told("milestone") == MILESTONES


def test_loops_begin_where_the_application_says() -> None:
    assert told("loop") == LOOPS
    assert set(LOOPS.values()) == set(BUNDLE.application.loops)


def test_send_back_goes_to_an_earlier_step_of_the_same_diagram() -> None:
    assert told("sendBackTo") == SENT_BACK
    process_by_task = {task.get("id"): process_of(task) for task in USER_TASKS}
    for task, target in SENT_BACK.items():
        assert process_by_task[task] == process_by_task[target]


def _is_lane(element: etree._Element) -> bool:
    return etree.QName(element).localname == "lane"
