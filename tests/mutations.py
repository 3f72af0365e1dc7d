"""Changed versions of the bundled process, as its owner might draw them, well or badly; none needs to be sound."""

import json
from collections.abc import Callable
from typing import Any

from lxml import etree

from server.domain.bundle import Bundle, bundled_root

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_ORDER = {name: place for place, name in enumerate(("documentation", "extensionElements", "incoming", "outgoing"))}


class Draft:
    """The files of the application, to be changed; `one` is the diagram under work."""

    def __init__(self, bundle: Bundle | None = None) -> None:
        self.files = dict(bundle or Bundle.from_folder(bundled_root(), "complaint"))
        self.name, self.root = "", etree.Element("none")

    def open(self, name: str) -> "Draft":
        self._close()
        self.name, self.root = f"{name}.bpmn", etree.fromstring(self.files[f"{name}.bpmn"])
        return self

    def bundle(self) -> Bundle:
        self._close()
        return Bundle(self.files)

    def _close(self) -> None:
        if self.name:
            self.files[self.name] = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")

    def find(self, element_id: str) -> Any:
        (found,) = [each for each in self.root.iter(f"{{{_BPMN}}}*") if each.get("id") == element_id]
        return found

    def flows(self, end: str, element_id: str) -> list[Any]:
        """Sequence flows whose `end` (sourceRef, targetRef) is that element."""
        return [each for each in self.root.iter(f"{{{_BPMN}}}sequenceFlow") if each.get(end) == element_id]

    def add(self, kind: str, element_id: str, lane: str | None = None, **attributes: str) -> Any:
        process = self.root.find(f"{{{_BPMN}}}process")
        node = etree.SubElement(process, f"{{{_BPMN}}}{kind}", id=element_id, **attributes)
        if lane is not None:
            etree.SubElement(self.find(lane), f"{{{_BPMN}}}flowNodeRef").text = element_id
        return node

    def task(self, element_id: str, lane: str, form: str = "meeting", **properties: str) -> None:
        node = self.add("userTask", element_id, lane, name=f"新步骤 {element_id}\nNew step {element_id}")
        held = etree.SubElement(etree.SubElement(node, f"{{{_BPMN}}}extensionElements"), f"{{{_SPIFF}}}properties")
        for name, value in {"formKey": form, **properties}.items():
            etree.SubElement(held, f"{{{_SPIFF}}}property", name=name, value=value)

    def flow(self, source: str, target: str, condition: str | None = None) -> str:
        name = f"New_{source}_{target}"
        node = self.add("sequenceFlow", name, sourceRef=source, targetRef=target)
        if condition is not None:
            etree.SubElement(node, f"{{{_BPMN}}}conditionExpression").text = condition
        self._ends(node)
        return name

    def lead(self, flow: Any, end: str, element_id: str) -> None:
        """Lead one end of a flow to another element."""
        for each in (flow.get("sourceRef"), flow.get("targetRef")):
            for child in list(self.find(each)):
                if child.tag in (f"{{{_BPMN}}}incoming", f"{{{_BPMN}}}outgoing") and child.text == flow.get("id"):
                    self.find(each).remove(child)
        flow.set(end, element_id)
        self._ends(flow)

    def _ends(self, flow: Any) -> None:
        for name, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            node = self.find(flow.get(end))
            etree.SubElement(node, f"{{{_BPMN}}}{name}").text = flow.get("id")
            # The schema wants them in this order, before everything else.
            node[:] = sorted(node, key=lambda each: _ORDER.get(each.tag.rpartition("}")[2], len(_ORDER)))

    def before(self, element_id: str, new: str) -> None:
        for flow in self.flows("targetRef", element_id):
            self.lead(flow, "targetRef", new)
        self.flow(new, element_id)

    def behind(self, element_id: str, new: str) -> None:
        for flow in self.flows("sourceRef", element_id):
            self.lead(flow, "sourceRef", new)
        self.flow(element_id, new)

    def remove(self, element_id: str) -> None:
        """Take out a step; what led to it leads to what followed it. Its boundary events go with it."""
        (out,) = self.flows("sourceRef", element_id)
        target = out.get("targetRef")
        for flow in self.flows("targetRef", element_id):
            self.lead(flow, "targetRef", target)
        self._drop_flow(out)
        for event in list(self.root.iter(f"{{{_BPMN}}}boundaryEvent")):
            if event.get("attachedToRef") == element_id:
                for flow in self.flows("sourceRef", event.get("id")):
                    self._drop_flow(flow)
                self._drop(event)
        self._drop(self.find(element_id))

    def _drop_flow(self, flow: Any) -> None:
        for name, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            node = self.find(flow.get(end))
            for child in [each for each in node if each.tag == f"{{{_BPMN}}}{name}" and each.text == flow.get("id")]:
                node.remove(child)
        flow.getparent().remove(flow)

    def _drop(self, node: Any) -> None:
        name = node.get("id")
        for each in list(self.root.iter(f"{{{_BPMN}}}flowNodeRef")):
            if each.text == name:
                each.getparent().remove(each)
        for each in list(self.root.iter()):
            if isinstance(each.tag, str) and each.get("bpmnElement") == name:
                each.getparent().remove(each)
        node.getparent().remove(node)

    def rename(self, old: str, new: str) -> None:
        text = etree.tostring(self.root, encoding="UTF-8")
        for before, after in ((f'"{old}"', f'"{new}"'), (f">{old}<", f">{new}<")):
            text = text.replace(before.encode(), after.encode())
        self.root = etree.fromstring(text)

    def lane(self, element_id: str, lane: str) -> None:
        for each in list(self.root.iter(f"{{{_BPMN}}}flowNodeRef")):
            if each.text == element_id:
                each.getparent().remove(each)
        etree.SubElement(self.find(lane), f"{{{_BPMN}}}flowNodeRef").text = element_id

    def condition(self, flow: str, expression: str) -> None:
        self.find(flow).find(f"{{{_BPMN}}}conditionExpression").text = expression

    def property(self, element_id: str, name: str, value: str) -> None:
        (found,) = [each for each in self.find(element_id).iter(f"{{{_SPIFF}}}property") if each.get("name") == name]
        found.set("value", value)

    def operator(self, node: Any, topic: str, result: str) -> None:
        held = node.find(f"{{{_BPMN}}}extensionElements")
        operator = etree.SubElement(held, f"{{{_SPIFF}}}serviceTaskOperator", id=topic, resultVariable=result)
        etree.SubElement(operator, f"{{{_SPIFF}}}parameters")

    def schema(self, change: Callable[[dict[str, Any]], None]) -> None:
        found = json.loads(self.files["forms/case.schema.json"])
        change(found)
        self.files["forms/case.schema.json"] = json.dumps(found, ensure_ascii=False).encode()


def _task_behind(draft: Draft) -> None:
    draft.open("complaint").task("second_look", "quality")
    draft.behind("confirm", "second_look")


def _task_before(draft: Draft) -> None:
    draft.open("complaint").task("first_look", "sales")
    draft.before("record", "first_look")


def _task_in_called(draft: Draft) -> None:
    draft.open("corrective_action").task("cost_check", "management", milestone="D5")
    draft.behind("verify_plan", "cost_check")


def _task_removed(draft: Draft) -> None:
    draft.open("complaint").remove("meeting")


def _last_removed(draft: Draft) -> None:
    draft.open("complaint").remove("satisfaction")


def _removed_in_called(draft: Draft) -> None:
    draft.open("implementation").remove("train")


def _renamed(draft: Draft) -> None:
    draft.open("complaint").rename("cause_side", "which_side")


def _renamed_in_parallel(draft: Draft) -> None:
    draft.open("implementation").rename("update_standard", "write_standard")


def _condition(draft: Draft) -> None:
    for name in ("containment", "corrective_action", "eight_d_reply"):
        draft.open(name)
        for flow in draft.root.iter(f"{{{_BPMN}}}conditionExpression"):
            flow.text = (flow.text or "").replace("<", "<=") if "rounds" in (flow.text or "") else flow.text


def _condition_of_wrong_type(draft: Draft) -> None:
    draft.open("complaint").condition("Flow_Gateway_Reply_Merge_PlanReply", "customer.name > 3")


def _condition_unknown(draft: Draft) -> None:
    draft.open("complaint").condition("Flow_Gateway_Validity_explain_not_valid", "no_such_field == 'x'")


def _no_default(draft: Draft) -> None:
    draft.open("complaint")
    gateway = draft.find("Gateway_Validity")
    flow = draft.find(gateway.attrib.pop("default"))
    etree.SubElement(flow, f"{{{_BPMN}}}conditionExpression").text = "classification.validity == 'never'"


def _lane(draft: Draft) -> None:
    draft.open("complaint").lane("team", "management")
    draft.open("implementation").lane("train", "quality")


def _form(draft: Draft) -> None:
    draft.open("complaint").property("meeting", "formKey", "team")


def _call_replaced(draft: Draft) -> None:
    draft.open("complaint").find("corrective_action_case").set("calledElement", "implementation")


def _branch(draft: Draft) -> None:
    """A further branch between the split and the join of a parallel part that many are in."""
    draft.open("implementation").task("tell_customer", "quality")
    draft.flow("Split_Implementation", "tell_customer")
    draft.flow("tell_customer", "Join_Implementation")


def _new_parallel(draft: Draft) -> None:
    draft.open("complaint").task("tell_production", "production")
    draft.add("parallelGateway", "New_Split", "quality")
    draft.add("parallelGateway", "New_Join", "quality")
    for flow in draft.flows("targetRef", "team"):
        draft.lead(flow, "targetRef", "New_Split")
    for flow in draft.flows("sourceRef", "team"):
        draft.lead(flow, "sourceRef", "New_Join")
    for source, target in (
        ("New_Split", "team"), ("New_Split", "tell_production"), ("team", "New_Join"), ("tell_production", "New_Join")
    ):  # fmt: skip
        draft.flow(source, target)


def _join_of_a_choice(draft: Draft) -> None:
    """Badly drawn: what an exclusive gateway split is joined by a parallel one."""
    draft.open("complaint")
    gateway = draft.find("Merge_Satisfied")
    gateway.tag = f"{{{_BPMN}}}parallelGateway"


def _exclusive_join(draft: Draft) -> None:
    """Badly drawn the other way round: the branches are not waited for."""
    draft.open("implementation").find("Join_Implementation").tag = f"{{{_BPMN}}}exclusiveGateway"


def _to_a_machine(draft: Draft) -> None:
    """A person's step becomes a job."""
    draft.open("complaint")
    node = draft.find("team")
    node.tag = f"{{{_BPMN}}}serviceTask"
    node.find(f"{{{_BPMN}}}extensionElements")[:] = []
    draft.operator(node, "grading.inputs@1", "grading")


def _guarded(draft: Draft) -> None:
    """A step gets a boundary event."""
    draft.open("complaint")
    event = draft.add("boundaryEvent", "too_late", "quality", attachedToRef="cause_side", cancelActivity="true")
    draft.flow("too_late", "decide_limit")
    etree.SubElement(
        etree.SubElement(event, f"{{{_BPMN}}}timerEventDefinition"), f"{{{_BPMN}}}timeDuration"
    ).text = '"P9D"'


def _guard_gone(draft: Draft) -> None:
    draft.open("eight_d_reply")
    event = draft.find("eight_d_answered")
    for flow in draft.flows("sourceRef", "eight_d_answered"):
        draft._drop_flow(flow)
    draft._drop(event)


def _message_renamed(draft: Draft) -> None:
    draft.open("complaint").find("message_complaint_withdrawn").set("name", "complaint.taken_back")


def _field_gone(draft: Draft) -> None:
    def change(schema: dict[str, Any]) -> None:
        schema["properties"].pop("containment_rounds")
        schema["properties"]["classification"].get("properties", {}).pop("effect_level", None)

    draft.schema(change)


def _field_retyped(draft: Draft) -> None:
    draft.schema(lambda schema: schema["properties"].update(customer={"type": "string", "title": "客户\nCustomer"}))


def _field_added(draft: Draft) -> None:
    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["weather"] = {"type": "string", "title": "天气\nWeather"}

    draft.schema(change)
    draft.open("complaint").condition("Flow_Gateway_Reply_Merge_PlanReply", "weather == 'rain'")


def _several(draft: Draft) -> None:
    _task_behind(draft)
    _task_in_called(draft)
    _lane(draft)
    _renamed(draft)


MUTATIONS: dict[str, Callable[[Draft], None]] = {
    name.removeprefix("_"): act
    for name, act in list(globals().items())
    if name.startswith("_") and callable(act) and getattr(act, "__module__", "") == __name__
}


def mutated(name: str, bundle: Bundle | None = None) -> Bundle:
    """`bundle`, or the bundled application, with that one change."""
    draft = Draft(bundle)
    MUTATIONS[name](draft)
    return draft.bundle()
