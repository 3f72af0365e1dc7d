"""Writes whole BPMN files as bpmn.io saves them, from a short text a process: lanes, Chinese names, drawing and all.

    "S -> X1 ->[amount > 5] U1 -> E; X1 -> U2 -> E; BT1=PT4H@U1 -> U3 -> E"

The letters of an id tell the kind (see KINDS); `=` an argument (code, time, condition, called process), `@` the host of
a boundary event, `!` that it does not interrupt, `*` that an activity runs once a row, `{…}` what a sub-process holds.
A choice whose flows have no condition in brackets gets conditions on `choice.<id>`, the last flow is its default.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

KINDS = {
    "S": "startEvent", "SM": "startEvent", "ST": "startEvent",
    "E": "endEvent", "ET": "endEvent", "EE": "endEvent", "EM": "endEvent", "EX": "endEvent", "EK": "endEvent",
    "X": "exclusiveGateway", "P": "parallelGateway", "O": "inclusiveGateway", "G": "eventBasedGateway",
    "U": "userTask", "W": "serviceTask", "M": "manualTask", "T": "task", "SN": "sendTask", "RC": "receiveTask",
    "CM": "intermediateCatchEvent", "CT": "intermediateCatchEvent", "CS": "intermediateCatchEvent",
    "CC": "intermediateCatchEvent", "TM": "intermediateThrowEvent", "TS": "intermediateThrowEvent",
    "TX": "intermediateThrowEvent", "TN": "intermediateThrowEvent",
    "CA": "callActivity", "SP": "subProcess", "TR": "transaction",
    "BM": "boundaryEvent", "BT": "boundaryEvent", "BS": "boundaryEvent", "BC": "boundaryEvent", "BE": "boundaryEvent",
    "BX": "boundaryEvent", "BK": "boundaryEvent",
}  # fmt: skip
NAMES = {
    "startEvent": "收到投诉", "endEvent": "结束", "exclusiveGateway": "如何处理？", "parallelGateway": "",
    "inclusiveGateway": "哪些部门？", "eventBasedGateway": "等待", "userTask": "填写", "serviceTask": "发送通知",
    "manualTask": "清点库存", "task": "核对", "sendTask": "通知客户", "receiveTask": "等待回复",
    "intermediateCatchEvent": "等", "intermediateThrowEvent": "告知", "callActivity": "分析原因",
    "subProcess": "围堵", "transaction": "退货", "boundaryEvent": "超时",
}  # fmt: skip
EVENTS = {
    "M": "message",
    "T": "timer",
    "S": "signal",
    "C": "conditional",
    "E": "error",
    "X": "escalation",
    "K": "cancel",
}
SIZES = {"Gateway": (50, 50), "Event": (36, 36)}
NAMESPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="Definitions_{id}" '
    'targetNamespace="http://bpmn.io/schema/bpmn" exporter="bpmn-js (https://demo.bpmn.io)" exporterVersion="17.2.1"'
)
_WORD = re.compile(
    r"(?P<id>[A-Z]+\w*)(?P<quiet>!)?(?P<many>\*)?(?:=(?P<argument>[^\s@{}]+))?(?:@(?P<host>\w+))?(?:#(?P<inner>\d+))?"
)


@dataclass
class Shape:
    """One process or sub-process: nodes with what the text says of them, flows as (source, target, condition)."""

    nodes: dict[str, dict[str, str | None]] = field(default_factory=dict)
    flows: list[tuple[str, str, str | None]] = field(default_factory=list)
    inner: dict[str, "Shape"] = field(default_factory=dict)

    def leaving(self, node: str) -> list[tuple[str, str, str | None]]:
        return [flow for flow in self.flows if flow[0] == node]


def prefix(node: str) -> str:
    """The letters that tell a node's kind."""
    return next(node[:size] for size in (2, 1) if node[:size] in KINDS and not node[size : size + 1].isupper())


def read(text: str) -> Shape:
    """The shape behind a text; braces may nest."""
    held: list[Shape] = []

    def keep(found: re.Match[str]) -> str:
        held.append(_flat(found.group(1), held))
        return f"#{len(held) - 1}"

    while "{" in text:
        text = re.sub(r"\{([^{}]*)\}", keep, text)
    return _flat(text, held)


def _flat(text: str, held: list[Shape]) -> Shape:
    shape = Shape()
    for path in filter(None, (part.strip() for part in text.split(";"))):
        steps = re.split(r"\s*->\s*", path)
        names, conditions = [], []
        for step in steps:
            condition = re.match(r"\[(.*)\]\s*", step)
            conditions.append(condition.group(1) if condition else None)
            found = _WORD.fullmatch(step[condition.end() :] if condition else step)
            assert found, step
            names.append(found["id"])
            shape.nodes.setdefault(found["id"], found.groupdict())
            if found["inner"]:
                shape.inner[found["id"]] = held[int(found["inner"])]
        shape.flows += [(one, two, when) for (one, two), when in zip(pairwise(names), conditions[1:], strict=True)]
    return shape


def files(processes: dict[str, str]) -> dict[str, bytes]:
    """One file a process, as `kesu check` reads a folder."""
    return {f"{key}.bpmn": _file(key, read(text)) for key, text in processes.items()}


def _file(key: str, shape: Shape) -> bytes:
    roots: dict[str, str] = {}
    body = _body(shape, roots)
    lanes = _lanes(key, shape)
    drawing = _drawing(key, shape)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {NAMESPACES.format(id=key)}>\n'
        f'  <bpmn:collaboration id="Collaboration_{key}">\n'
        f'    <bpmn:participant id="Participant_{key}" name="客诉处理" processRef="{key}" />\n'
        f'  </bpmn:collaboration>\n  <bpmn:process id="{key}" name="客诉处理" isExecutable="true">\n{lanes}{body}'
        f"  </bpmn:process>\n{''.join(roots.values())}{drawing}</bpmn:definitions>\n"
    ).encode()


def _everything(shape: Shape) -> list[str]:
    return [*shape.nodes, *(name for inner in shape.inner.values() for name in _everything(inner))]


def _lanes(key: str, shape: Shape) -> str:
    members = list(shape.nodes)
    rows = (("quality", "质量部", members[::2]), ("sales", "销售部", members[1::2]))
    return (
        f'    <bpmn:laneSet id="LaneSet_{key}">\n'
        + "".join(
            f'      <bpmn:lane id="{group}_{key}" name="{title}">\n        <bpmn:extensionElements>\n'
            f'          <spiffworkflow:properties><spiffworkflow:property name="group" value="{group}" />'
            f"</spiffworkflow:properties>\n        </bpmn:extensionElements>\n"
            + "".join(f"        <bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>\n" for each in inside)
            + "      </bpmn:lane>\n"
            for group, title, inside in rows
        )
        + "    </bpmn:laneSet>\n"
    )


def _flow_id(flow: tuple[str, str, str | None]) -> str:
    return f"Flow_{flow[0]}_{flow[1]}"


def _body(shape: Shape, roots: dict[str, str]) -> str:
    found = [_node(shape, node, said, roots) for node, said in shape.nodes.items()]
    return "".join([*found, *(_flow(shape, flow) for flow in shape.flows)])


def _node(shape: Shape, node: str, said: dict[str, str | None], roots: dict[str, str]) -> str:
    short, kind = prefix(node), KINDS[prefix(node)]
    attributes = {"id": node, "name": f"{NAMES[kind]} {node}".strip()}
    if kind in ("exclusiveGateway", "inclusiveGateway") and len(shape.leaving(node)) > 1:
        attributes["default"] = _flow_id(next(f for f in reversed(shape.leaving(node)) if f[2] is None))
    if kind == "boundaryEvent":
        attributes["attachedToRef"] = str(said["host"])
        if said["quiet"]:
            attributes["cancelActivity"] = "false"
    if kind == "callActivity":
        attributes["calledElement"] = str(said["argument"])
    if kind in ("sendTask", "receiveTask"):
        attributes["messageRef"] = f"Message_{node}"
        roots[node] = f'  <bpmn:message id="Message_{node}" name="{node}" />\n'
    inside = [_extensions(kind)]
    inside += [f"      <bpmn:incoming>{_flow_id(flow)}</bpmn:incoming>\n" for flow in shape.flows if flow[1] == node]
    inside += [f"      <bpmn:outgoing>{_flow_id(flow)}</bpmn:outgoing>\n" for flow in shape.leaving(node)]
    if said["many"]:
        inside.append(
            f'      <bpmn:multiInstanceLoopCharacteristics id="Many_{node}">\n'
            f"        <bpmn:loopDataInputRef>rows</bpmn:loopDataInputRef>\n"
            f'        <bpmn:inputDataItem id="row_{node}" />\n      </bpmn:multiInstanceLoopCharacteristics>\n'
        )
    if node in shape.inner:
        inside.append(_body(shape.inner[node], roots))
    inside.append(_event(node, short, said["argument"], roots))
    head = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"    <bpmn:{kind} {head}>\n{''.join(inside)}    </bpmn:{kind}>\n"


def _extensions(kind: str) -> str:
    inner = {
        "userTask": '<spiffworkflow:properties><spiffworkflow:property name="formKey" value="any" />'
        "</spiffworkflow:properties>",
        "serviceTask": '<spiffworkflow:serviceTaskOperator id="work@1"><spiffworkflow:parameters />'
        "</spiffworkflow:serviceTaskOperator>",
    }.get(kind)
    return f"      <bpmn:extensionElements>{inner}</bpmn:extensionElements>\n" if inner else ""


def _event(node: str, short: str, argument: str | None, roots: dict[str, str]) -> str:
    if len(short) < 2 or short[0] not in "SECTB" or KINDS[short].endswith(("Task", "Activity", "Process", "ansaction")):
        return ""
    if short in ("TN", "ET"):
        return f'      <bpmn:terminateEventDefinition id="Def_{node}" />\n' if short == "ET" else ""
    kind = EVENTS[short[1]]
    inner, reference = "", ""
    if kind == "timer":
        text = argument or "PT8H"
        inner = f'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">"{text}"</bpmn:timeDuration>'
    elif kind == "conditional":
        inner = f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(argument or "ready")}</bpmn:condition>'
    elif kind in ("message", "signal"):
        name = argument or node
        reference = f' {kind}Ref="{kind.title()}_{name}"'
        roots[kind + name] = f'  <bpmn:{kind} id="{kind.title()}_{name}" name="{name}" />\n'
    elif argument:
        reference = f' {kind}Ref="{kind.title()}_{argument}"'
        roots[kind + argument] = (
            f'  <bpmn:{kind} id="{kind.title()}_{argument}" name="{argument}" {kind}Code="{argument}" />\n'
        )
    return f'      <bpmn:{kind}EventDefinition id="Def_{node}"{reference}>{inner}</bpmn:{kind}EventDefinition>\n'


def _flow(shape: Shape, flow: tuple[str, str, str | None]) -> str:
    source, target, condition = flow
    leaving = shape.leaving(source)
    asked = prefix(source) in ("X", "O") and not any(each[2] for each in leaving)
    if asked and flow != leaving[-1]:
        condition = f'choice.{source} == "{target}"' if prefix(source) == "X" else f'"{target}" in choice.{source}'
    text = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition or "")}'
    inner = f"\n      {text}</bpmn:conditionExpression>\n    </bpmn:sequenceFlow>" if condition else ""
    head = f'    <bpmn:sequenceFlow id="{_flow_id(flow)}" sourceRef="{source}" targetRef="{target}"'
    return f"{head}>{inner}\n" if inner else f"{head} />\n"


def _drawing(key: str, shape: Shape) -> str:
    """Everything in a row of shapes, one below the other: what a modeler needs to open the file."""
    pool = f'<bpmndi:BPMNShape id="Participant_{key}_di" bpmnElement="Participant_{key}" isHorizontal="true">'
    bounds = '<dc:Bounds x="100" y="60" width="2400" height="400" />'
    found = [f"      {pool}\n        {bounds}\n      </bpmndi:BPMNShape>\n", *_shapes(shape, 160, 80)]
    return (
        f'  <bpmndi:BPMNDiagram id="BPMNDiagram_{key}">\n'
        f'    <bpmndi:BPMNPlane id="BPMNPlane_{key}" bpmnElement="Collaboration_{key}">\n{"".join(found)}'
        "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n"
    )


def _shapes(shape: Shape, left: int, top: int) -> list[str]:
    found = []
    for number, node in enumerate(shape.nodes):
        kind = KINDS[prefix(node)]
        wide, high = next((size for word, size in SIZES.items() if kind.endswith(word)), (100, 80))
        x, y = left + 150 * (number % 12), top + 120 * (number // 12)
        found.append(
            f'      <bpmndi:BPMNShape id="{node}_di" bpmnElement="{node}">\n'
            f'        <dc:Bounds x="{x}" y="{y}" width="{wide}" height="{high}" />\n      </bpmndi:BPMNShape>\n'
        )
        if node in shape.inner:
            found += _shapes(shape.inner[node], x + 20, y + 20)
    for flow in shape.flows:
        found.append(
            f'      <bpmndi:BPMNEdge id="{_flow_id(flow)}_di" bpmnElement="{_flow_id(flow)}">\n'
            f'        <di:waypoint x="{left}" y="{top}" />\n        <di:waypoint x="{left + 50}" y="{top}" />\n'
            "      </bpmndi:BPMNEdge>\n"
        )
    return found
