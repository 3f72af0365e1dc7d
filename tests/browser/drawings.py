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


def draw(nodes: list[Node], flows: list[tuple[str, str]], *, roots: str = "", namespaces: str = "", process: str = "") -> str:
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
