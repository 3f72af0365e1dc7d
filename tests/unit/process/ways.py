"""Every way through a process from its start to an end, read from the diagram alone: the engine has no say in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from lxml import etree

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
S = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
Way = tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str


class Chart:
    """Elements and flows of the first process in a `.bpmn` file."""

    def __init__(self, xml: bytes) -> None:
        (process, *_) = etree.fromstring(xml).iter(f"{B}process")
        self.id: str = process.get("id")
        self.kinds = {node.get("id"): etree.QName(node).localname for node in process if node.get("id")}
        self.properties = {
            node.get("id"): {each.get("name"): each.get("value") for each in node.iter(f"{S}property")}
            for node in process
            if node.get("id")
        }
        self.hosts = {node.get("id"): node.get("attachedToRef") for node in process.iter(f"{B}boundaryEvent")}
        self.flows = {
            flow.get("id"): Flow(flow.get("id"), flow.get("sourceRef"), flow.get("targetRef"))
            for flow in process.iter(f"{B}sequenceFlow")
        }
        self.conditions = {
            flow.get("id"): flow.findtext(f"{B}conditionExpression") for flow in process.iter(f"{B}sequenceFlow")
        }
        (self.start,) = (node for node, kind in self.kinds.items() if kind == "startEvent")
        self.turning = set(self._turning_back(self.start, ()))
        """Flows that turn back to an element their own way came through."""

    def of_kind(self, kind: str) -> list[str]:
        return [node for node, each in self.kinds.items() if each == kind]

    def after(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows.values() if flow.source == node]

    def exits(self, node: str) -> list[Way]:
        """(flow,) for each flow out of an element, (event, flow) for each boundary event on it."""
        caught = [(event, flow.id) for event, host in self.hosts.items() if host == node for flow in self.after(event)]
        return [*((flow.id,) for flow in self.after(node)), *caught]

    def ways(self) -> list[Way]:
        """All ways as ids of elements and flows in order.

        A flow that turns back is taken once on a way. Behind a parallel split every branch is walked, one after the
        other; the join stands there once.
        """
        return list(self._ways(self.start, frozenset(), None))

    def _ways(self, node: str, turned: frozenset[str], stop: str | None) -> Iterator[Way]:
        if node == stop:
            yield ()
        elif self.kinds[node] == "parallelGateway" and len(self.after(node)) > 1:
            yield from self._branches(node, turned, stop)
        elif not self.exits(node):
            yield (node,)
        else:
            for leaving in self.exits(node):
                flow = leaving[-1]
                if flow in turned:
                    continue
                now = turned | {flow} if flow in self.turning else turned
                for rest in self._ways(self.flows[flow].target, now, stop):
                    yield (node, *leaving, *rest)

    def _branches(self, split: str, turned: frozenset[str], stop: str | None) -> Iterator[Way]:
        (join,) = (
            node for node in self.of_kind("parallelGateway") if sum(f.target == node for f in self.flows.values()) > 1
        )
        branches = [[(flow.id, *way) for way in self._ways(flow.target, turned, join)] for flow in self.after(split)]
        for chosen in product(*branches):
            for rest in self._ways(join, turned, stop):
                yield (split, *(step for branch in chosen for step in branch), *rest)

    def _turning_back(self, node: str, behind: tuple[str, ...]) -> Iterator[str]:
        for leaving in self.exits(node):
            flow = self.flows[leaving[-1]]
            if flow.target in (*behind, node):
                yield flow.id
            else:
                yield from self._turning_back(flow.target, (*behind, node))
