"""A process as a token net: places that hold tokens, and the ways in which each node may fire.

Data is left out: a gateway may choose any of its flows, an event may happen or not. What a sub-process or a called
process may end with (normally, or with an error that a boundary event catches) is handed in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from server.engine.check.model import Node, Scope
from server.engine.check.structure import begins

MAX_SUBSETS = 6  # flows of an inclusive split of which every choice is tried; beyond it one, two, and all
_CATCHING_ALWAYS = frozenset({"message", "timer", "signal", "conditional", "escalation", "cancel"})

NORMAL = "normal"
"""An outcome: the process inside came to its end. Any other outcome is an error code, "" one without a code."""
ANY_ERROR = "*"
"""An outcome: a worker inside may raise any error."""


@dataclass(frozen=True)
class Step:
    """One way to fire `node`: `takes` a token from each place and `gives` one to each; `empties` those it clears.

    node: "" when an activity merely opens; ends: the token is used up at an end event; stops: everything else in the
    process ends with it; outcome: of the process when it stops by an error.
    """

    node: str
    takes: tuple[int, ...]
    gives: tuple[int, ...] = ()
    empties: tuple[int, ...] = ()
    ends: bool = False
    stops: bool = False
    outcome: str = NORMAL


@dataclass(frozen=True)
class InclusiveJoin:
    """When it may fire: for each incoming place, the places whose tokens may still reach it on another way."""

    node: str
    incoming: tuple[int, ...]
    reach: dict[int, frozenset[int]]
    choices: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class TokenNet:
    """start: places marked at the beginning; steps_from: by place the steps that take a token there;
    names: of places, for messages; target: by place the node a token there waits at."""

    start: tuple[int, ...]
    steps_from: dict[int, tuple[Step, ...]]
    joins: tuple[InclusiveJoin, ...]
    target: dict[int, str]
    ends: dict[str, int]
    size: int


Outcomes = Callable[[Node], frozenset[str]]
"""What a sub-process or call activity may end with."""


class _Builder:
    def __init__(self, scope: Scope, outcomes: Outcomes, side_events: bool) -> None:
        self.scope, self.outcomes, self.side_events = scope, outcomes, side_events
        self.flows = [flow for flow in scope.flows if flow.source in scope.nodes and flow.target in scope.nodes]
        self.place = {id(flow): number for number, flow in enumerate(self.flows)}
        self.target = {number: str(flow.target) for number, flow in enumerate(self.flows)}
        self.steps: list[Step] = []
        self.waiting_joins: list[tuple[Node, list[int], tuple[tuple[int, ...], ...]]] = []
        self.start: list[int] = []

    def build(self) -> TokenNet:
        for node in begins(self.scope):
            place = self._new_place(node)
            self.start.append(place)
            self._add(node.id, (place,), self._out(node))
        for node in self.scope.nodes.values():
            if node.kind not in ("startEvent", "boundaryEvent"):
                self._node(node)
        by_place: dict[int, list[Step]] = {}
        for step in self.steps:
            # A step is looked up at the first place it takes from; all others are needed as well.
            by_place.setdefault(step.takes[0], []).append(step)
        ends = {node.id: len(self.target) + number for number, node in enumerate(self.scope.of_kind("endEvent"))}
        return TokenNet(
            start=tuple(self.start),
            steps_from={place: tuple(steps) for place, steps in by_place.items()},
            joins=tuple(self._join(*each) for each in self.waiting_joins),
            target=self.target,
            ends=ends,
            size=len(self.target) + len(ends),
        )

    def _new_place(self, node: Node) -> int:
        number = len(self.target)
        self.target[number] = node.id
        return number

    def _in(self, node: Node) -> list[int]:
        return [self.place[id(flow)] for flow in node.incoming if id(flow) in self.place]

    def _out(self, node: Node) -> tuple[int, ...]:
        return tuple(self.place[id(flow)] for flow in node.outgoing if id(flow) in self.place)

    def _add(self, node: str, takes: tuple[int, ...], gives: tuple[int, ...], **more: object) -> None:
        self.steps.append(Step(node, takes, gives, **more))  # type: ignore[arg-type]

    def _node(self, node: Node) -> None:
        incoming, outgoing = self._in(node), self._out(node)
        if not incoming:
            return
        if node.kind == "parallelGateway":
            self._add(node.id, tuple(incoming), outgoing)
        elif node.kind == "inclusiveGateway":
            self._inclusive(node, incoming, outgoing)
        elif node.kind in ("exclusiveGateway", "eventBasedGateway", "complexGateway"):
            for place in incoming:
                for flow in outgoing:
                    self._add(node.id, (place,), (flow,))
        elif node.kind == "endEvent":
            for place in incoming:
                self._end(node, place)
        else:
            for place in incoming:
                self._activity(node, place, outgoing)

    def _end(self, node: Node, place: int) -> None:
        error = "error" in node.definitions
        stops = error or "terminate" in node.definitions or "cancel" in node.definitions
        self._add(node.id, (place,), (), ends=True, stops=stops, outcome=_error_code(node) if error else NORMAL)

    def _activity(self, node: Node, place: int, outgoing: tuple[int, ...]) -> None:
        """A task, event or sub-process: one way on, and one by each boundary event that interrupts it."""
        found = self.outcomes(node)
        side = [event for event in node.boundary if self._is_side(event)] if self.side_events else []
        takes: tuple[int, ...] = (place,)
        empties: tuple[int, ...] = ()
        if side:
            takes, empties = self._with_side_events(node, place, side)
        if NORMAL in found:
            self._add(node.id, takes, outgoing, empties=empties)
        catching = [event for event in node.boundary if not self._is_side(event)]
        for event in catching:
            if _may_catch(event, found):
                self._add(event.id, takes, self._out(event), empties=empties)
        for code in found - {NORMAL, ANY_ERROR}:
            if not any("error" in event.definitions and _may_catch(event, frozenset({code})) for event in catching):
                self._add(node.id, takes, (), stops=True, outcome=code)

    def _with_side_events(self, node: Node, place: int, side: list[Node]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """While the activity is open each of its non-interrupting events may happen, here once."""
        active = self._new_place(node)
        armed = [self._new_place(event) for event in side]
        self._add("", (place,), (active, *armed))
        for event, arm in zip(side, armed, strict=True):
            self._add(event.id, (active, arm), (active, *self._out(event)))
        return (active,), tuple(armed)

    @staticmethod
    def _is_side(event: Node) -> bool:
        return event.element.get("cancelActivity", "true") == "false"

    def _inclusive(self, node: Node, incoming: list[int], outgoing: tuple[int, ...]) -> None:
        chosen = [flow for flow in node.outgoing if id(flow) in self.place and flow.id == node.element.get("default")]
        default = self.place[id(chosen[0])] if chosen else None
        choices = tuple(_choices(outgoing, default))
        if len(incoming) < 2:
            for choice in choices:
                self._add(node.id, (incoming[0],), choice)
            return
        self.waiting_joins.append((node, incoming, choices))

    def _join(self, node: Node, incoming: list[int], choices: tuple[tuple[int, ...], ...]) -> InclusiveJoin:
        """Made last: where a token may come from is known when every place is there."""
        reach = {place: self._upstream(node, place) for place in incoming}
        return InclusiveJoin(node.id, tuple(incoming), reach, choices)

    def _upstream(self, join: Node, place: int) -> frozenset[int]:
        """Places from which a token may come to `place` without passing the join."""
        found: set[int] = {place}
        waiting = [place]
        while waiting:
            source = self._source(waiting.pop())
            if source is None or source == join.id or source not in self.scope.nodes:
                continue
            host = self.scope.nodes[source]
            if host.kind == "boundaryEvent":
                host = self.scope.nodes.get(host.element.get("attachedToRef", ""), host)
            inner = [number for number, node in self.target.items() if node in (host.id, source)]
            for before in (*self._in(host), *inner):
                if before not in found:
                    found.add(before)
                    waiting.append(before)
        return frozenset(found)

    def _source(self, place: int) -> str | None:
        return self.flows[place].source if place < len(self.flows) else None


def token_net(scope: Scope, outcomes: Outcomes, *, side_events: bool) -> TokenNet:
    """The net of a scope; side_events: whether non-interrupting boundary events happen."""
    return _Builder(scope, outcomes, side_events).build()


def has_side_events(scope: Scope) -> bool:
    """Whether any boundary event leaves its activity running."""
    return any(node.element.get("cancelActivity") == "false" for node in scope.of_kind("boundaryEvent"))


def _choices(flows: tuple[int, ...], default: int | None) -> Iterator[tuple[int, ...]]:
    """What an inclusive split may choose: one or more flows with a condition, or the default flow alone."""
    asked = [flow for flow in flows if flow != default]
    sizes = range(1, len(asked) + 1) if len(asked) <= MAX_SUBSETS else (1, 2, len(asked))
    for size in sizes:
        yield from combinations(asked, size)
    if default is not None:
        yield (default,)


def _may_catch(event: Node, outcomes: frozenset[str]) -> bool:
    if "error" not in event.definitions:
        return bool(_CATCHING_ALWAYS.intersection(event.definitions)) or not event.definitions
    code = _error_code(event)
    return ANY_ERROR in outcomes or code in outcomes or (code == "" and any(one != NORMAL for one in outcomes))


def _error_code(node: Node) -> str:
    """The code an error event throws or catches; "" for one without a code."""
    for definition in node.element:
        reference = definition.get("errorRef")
        if reference:
            root = node.element.getroottree().getroot()
            for error in root:
                if error.get("id") == reference:
                    return error.get("errorCode") or error.get("name") or reference
            return reference
    return ""
