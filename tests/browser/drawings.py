"""Small diagrams for the editor: elements in XML with their place, flows between them."""

from dataclasses import dataclass

OMG = "http://www.omg.org/spec"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
SIZES = {"startEvent": (36, 36), "endEvent": (36, 36), "boundaryEvent": (36, 36), "intermediateCatchEvent": (36, 36),
         "intermediateThrowEvent": (36, 36), "exclusiveGateway": (50, 50), "parallelGateway": (50, 50),
         "inclusiveGateway": (50, 50), "eventBasedGateway": (50, 50), "subProcess": (200, 120)}  # fmt: skip


@dataclass(frozen=True)
class Node:
    """kind: the tag; x, y: its middle."""

    kind: str
    id: str
    x: int
    y: int = 200
    attributes: str = ""
    inner: str = ""

    def xml(self) -> str:
        return f'<bpmn:{self.kind} id="{self.id}" {self.attributes}>{self.inner}</bpmn:{self.kind}>'

    def shape(self) -> str:
        width, height = SIZES.get(self.kind, (100, 80))
        bounds = f'x="{self.x - width // 2}" y="{self.y - height // 2}" width="{width}" height="{height}"'
        expanded = ' isExpanded="true"' if self.kind == "subProcess" else ""
        return f'<di:BPMNShape id="{self.id}_di" bpmnElement="{self.id}"{expanded}><dc:Bounds {bounds}/></di:BPMNShape>'


def draw(
    nodes: list[Node], flows: list[tuple[str, str]], *, roots: str = "", namespaces: str = "", process: str = ""
) -> str:
    """A file with one executable process `drawn`; the flow from a to b has the id `a_b`."""
    at = {node.id: node for node in nodes}
    lines = "".join(f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in flows)
    edges = "".join(
        f'<di:BPMNEdge id="{a}_{b}_di" bpmnElement="{a}_{b}"><dd:waypoint x="{at[a].x}" y="{at[a].y}"/>'
        f'<dd:waypoint x="{at[b].x}" y="{at[b].y}"/></di:BPMNEdge>'
        for a, b in flows
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="{OMG}/BPMN/20100524/MODEL" '
        f'xmlns:di="{OMG}/BPMN/20100524/DI" xmlns:dc="{OMG}/DD/20100524/DC" xmlns:dd="{OMG}/DD/20100524/DI" '
        f'xmlns:spiffworkflow="{SPIFF}" {namespaces} id="d" targetNamespace="t">{roots}'
        f'<bpmn:process id="drawn" isExecutable="true" {process}>{"".join(node.xml() for node in nodes)}{lines}</bpmn:process>'
        f'<di:BPMNDiagram id="g"><di:BPMNPlane id="pl" bpmnElement="drawn">{"".join(node.shape() for node in nodes)}{edges}'
        "</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>"
    )


TWICE = draw(
    [
        Node("startEvent", "begin", 150),
        Node("userTask", "ask", 260, attributes='name="询问&#10;Ask"'),
        Node("parallelGateway", "split", 380),
        Node("userTask", "quality", 500, 120, 'name="品质&#10;Quality"'),
        Node("userTask", "sales", 500, 280, 'name="业务&#10;Sales"'),
        Node("exclusiveGateway", "join", 620),
        Node("endEvent", "done", 730, attributes='name="完成&#10;Done"'),
    ],
    [("begin", "ask"), ("ask", "split"), ("split", "quality"), ("split", "sales"), ("quality", "join"), ("sales", "join"),
     ("join", "done")],
)  # fmt: skip
"""Split in parallel, joined by the wrong gateway: the end is reached twice."""

_MANY = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="false"><bpmn:loopDataInputRef>containment.actions</bpmn:loopDataInputRef>'
    '<bpmn:inputDataItem id="one" name="one"/></bpmn:multiInstanceLoopCharacteristics>'
)
_AGAIN = "<bpmn:standardLoopCharacteristics loopMaximum='3'/>"
_AFTER = "<bpmn:timerEventDefinition id='timer_1'><bpmn:timeDuration>\"PT8H\"</bpmn:timeDuration></bpmn:timerEventDefinition>"


def _event(kind: str, key: str, x: int, y: int, definition: str, attributes: str = "") -> Node:
    inner = definition if definition.startswith("<") else f'<bpmn:{definition}EventDefinition id="{key}_definition"/>'
    return Node(kind, key, x, y, attributes, inner)


EVERYTHING = draw(
    [
        Node("startEvent", "begin", 150),
        Node("userTask", "user", 260),
        Node("serviceTask", "service", 400),
        Node("businessRuleTask", "rule", 540),
        Node("callActivity", "call", 680),
        Node("sendTask", "send", 820),
        Node("receiveTask", "receive", 960),
        Node("manualTask", "hand", 1100),
        Node("userTask", "many", 1240, 200, "", _MANY),
        Node("userTask", "again", 1380, 200, "", _AGAIN),
        Node("exclusiveGateway", "either", 1500),
        Node("inclusiveGateway", "some", 1600),
        Node("parallelGateway", "both", 1700),
        Node("eventBasedGateway", "first", 1800),
        _event("intermediateCatchEvent", "catch_message", 1920, 120, "message"),
        _event("intermediateCatchEvent", "catch_timer", 1920, 200, _AFTER),
        _event("intermediateCatchEvent", "catch_signal", 1920, 280, "signal"),
        _event("intermediateCatchEvent", "catch_condition", 1920, 360, "conditional"),
        _event("intermediateThrowEvent", "throw_message", 2040, 120, "message"),
        _event("intermediateThrowEvent", "throw_escalation", 2040, 200, "escalation"),
        _event("endEvent", "end_error", 2160, 120, "error"),
        _event("endEvent", "end_all", 2160, 200, "terminate"),
        _event("endEvent", "end_message", 2160, 280, "message"),
        _event(
            "boundaryEvent",
            "late",
            300,
            240,
            _AFTER.replace("timer_1", "timer_2"),
            'attachedToRef="user" cancelActivity="false"',
        ),
        _event("boundaryEvent", "failed", 440, 240, "error", 'attachedToRef="service"'),
        Node("subProcess", "inner", 1240, 420),
    ],
    [
        ("begin", "user"),
        ("user", "service"),
        ("service", "rule"),
        ("either", "some"),
        ("either", "both"),
        ("some", "both"),
    ],
)
"""One of every kind of element that the engine runs."""
