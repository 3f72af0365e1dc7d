"""Lists the paths through a process from its XML, and tells from a case's history which of them it went.

A path is elementary: it meets no element twice. It ends at an end event, or where a flow leads back to an element it
has met already. Behind a parallel split that is joined again it takes all branches; behind one that is not, each branch
is a path of its own. A boundary event is one more way out of its activity.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_NODES = {"startEvent", "endEvent", "userTask", "serviceTask", "businessRuleTask", "callActivity", "boundaryEvent"} | {
    "exclusiveGateway", "parallelGateway", "eventBasedGateway", "intermediateCatchEvent",
}  # fmt: skip


@dataclass(frozen=True)
class Path:
    """`end`: the end event, or with `back` the element it leads back to. Equal when the same flows are taken."""

    process: str
    end: str
    back: bool
    flows: tuple[str, ...] = field(compare=False)
    deciding: tuple[str, ...] = field(compare=False)
    taken: frozenset[str]

    def __str__(self) -> str:
        return f"{self.process}: {' '.join(self.deciding)} {'goes back to' if self.back else '→'} {self.end}"


@dataclass
class Token:
    """Where one branch of a running process stands, and how it came there."""

    at: str
    flows: tuple[str, ...] = ()


class Process:
    """One process of a diagram: its elements by kind, its flows, its boundary events by activity."""

    def __init__(self, element: etree._Element) -> None:
        self.id: str = element.get("id", "")
        self.kinds: dict[str, str] = {}
        self.called: dict[str, str] = {}
        self.boundaries: dict[str, list[str]] = {}
        self.source: dict[str, str] = {}
        self.target: dict[str, str] = {}
        self.outgoing: dict[str, list[str]] = {}
        self.incoming: dict[str, list[str]] = {}
        for each in element:
            self._read(each, etree.QName(each).localname if isinstance(each.tag, str) else "")
        (self.start,) = [node for node, kind in self.kinds.items() if kind == "startEvent"]

    def _read(self, each: etree._Element, kind: str) -> None:
        name = each.get("id", "")
        if kind == "sequenceFlow":
            self.source[name], self.target[name] = each.get("sourceRef", ""), each.get("targetRef", "")
            self.outgoing.setdefault(self.source[name], []).append(name)
            self.incoming.setdefault(self.target[name], []).append(name)
        elif kind in _NODES:
            self.kinds[name] = kind
            if kind == "boundaryEvent":
                assert each.get("cancelActivity") != "false", f"{name}: only interrupting events are paths"
                self.boundaries.setdefault(each.get("attachedToRef", ""), []).append(name)
            if kind == "callActivity":
                self.called[name] = each.get("calledElement", "")
        else:
            assert kind not in {"subProcess", "inclusiveGateway", "intermediateThrowEvent", "task"}, f"{kind} {name}"

    def ways(self, node: str) -> list[str]:
        """The flows that may be taken after `node`, those of its boundary events among them."""
        own = list(self.outgoing.get(node, ()))
        return own + [flow for event in self.boundaries.get(node, ()) for flow in self.outgoing[event]]

    def splits(self, node: str) -> bool:
        return self.kinds[node] == "parallelGateway" and len(self.outgoing.get(node, ())) > 1

    def joins(self, node: str) -> bool:
        return self.kinds[node] == "parallelGateway" and len(self.incoming.get(node, ())) > 1

    def stands_before(self, flow: str) -> str:
        """The element a token leaves by `flow`: for a boundary event's flow the activity it sits on."""
        source = self.source[flow]
        return next((activity for activity, events in self.boundaries.items() if source in events), source)

    def path(self, flows: Iterable[str], end: str, back: bool) -> Path:
        kept = tuple(dict.fromkeys(flows))
        before = {flow: self.stands_before(flow) for flow in kept}
        deciding = [f for f in kept if len(self.ways(before[f])) > 1 and not self.splits(before[f])]
        return Path(self.id, end, back, kept, tuple(deciding), frozenset(kept))

    def paths(self) -> list[Path]:
        """Every path from the start."""
        return [self.path(flows, end, back) for flows, end, back in self._from(self.start, (), (), None)]

    def _from(
        self, node: str, seen: tuple[str, ...], flows: tuple[str, ...], stop: str | None
    ) -> Iterator[tuple[tuple[str, ...], str, bool]]:
        if node == stop or not self.ways(node):
            yield flows, node, False
        elif node in seen:
            yield flows, node, True
        elif self.splits(node):
            yield from self._split(node, (*seen, node), flows, stop)
        else:
            for flow in self.ways(node):
                yield from self._from(self.target[flow], (*seen, node), (*flows, flow), stop)

    def _split(
        self, node: str, seen: tuple[str, ...], flows: tuple[str, ...], stop: str | None
    ) -> Iterator[tuple[tuple[str, ...], str, bool]]:
        branches, join = self.outgoing[node], self._join_of(node)
        if join is None:
            for flow in branches:
                yield from self._from(self.target[flow], seen, (*flows, flow), stop)
            return
        each = [list(self._from(self.target[flow], seen, (flow,), join)) for flow in branches]
        assert all(end == join for found in each for _, end, _ in found), f"a branch behind {node} misses {join}"
        for combined in product(*each):
            taken = tuple(flow for branch, _, _ in combined for flow in branch)
            yield from self._from(join, seen, flows + taken, stop)

    def _join_of(self, split: str) -> str | None:
        """The nearest join that every branch reaches."""
        reached = [self._reach(self.target[flow]) for flow in self.outgoing[split]]
        common = [node for node in reached[0] if self.joins(node) and all(node in one for one in reached)]
        return common[0] if common else None

    def _reach(self, node: str) -> list[str]:
        found, ahead = [node], deque([node])
        while ahead:
            for flow in self.ways(ahead.popleft()):
                if self.target[flow] not in found:
                    found.append(self.target[flow])
                    ahead.append(self.target[flow])
        return found

    def walked(self, flows: Iterable[str]) -> Iterator[Path]:
        """The paths that a running case went, from the flows it took in order; one that is under way is left out.

        Where it comes back to an element it has met, that round is a path, and it goes on from there.
        """
        tokens: list[Token] = []
        for flow in flows:
            before, target = self.stands_before(flow), self.target[flow]
            if before == self.start:
                tokens = [Token(before)]
            here = [token for token in tokens if token.at == before]
            assert here, f"{flow} is taken and nothing stands at {before}"
            # A split sends one of its tokens along each flow; whatever else was left is left by all that stood there.
            here = here[:1] if self.splits(before) else here
            tokens = [token for token in tokens if not any(token is one for one in here)]
            gone = tuple(dict.fromkeys(one for token in here for one in token.flows))
            met = [place for place, one in enumerate(gone) if self.stands_before(one) == target]
            moved = Token(target, (*gone, flow))
            if met and not self.joins(target):
                yield self.path(moved.flows, target, True)
                moved = Token(target, gone[: met[0]])
            tokens.append(moved)
            if self.splits(target):
                tokens += [Token(target, moved.flows) for _ in self.outgoing[target][1:]]
            if not self.ways(target):
                yield self.path(moved.flows, target, False)


def processes(files: Iterable[bytes]) -> dict[str, Process]:
    """The processes of some diagrams by id."""
    roots = [etree.fromstring(data) for data in files]
    found = [Process(each) for root in roots for each in root.iterfind(f"{_BPMN}process")]
    assert len({each.id for each in found}) == len(found)
    return {each.id: each for each in found}
