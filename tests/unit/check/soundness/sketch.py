"""Diagrams as sketches: one line a path, the kind of a node told by the first letters of its name.

    "s > x1 > t1 > x2 > e; x1 > t2 > x2"

s start, e end, x exclusive, p parallel, o inclusive, g event gateway, t user task, w service task, m message catch,
b boundary event (`b1@t1` message, interrupting; `n1@t1` not interrupting; `r1@c1` error), T terminate end, E error end,
c call activity (`c1=q` calls process q), `u1{...}` an embedded sub-process holding a sketch of its own.
The flows of a gateway are chosen by the case: `choice.x1 == "t1"`, of which the last one drawn is the default, and
`"t1" in choice.o1` for any number of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
ERROR = "failed"
_KINDS = {
    "s": "startEvent",
    "e": "endEvent",
    "T": "endEvent",
    "E": "endEvent",
    "x": "exclusiveGateway",
    "p": "parallelGateway",
    "o": "inclusiveGateway",
    "g": "eventBasedGateway",
    "t": "userTask",
    "w": "serviceTask",
    "m": "intermediateCatchEvent",
    "c": "callActivity",
    "u": "subProcess",
    "b": "boundaryEvent",
    "n": "boundaryEvent",
    "r": "boundaryEvent",
}
_INNER = {
    "T": "<terminateEventDefinition/>",
    "E": '<errorEventDefinition errorRef="the_error"/>',
    "r": '<errorEventDefinition errorRef="the_error"/>',
}
MESSAGE = '<messageEventDefinition messageRef="message_{}"/>'


@dataclass
class Sketch:
    """nodes in order of appearance, flows as (source, target), hosts of boundary events, inner sketches, calls."""

    nodes: dict[str, None] = field(default_factory=dict)
    flows: list[tuple[str, str]] = field(default_factory=list)
    hosts: dict[str, str] = field(default_factory=dict)
    inner: dict[str, "Sketch"] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)

    def targets(self, node: str) -> list[str]:
        return [target for source, target in self.flows if source == node]


def read(text: str) -> Sketch:
    """The sketch behind a text."""
    sketch = Sketch()
    for number, body in enumerate(re.findall(r"\{([^{}]*)\}", text)):
        text = text.replace("{" + body + "}", f"#{number}", 1)
        sketch.inner[str(number)] = read(body)
    inner = sketch.inner
    sketch.inner = {}
    for path in text.split(";"):
        names = [_name(sketch, inner, word) for word in path.split(">") if word.strip()]
        sketch.flows += pairwise(names)
    return sketch


def _name(sketch: Sketch, inner: dict[str, Sketch], word: str) -> str:
    name = word.strip()
    name, _, host = name.partition("@")
    name, _, called = name.partition("=")
    name, _, held = name.partition("#")
    sketch.nodes.setdefault(name)
    if host:
        sketch.hosts[name] = host
    if called:
        sketch.calls[name] = called
    if held:
        sketch.inner[name] = inner[held]
    return name


def diagram(processes: dict[str, str]) -> bytes:
    """One file with a process for each sketch; the first is the main one."""
    sketches = {key: read(text) for key, text in processes.items()}
    all_sketches = [each for sketch in sketches.values() for each in everything(sketch)]
    messages = "".join(
        f'<message id="message_{name}" name="{name}"/>'
        for sketch in all_sketches
        for name in sketch.nodes
        if name[0] in "mbn"
    )
    bodies = "".join(
        f'<process id="{key}" isExecutable="true"><laneSet id="lanes_{key}"><lane id="sales_{key}">'
        f'<extensionElements><s:properties><s:property name="group" value="sales"/></s:properties></extensionElements>'
        f"{_references(sketch)}</lane></laneSet>{_body(sketch)}</process>"
        for key, sketch in sketches.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{BPMN}" xmlns:s="{SPIFF}" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="all" targetNamespace="t">'
        f'<error id="the_error" name="{ERROR}" errorCode="{ERROR}"/>{messages}{bodies}</definitions>'
    ).encode()


def everything(sketch: Sketch) -> Iterator[Sketch]:
    """The sketch and all those inside it."""
    yield sketch
    for inner in sketch.inner.values():
        yield from everything(inner)


def _references(sketch: Sketch) -> str:
    return "".join(f"<flowNodeRef>{name}</flowNodeRef>" for each in everything(sketch) for name in each.nodes)


def _body(sketch: Sketch) -> str:
    nodes = "".join(_node(sketch, name) for name in sketch.nodes)
    flows = "".join(_flow(sketch, source, target) for source, target in sketch.flows)
    return nodes + flows


def flow_id(source: str, target: str) -> str:
    return f"f_{source}_{target}"


def _node(sketch: Sketch, name: str) -> str:
    kind, more, inner = _KINDS[name[0]], "", _INNER.get(name[0], "")
    links = "".join(f"<incoming>{flow_id(*one)}</incoming>" for one in sketch.flows if one[1] == name)
    links += "".join(f"<outgoing>{flow_id(*one)}</outgoing>" for one in sketch.flows if one[0] == name)
    if name[0] == "x" and len(sketch.targets(name)) > 1:
        more = f' default="{flow_id(name, sketch.targets(name)[-1])}"'
    if name[0] in "mbn":
        inner = MESSAGE.format(name)
    if name[0] in "bnr":
        more = f' attachedToRef="{sketch.hosts[name]}" cancelActivity="{"false" if name[0] == "n" else "true"}"'
    if name[0] == "c":
        more = f' calledElement="{sketch.calls[name]}"'
    if name[0] == "u":
        inner = _body(sketch.inner[name])
    head = ""
    if name[0] == "t":
        form = '<s:property name="formKey" value="any"/>'
        head = f"<extensionElements><s:properties>{form}</s:properties></extensionElements>"
    if name[0] == "w":
        head = (
            '<extensionElements><s:serviceTaskOperator id="work@1"><s:parameters/></s:serviceTaskOperator>'
            "</extensionElements>"
        )
    return f'<{kind} id="{name}" name="{name}"{more}>{head}{links}{inner}</{kind}>'


def _flow(sketch: Sketch, source: str, target: str) -> str:
    condition = ""
    default = source[0] == "x" and target == sketch.targets(source)[-1]
    if source[0] in "xo" and len(sketch.targets(source)) > 1 and not default:
        text = f'choice.{source} == "{target}"' if source[0] == "x" else f'"{target}" in choice.{source}'
        condition = f'<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression>'
    return (
        f'<sequenceFlow id="{flow_id(source, target)}" sourceRef="{source}" targetRef="{target}">{condition}'
        "</sequenceFlow>"
    )
