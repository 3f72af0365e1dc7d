"""The called processes, each on its own: every way from its start to every end, as the diagram draws it."""

from collections import Counter
from copy import deepcopy
from itertools import permutations
from typing import Any

import pytest

from server.clock import ManualClock
from server.engine import Environment, ProcessDefinition, ProcessInstance, Wait, parse_definition
from tests.bpmn_builder import boundary, call, document, end, error, error_definition, process, start
from tests.unit.process.bundled import BUNDLE, FORMS
from tests.unit.process.called_answers import CHOICES, CONTRADICTIONS, FORMS_FILLED, MESSAGES
from tests.unit.process.driving import FILES, NAMES, NOW, merge
from tests.unit.process.ways import Chart, Way

WAYS = {
    "containment": 14,  # 2 times 6 ways to handle the goods, at once or after one refusal; the limit in either round
    "corrective_action": 20,  # 2 approvers; 3 ways to fail, at the limit; 3 times those 5 after another round
    "eight_d_reply": 88,  # 4 ways to be accepted, 7 to fail at the limit; 7 times those 11 after another round
    "implementation": 1,
    "horizontal_rollout": 22,  # a shipment is reported by a person or a message: 2 bad ones, 4, 8, and 8 good
}
NO_FORM_FIELDS = {"rounds", "approvals"}
CHARTS = {name: Chart(BUNDLE[f"{name}.bpmn"]) for name in WAYS}


def caller(name: str) -> ProcessDefinition:
    """A process that does nothing but call the one with this id and catch `rounds_exhausted`."""
    elements = [start(), call("step", name), boundary("caught", "step", error_definition("limit")), end(), end("up")]
    flows = ["start > step", "step > end", "caught > up"]
    diagram = document(error("limit", "rounds_exhausted"), process("caller", *elements, flows=flows))
    return parse_definition({**FILES, "caller.bpmn": diagram}, "caller")


CALLERS = {name: caller(name) for name in WAYS}


class Walk:
    """One called process on its way; between any two steps it is saved and loaded again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.taken: list[str] = []
        self.case: dict[str, Any] = {"number": "K-2026-00001", "grading": {"level": 4}, "rounds": {"limit": 3}}
        self.environment = Environment(clock=ManualClock(NOW), known_names=NAMES)
        self.instance = ProcessInstance.start(CALLERS[name], self.case, self.environment)
        self.go_on()

    def open(self, kind: str) -> dict[str, Wait]:
        return {wait.element_id: wait for wait in self.instance.waits() if wait.kind == kind}

    def go_on(self) -> None:
        """Let the workers work, note the elements and flows of the called process, and load what was saved."""
        while jobs := list(self.open("job").values()):
            self.instance.complete_job(jobs[0].task_id, {"sent": True})
        self.taken += [element for where, element in self.instance.path() if where == self.name]
        if not self.instance.completed:
            saved = self.instance.dump()
            self.instance = ProcessInstance.load(CALLERS[self.name], saved, self.case, self.environment)

    def answer(self, task: str, data: dict[str, Any]) -> None:
        """Fill in a form that is open; what is no field of it stands in the case already."""
        wait = self.open("user_task")[task]
        filled = {name: value for name, value in data.items() if name not in NO_FORM_FIELDS}
        assert FORMS.errors(wait.properties["formKey"], filled, "en") == []
        merge(self.case, data)
        self.instance.complete_user_task(wait.task_id)
        self.go_on()

    def tell(self, event: str, data: dict[str, Any]) -> None:
        """Deliver the message that a boundary event waits for."""
        merge(self.case, {name: value for name, value in data.items() if name in NO_FORM_FIELDS})
        payload = {name: value for name, value in data.items() if name not in NO_FORM_FIELDS}
        self.instance.deliver_message(self.open("message")[event].task_id, payload)
        self.go_on()


def said(chart: Chart, way: Way, position: int) -> dict[str, Any]:
    """The answer at a place of a way: what the gateways ahead need to hear, as far as the way does not turn back."""
    here = way[position]
    data = deepcopy(FORMS_FILLED[here] if here in FORMS_FILLED else MESSAGES[here])
    for step in way[position + 1 :]:
        merge(data, CHOICES.get(step, {}).get(here, {}))
        if step in chart.turning:
            break
    return data


def follow(name: str, way: Way, until: str | None = None) -> Walk:
    """A walk along a way of the chart, to its end or to a task: forms and messages in the order they stand there."""
    walk, chart = Walk(name), CHARTS[name]
    for position, step in enumerate(way):
        if step == until:
            break
        if chart.kinds.get(step) == "boundaryEvent":
            walk.tell(step, said(chart, way, position))
        elif chart.kinds.get(step) == "userTask" and chart.kinds.get(way[position + 1]) != "boundaryEvent":
            walk.answer(step, said(chart, way, position))
    return walk


def contradicts(way: Way) -> bool:
    return any(one in way and other in way for one, other in CONTRADICTIONS)


POSSIBLE = [(name, way) for name, chart in CHARTS.items() for way in chart.ways() if not contradicts(way)]


def test_no_way_is_forgotten() -> None:
    assert Counter(name for name, _way in POSSIBLE) == WAYS
    walked = {step for _name, way in POSSIBLE for step in way}
    for chart in CHARTS.values():
        assert {*chart.kinds, *chart.flows} - {each for each, kind in chart.kinds.items() if "lane" in kind} <= walked


@pytest.mark.parametrize(("name", "way"), POSSIBLE, ids=lambda value: value if isinstance(value, str) else value[-1])
def test_the_way_can_be_walked_to_its_end(name: str, way: Way) -> None:
    walk = follow(name, way)
    assert walk.instance.completed
    hosts = CHARTS[name].hosts
    finished = [step for step, after in zip(way, (*way[1:], ""), strict=True) if after not in hosts]
    assert Counter(walk.taken) == Counter(finished)
    assert walk.instance.end_event == ("up" if "Limit" in way[-1] else "end")


@pytest.mark.parametrize("gateway", ["Gateway_Return", "Gateway_Method"])
def test_ways_are_left_out_because_two_gateways_ask_the_same(gateway: str) -> None:
    conditions = [CHARTS["containment"].conditions[flow.id] for flow in CHARTS["containment"].after(gateway)]
    assert 'containment.method == "return"' in conditions


@pytest.mark.parametrize(
    ("name", "before", "tasks", "behind"),
    [
        (
            "containment",
            {"emergency": {"containment": {"method": "rework", "quantity": 480}}},
            ["quarantine_stock", "quarantine_wip", "quarantine_transit", "rework"],
            "confirm_containment",
        ),
        (
            "implementation",
            {},
            ["implement_customer", "implement_wip", "implement_stock", "update_standard", "train"],
            "validate",
        ),
    ],
)
def test_parallel_work_may_be_done_in_any_order(
    name: str, before: dict[str, Any], tasks: list[str], behind: str
) -> None:
    for order in permutations(tasks):
        walk = Walk(name)
        for task, data in before.items():
            walk.answer(task, data)
        for done, task in enumerate(order):
            assert set(walk.open("user_task")) == set(order[done:])
            walk.answer(task, FORMS_FILLED[task])
        assert set(walk.open("user_task")) == {behind}
        for task in tasks:
            (field,) = FORMS_FILLED[task]
            assert FORMS_FILLED[task][field].items() <= walk.case[field].items()


BACK = [
    (name, node, chart.properties[node]["sendBackTo"])
    for name, chart in CHARTS.items()
    for node in chart.of_kind("userTask")
    if "sendBackTo" in chart.properties[node]
]


@pytest.mark.parametrize(("name", "task", "target"), BACK, ids=lambda value: value)
def test_a_task_goes_back_to_where_it_says(name: str, task: str, target: str) -> None:
    way = next(way for each, way in POSSIBLE if each == name and task in way)
    walk = follow(name, way, until=task)
    walk.instance.send_back(walk.open("user_task")[task].task_id, target)
    walk.go_on()
    assert set(walk.open("user_task")) == {target}
    for position in range(way.index(target), way.index(task)):
        if CHARTS[name].kinds.get(way[position]) == "userTask":
            walk.answer(way[position], said(CHARTS[name], way, position))
    assert set(walk.open("user_task")) == {task}


def test_what_the_message_told_stands_in_the_case_and_the_task_is_gone() -> None:
    walk = Walk("horizontal_rollout")
    walk.answer("rollout", FORMS_FILLED["rollout"])
    walk.tell("shipment_1_reported", {"result": "good", "number": "L1", "quantity": 500})
    assert walk.case["rollout"]["shipment_1"] == {"result": "good", "number": "L1", "quantity": 500}
    assert set(walk.open("user_task")) == {"shipment_2"}
    assert walk.open("message")["shipment_2_reported"].correlation == {"number": "K-2026-00001"}
    assert set(walk.open("message")) == {"shipment_2_reported"}


def test_a_customer_who_rejects_the_cause_ends_the_reply_without_another_report() -> None:
    walk = Walk("eight_d_reply")
    for task in ("eight_d", "review_eight_d", "release_eight_d"):
        walk.answer(task, FORMS_FILLED[task])
    walk.answer("customer_answer", {"answer": {"result": "sent_back", "back_to": "cause", "text": "原因不成立"}})
    assert walk.taken[-1] == "End_Replied"
    assert walk.instance.end_event == "end"
