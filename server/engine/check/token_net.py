"""A process as a token net: places that hold tokens, and the ways in which each node may fire.

A gateway may choose any of its flows that its own condition and what was asked since the last wait allow; an event may
happen or not. What a sub-process or a called process may end with (normally, or with an error that a boundary event
catches) is handed in. A signal sent in the process itself moves what waits for it at that moment.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from server.engine.check.answers import NONE, AnswerBook, Answers
from server.engine.check.graph import reachable
from server.engine.check.model import Flow, Node, Scope
from server.engine.check.raising import Raising, code_of, signal_of
from server.engine.check.structure import begins, starts

MAX_SUBSETS = 6  # flows of an inclusive split of which every choice is tried; beyond it one, two, and all
_AT_ONCE = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "startEvent", "endEvent", "sendTask"}
    | {"intermediateThrowEvent", "businessRuleTask", "scriptTask"}
)

NORMAL = "normal"
"""An outcome: the process inside came to its end. Any other outcome is an error code, "" one without a code."""
ANY_ERROR = "*"
"""An outcome: a worker inside may raise any error."""


@dataclass(frozen=True)
class Step:
    """One way to fire `node`: `takes` a token from each place and `gives` one to each; `empties` those it clears.

    node: "" when an activity merely opens; ends: the token is used up at an end event; stops: everything else in the
    process ends with it; outcome: of the process when it stops by an error; when: answers it needs; keeps: those that
    are remembered; waits: it needs somebody or something outside; writes: fields it may write, None for any; wakes:
    (from, to) places of tokens that a signal moves.
    """

    node: str
    takes: tuple[int, ...]
    gives: tuple[int, ...] = ()
    empties: tuple[int, ...] = ()
    ends: bool = False
    stops: bool = False
    outcome: str = NORMAL
    when: Answers = NONE
    keeps: Answers = NONE
    waits: bool = False
    writes: frozenset[str] | None = frozenset()
    wakes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class InclusiveJoin:
    """When it may fire: for each incoming place, the places whose tokens may still reach it on another way."""

    node: str
    incoming: tuple[int, ...]
    reach: dict[int, frozenset[int]]
    choices: tuple[Step, ...]


@dataclass(frozen=True)
class TokenNet:
    """start: places marked at the beginning; steps_from: by place the steps that take a token there;
    target: by place the node a token there waits at; book: of answers; signals: whether a step moves what waits."""

    start: tuple[int, ...]
    steps_from: dict[int, tuple[Step, ...]]
    joins: tuple[InclusiveJoin, ...]
    target: dict[int, str]
    ends: dict[str, int]
    size: int
    book: AnswerBook
    signals: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What lies around a scope. outcomes: what an activity may end with; writes: fields a business rule task writes,
    None when nobody knows; raising: escalations and signals; book: of the scope's conditions."""

    outcomes: Callable[[Node], frozenset[str]]
    writes: Callable[[Node], frozenset[str] | None]
    raising: Raising
    book: AnswerBook


class _Builder:
    def __init__(self, scope: Scope, around: Surroundings, side_events: bool, after: Node | None) -> None:
        self.scope, self.around, self.side_events, self.after = scope, around, side_events, after
        # The engine never hears of what no start leads to, so a join does not wait for it either.
        within = reachable(scope, [node.id for node in starts(scope)])
        self.flows = [flow for flow in scope.flows if flow.source in within and flow.target in scope.nodes]
        self.place = {id(flow): number for number, flow in enumerate(self.flows)}
        self.target = {number: str(flow.target) for number, flow in enumerate(self.flows)}
        self.steps: list[Step] = []
        self.waiting_joins: list[tuple[Node, list[int], tuple[Step, ...]]] = []
        self.start: list[int] = []
        self.woken: dict[str, list[tuple[int, int]]] = {}
        self.at: dict[str, list[int]] = defaultdict(list)

    def build(self) -> TokenNet:
        for node in begins(self.scope) if self.after is None else ():
            place = self._new_place(node)
            self.start.append(place)
            self._add(node.id, (place,), self._out(node))
        if self.after is not None:
            self.start += self._out(self.after)
        for node in self.scope.nodes.values():
            if node.kind not in ("startEvent", "boundaryEvent"):
                self._node(node)
        self.steps = [self._sending(step) for step in self.steps]
        for number, target in self.target.items():
            self.at[target].append(number)
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
            book=self.around.book,
            signals=any(step.wakes for step in self.steps),
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
        kind = self.scope.nodes[node].kind if node else ""
        if kind == "businessRuleTask":
            more["writes"] = self.around.writes(self.scope.nodes[node])
        more.setdefault("waits", bool(node) and kind not in _AT_ONCE)
        self.steps.append(Step(node, takes, gives, **more))  # type: ignore[arg-type]

    def _sending(self, step: Step) -> Step:
        """With what a signal moves; what it carries may be written to the case."""
        node = self.scope.nodes.get(step.node)
        name = signal_of(node) if node is not None and node.kind == "intermediateThrowEvent" else None
        return step if name is None else replace(step, wakes=tuple(self.woken.get(name, ())), writes=None)

    def _wakes(self, event: Node, place: int, there: int) -> bool:
        """Note that the signal an event waits for moves a token; False when the event may happen at any time."""
        name = self.around.raising.sent_here_alone(event)
        if name is None:
            return False
        self.woken.setdefault(name, []).append((place, there))
        return True

    def _node(self, node: Node) -> None:
        incoming, outgoing = self._in(node), self._out(node)
        if not incoming:
            return
        if node.kind == "parallelGateway":
            self._add(node.id, tuple(incoming), outgoing)
        elif node.kind == "inclusiveGateway":
            self._inclusive(node, incoming, outgoing)
        for place in incoming if node.kind not in ("parallelGateway", "inclusiveGateway") else ():
            if node.kind == "eventBasedGateway":
                self._events(node, place, outgoing)
            elif node.kind in ("exclusiveGateway", "complexGateway"):
                self._exclusive(node, place)
            elif node.kind == "endEvent":
                self._end(node, place)
            else:
                self._activity(node, place, outgoing)

    def _end(self, node: Node, place: int) -> None:
        error = "error" in node.definitions
        stops = error or "terminate" in node.definitions or "cancel" in node.definitions
        self._add(node.id, (place,), (), ends=True, stops=stops, outcome=code_of(node, "error") if error else NORMAL)

    def _events(self, node: Node, place: int, outgoing: tuple[int, ...]) -> None:
        for flow in outgoing:
            if not self._wakes(self.scope.nodes[self.target[flow]], place, flow):
                self._add(node.id, (place,), (flow,))

    def _exclusive(self, node: Node, place: int) -> None:
        for flow in (each for each in node.outgoing if id(each) in self.place):
            self._add(node.id, (place,), (self.place[id(flow)],), **self._answers(node, [flow]))

    def _answers(self, node: Node, flows: list[Flow]) -> dict[str, Answers]:
        """What a gateway is told when it takes these flows; a default flow may be there for safety alone."""
        if len(node.outgoing) < 2 or node.kind == "complexGateway":
            return {}
        found = self.around.book.taken(node, flows)
        default = all(flow.id == node.element.get("default") for flow in flows)
        if default and not self.around.book.possible(found, by_schema=False):
            found = NONE
        return {"when": found, "keeps": self.around.book.kept(node, found)}

    def _activity(self, node: Node, place: int, outgoing: tuple[int, ...]) -> None:
        """A task, event or sub-process: one way on, and one by each boundary event that interrupts it."""
        if self._is_woken(node, place, outgoing):
            return
        found = self.around.outcomes(node)
        side = [event for event in node.boundary if self._is_side(event)] if self.side_events else []
        side = [event for event in side if self._may_catch(event, node, found)]
        takes: tuple[int, ...] = (place,)
        empties: tuple[int, ...] = ()
        if side:
            takes, empties = self._with_side_events(node, place, side)
        if NORMAL in found:
            self._add(node.id, takes, outgoing, empties=empties)
        catching = [event for event in node.boundary if not self._is_side(event)]
        for event in catching:
            if self._is_woken(event, takes[0], self._out(event), empties):
                continue
            if self._may_catch(event, node, found):
                self._add(event.id, takes, self._out(event), empties=empties)
        errors = [event for event in catching if "error" in event.definitions]
        for code in found - {NORMAL, ANY_ERROR}:
            if not any(self._may_catch(event, node, frozenset({code})) for event in errors):
                self._add(node.id, takes, (), stops=True, outcome=code)

    def _is_woken(self, event: Node, place: int, outgoing: tuple[int, ...], empties: tuple[int, ...] = ()) -> bool:
        """Whether an event waits for a signal of this process alone; a gateway before it wakes it then."""
        if place < len(self.flows) and self.scope.nodes[str(self.flows[place].source)].kind == "eventBasedGateway":
            return False
        if self.around.raising.sent_here_alone(event) is None:
            return False
        there = self._new_place(event)
        self._wakes(event, place, there)
        self._add(event.id, (there,), outgoing, empties=empties, waits=False)
        return True

    def _may_catch(self, event: Node, host: Node, outcomes: frozenset[str]) -> bool:
        if "error" not in event.definitions:
            return self.around.raising.caught(event, host)
        code = code_of(event, "error")
        return ANY_ERROR in outcomes or code in outcomes or (code == "" and any(one != NORMAL for one in outcomes))

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
        before = len(self.steps)
        for choice in _choices(outgoing, default):
            flows = [flow for flow in node.outgoing if self.place.get(id(flow)) in choice]
            self._add(node.id, (incoming[0],), choice, **self._answers(node, flows))
        if len(incoming) > 1:
            choices = tuple(self.steps[before:])
            del self.steps[before:]
            self.waiting_joins.append((node, incoming, choices))

    def _join(self, node: Node, incoming: list[int], choices: tuple[Step, ...]) -> InclusiveJoin:
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
            for before in (*self._in(host), *self.at[host.id], *self.at[source]):
                if before not in found:
                    found.add(before)
                    waiting.append(before)
        return frozenset(found)

    def _source(self, place: int) -> str | None:
        return self.flows[place].source if place < len(self.flows) else None


def token_net(scope: Scope, around: Surroundings, *, side_events: bool = False, after: Node | None = None) -> TokenNet:
    """The net of a scope; side_events: whether non-interrupting boundary events happen; after: only what such an
    event starts."""
    return _Builder(scope, around, side_events, after).build()


def side_events(scope: Scope) -> list[Node]:
    """The boundary events that leave their activity running."""
    return [node for node in scope.of_kind("boundaryEvent") if node.element.get("cancelActivity") == "false"]


def _choices(flows: tuple[int, ...], default: int | None) -> Iterator[tuple[int, ...]]:
    """What an inclusive split may choose: one or more flows with a condition, or the default flow alone."""
    asked = [flow for flow in flows if flow != default]
    sizes = range(1, len(asked) + 1) if len(asked) <= MAX_SUBSETS else (1, 2, len(asked))
    for size in sizes:
        yield from combinations(asked, size)
    if default is not None:
        yield (default,)
