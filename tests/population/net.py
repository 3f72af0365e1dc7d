"""The net of a process application, read from the XML of its diagrams by the BPMN 2.0 standard alone (13.2 to 13.4).

Nothing of the server is used here: that what ran is what is drawn is judged by other eyes than those that ran it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_TASKS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "scriptTask"}
)
_EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
_GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
_INNER = frozenset({"subProcess", "transaction"})
_NODES = _TASKS | _EVENTS | _GATEWAYS | _INNER | {"callActivity"}


@dataclass(frozen=True)
class Node:
    """A flow node. ins, outs: ids of flows; inner: the process it opens; repeats: more than one run inside it.

    host: the activity of a boundary event; event: kind of its definition, "" for none; code: of an error or escalation.
    """

    id: str
    kind: str
    ins: tuple[str, ...]
    outs: tuple[str, ...]
    inner: str = ""
    repeats: bool = False
    host: str = ""
    interrupts: bool = True
    event: str = ""
    code: str = ""


@dataclass(frozen=True)
class Process:
    """A process or embedded sub-process; flows: target by flow id."""

    id: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, str]

    def guards(self, host: str) -> Iterator[Node]:
        """The boundary events of an activity."""
        return (node for node in self.nodes.values() if node.host == host)

    def reaches(self, node: str, flow: str, without: str) -> bool:
        """Whether a token before `node` ("": before the process) may come to `flow` without passing `without`."""
        waiting = [node] if node else [each.id for each in self.nodes.values() if each.kind == "startEvent"]
        seen = set(waiting)
        while waiting:
            here = self.nodes[waiting.pop()]
            if here.id == without:
                continue
            leaving = [*here.outs, *(out for guard in self.guards(here.id) for out in guard.outs)]
            if flow in leaving:
                return True
            for target in (self.flows[out] for out in leaving):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return False


@dataclass(frozen=True)
class Net:
    """All processes of a bundle, sub-processes among them, by id; `main` is the one a case begins with."""

    main: str
    processes: Mapping[str, Process] = field(default_factory=dict)

    def places(self) -> dict[str, list[str]]:
        """Ids of the processes in which there is a node of an id."""
        found: dict[str, list[str]] = {}
        for process in self.processes.values():
            for node in process.nodes:
                found.setdefault(node, []).append(process.id)
        return found


def read_net(files: Mapping[str, bytes], main: str) -> Net:
    """From the diagrams among `files`; raises ValueError for an element whose meaning is not known here."""
    found: dict[str, Process] = {}
    for name in sorted(files):
        if not name.endswith(".bpmn"):
            continue
        root = etree.fromstring(files[name])
        codes = {
            each.get("id"): each.get("errorCode") or each.get("escalationCode") or ""
            for kind in ("error", "escalation")
            for each in root.iter(f"{_BPMN}{kind}")
        }
        for process in root.iter(f"{_BPMN}process"):
            _read(process, found, codes)
    return Net(main, found)


def _read(element: etree._Element, found: dict[str, Process], codes: Mapping[str | None, str]) -> None:
    flows = element.findall(f"{_BPMN}sequenceFlow")
    nodes: dict[str, Node] = {}
    for child in element:
        kind = etree.QName(child).localname if isinstance(child.tag, str) and child.tag.startswith(_BPMN) else ""
        if kind in _NODES:
            nodes[child.get("id")] = _node(child, kind, flows, codes)
        elif kind.endswith(("Task", "Event", "Gateway", "Process")):
            raise ValueError(f"{kind} {child.get('id')}: no meaning is known")
        if kind in _INNER:
            _read(child, found, codes)
    key = element.get("id")
    found[key] = Process(key, nodes, {flow.get("id"): flow.get("targetRef") for flow in flows})


def _node(element: etree._Element, kind: str, flows: list[etree._Element], codes: Mapping[str | None, str]) -> Node:
    key = element.get("id")
    definition = next((each for each in element if str(each.tag).endswith("EventDefinition")), None)
    event = "" if definition is None else etree.QName(definition).localname.removesuffix("EventDefinition")
    reference = None if definition is None else definition.get("errorRef") or definition.get("escalationRef")
    loops = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    return Node(
        id=key,
        kind=kind,
        ins=tuple(flow.get("id") for flow in flows if flow.get("targetRef") == key),
        outs=tuple(flow.get("id") for flow in flows if flow.get("sourceRef") == key),
        inner=element.get("calledElement", "") if kind == "callActivity" else key if kind in _INNER else "",
        repeats=any(element.find(f"{_BPMN}{loop}") is not None for loop in loops),
        host=element.get("attachedToRef", ""),
        interrupts=element.get("cancelActivity", "true") != "false",
        event=event,
        code=codes.get(reference, ""),
    )
