"""Reads a diagram's drawing: what there is by the semantic model, and where it stands by the interchange."""

from dataclasses import dataclass, field

from lxml import etree

from tests.unit.diagrams.geometry import Box, Diamond, Line

NAMES = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}
CONTAINERS = ("subProcess", "adHocSubProcess", "transaction")


@dataclass(frozen=True)
class Node:
    id: str
    kind: str
    name: str
    host: str | None
    """Of a boundary event: the activity it sits on."""
    parent: str
    lane: str | None


@dataclass(frozen=True)
class Flow:
    id: str
    name: str
    source: str
    target: str


@dataclass
class Drawing:
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: list[str] = field(default_factory=list)
    pools: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    """Ids of all there is, artifacts included."""
    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)

    def drawn_nodes(self) -> dict[str, Box]:
        """Boxes of the nodes, expanded sub-processes left out: others may stand inside those."""
        parents = {node.parent for node in self.nodes.values()}
        return {name: self.boxes[name] for name in self.nodes if name in self.boxes and name not in parents}


def read(xml: bytes) -> Drawing:
    """The drawing in the bytes of a `.bpmn` file."""
    root = etree.fromstring(xml)
    drawing = Drawing()
    lane_of = {ref.text.strip(): ref.getparent().get("id") for ref in _all(root, ".//b:flowNodeRef")}
    drawing.lanes = [lane.get("id") for lane in _all(root, ".//b:lane")]
    drawing.pools = [pool.get("id") for pool in _all(root, ".//b:participant")]
    drawing.ids = {element.get("id") for element in _all(root, ".//b:*[@id]")}
    for flow in _all(root, ".//b:sequenceFlow"):
        drawing.flows[flow.get("id")] = Flow(
            flow.get("id"), flow.get("name") or "", flow.get("sourceRef"), flow.get("targetRef")
        )
    for element in _all(root, ".//b:process//*[b:incoming or b:outgoing]"):
        drawing.nodes[element.get("id")] = Node(
            element.get("id"),
            etree.QName(element).localname,
            element.get("name") or "",
            element.get("attachedToRef"),
            element.getparent().get("id"),
            lane_of.get(element.get("id")),
        )
    for shape in _all(root, ".//di:BPMNShape"):
        node = drawing.nodes.get(shape.get("bpmnElement"))
        kind = Diamond if node and node.kind.endswith("Gateway") else Box
        drawing.boxes[shape.get("bpmnElement")] = _box(_all(shape, "dc:Bounds")[0], kind)
        _label(drawing, shape)
    for edge in _all(root, ".//di:BPMNEdge"):
        points = tuple((float(point.get("x")), float(point.get("y"))) for point in _all(edge, "dd:waypoint"))
        drawing.lines[edge.get("bpmnElement")] = Line(points)
        _label(drawing, edge)
    return drawing


def _label(drawing: Drawing, shape: etree._Element) -> None:
    for bounds in _all(shape, "di:BPMNLabel/dc:Bounds"):
        drawing.labels[shape.get("bpmnElement")] = _box(bounds)


def _box(bounds: etree._Element, kind: type[Box] = Box) -> Box:
    return kind(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    return element.xpath(path, namespaces=NAMES)
