"""A diagram as the rules see it: scopes (processes and sub-processes), their nodes and flows, read from the XML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from server.engine.check.finding import Place
from server.engine.gate import BPMN, SPIFF

SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = SUB_PROCESSES | {
    "task",
    "userTask",
    "manualTask",
    "scriptTask",
    "businessRuleTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "callActivity",
}
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
# Nodes of BPMN 2.0 that nobody runs; they are nodes here, so that flows to them are not reported a second time.
UNSUPPORTED = frozenset(
    {
        "event",
        "implicitThrowEvent",
        "choreographyTask",
        "callChoreography",
        "subChoreography",
        "conversation",
        "subConversation",
        "callConversation",
    }
)
# Properties `correlation.<key>` of a waiting element hold expressions, beside the namespace's own way.
CORRELATION_PREFIX = "correlation."
NODES = ACTIVITIES | GATEWAYS | EVENTS | UNSUPPORTED


def bpmn(name: str) -> str:
    """The lxml tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def spiff(name: str) -> str:
    """The lxml tag of an element of the SpiffWorkflow namespace."""
    return f"{{{SPIFF}}}{name}"


def text_of(element: etree._Element | None) -> str:
    """The text of an element without white space around it; empty when there is none."""
    return (element.text or "").strip() if element is not None else ""


@dataclass(eq=False)
class Flow:
    """A sequence flow; source and target are ids as in the XML."""

    element: etree._Element
    id: str | None
    source: str | None
    target: str | None

    @cached_property
    def condition(self) -> str | None:
        """The text of its condition (perhaps empty); None when it has none."""
        found = self.element.find(bpmn("conditionExpression"))
        return None if found is None else text_of(found)


@dataclass(eq=False)
class Node:
    """A flow node with its flows; boundary: the events attached to it; inner: what a sub-process holds."""

    element: etree._Element
    id: str
    kind: str
    scope: "Scope"
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundary: list["Node"] = field(default_factory=list)
    inner: "Scope | None" = None

    @property
    def place(self) -> Place:
        return self.scope.place._replace(element=self.id)

    @cached_property
    def definitions(self) -> list[str]:
        """Kinds of its event definitions: 'timer', 'message', …, 'eventDefinitionRef' for one defined elsewhere."""
        names = [etree.QName(child).localname for child in self.element if child.tag.startswith(f"{{{BPMN}}}")]
        return [name.removesuffix("EventDefinition") for name in names if name.endswith("EventDefinition")] + [
            name for name in names if name == "eventDefinitionRef"
        ]

    def extension(self, name: str) -> etree._Element | None:
        """The first element of the SpiffWorkflow namespace with that name among its extension elements."""
        return self.element.find(f"{bpmn('extensionElements')}/{spiff(name)}")

    @cached_property
    def properties(self) -> dict[str, str]:
        """Its `spiffworkflow:properties` by name."""
        return properties_of(self.element)

    @property
    def after(self) -> Iterator[str]:
        """Ids of the nodes a token can go to from here: along the flows, or to an event at the boundary."""
        for flow in self.outgoing:
            if flow.target in self.scope.nodes:
                yield flow.target
        for event in self.boundary:
            yield event.id


@dataclass(eq=False)
class Scope:
    """A process or sub-process. process: id of the process it belongs to; nodes by id in the order of the XML."""

    element: etree._Element
    id: str
    process: str
    file: str
    parent: "Scope | None" = None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(self.file, self.process, None if self.parent is None else self.id)

    @property
    def executable(self) -> bool:
        """As the engine reads it: a process that says nothing is executable."""
        return self.element.get("isExecutable", "true") == "true"

    def of_kind(self, *kinds: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind in kinds]


@dataclass(eq=False)
class Diagram:
    """One BPMN file; scopes: its processes and all their sub-processes, outer ones first."""

    file: str
    root: etree._Element
    scopes: list[Scope]

    @property
    def processes(self) -> list[Scope]:
        return [scope for scope in self.scopes if scope.parent is None]

    @cached_property
    def lanes(self) -> dict[str, list[etree._Element]]:
        """The lanes an element stands in by its id, outer lane first."""
        found: dict[str, list[etree._Element]] = {}
        for lane in self.root.iter(bpmn("lane")):
            for reference in lane.findall(bpmn("flowNodeRef")):
                found.setdefault(text_of(reference), []).append(lane)
        return found


def properties_of(element: etree._Element) -> dict[str, str]:
    """The complete `spiffworkflow:property` entries of an element's extension elements."""
    path = f"{bpmn('extensionElements')}/{spiff('properties')}/{spiff('property')}"
    return {
        entry.attrib["name"]: entry.attrib["value"]
        for entry in element.findall(path)
        if "name" in entry.attrib and "value" in entry.attrib
    }


def read_diagram(file: str, root: etree._Element) -> Diagram:
    """The diagram behind a BPMN root element that came through the gate."""
    scopes: list[Scope] = []
    waiting = [
        Scope(element, element.get("id") or "", element.get("id") or "", file) for element in root.iter(bpmn("process"))
    ]
    while waiting:
        scope = waiting.pop(0)
        scopes.append(scope)
        waiting.extend(_fill(scope))
    return Diagram(file, root, scopes)


def _fill(scope: Scope) -> list[Scope]:
    """Read the nodes and flows of a scope and connect them; returns its sub-processes."""
    inner = []
    for child in scope.element:
        name = etree.QName(child)
        if name.namespace != BPMN:
            continue
        if name.localname in NODES:
            node = _node(scope, child, name.localname)
            if node is not None and node.inner is not None:
                inner.append(node.inner)
        elif name.localname == "sequenceFlow":
            scope.flows.append(Flow(child, child.get("id"), child.get("sourceRef"), child.get("targetRef")))
    for flow in scope.flows:
        if flow.source in scope.nodes:
            scope.nodes[flow.source].outgoing.append(flow)
        if flow.target in scope.nodes:
            scope.nodes[flow.target].incoming.append(flow)
    for event in scope.of_kind("boundaryEvent"):
        host = scope.nodes.get(event.element.get("attachedToRef", ""))
        if host is not None:
            host.boundary.append(event)
    return inner


def _node(scope: Scope, element: etree._Element, kind: str) -> Node | None:
    node_id = element.get("id")
    if not node_id:
        scope.nameless.append(kind)
        return None
    node = Node(element, node_id, kind, scope)
    if kind in SUB_PROCESSES:
        node.inner = Scope(element, node_id, scope.process, scope.file, parent=scope)
    scope.nodes[node_id] = node
    return node
