"""Token replay: a recorded case on the net of its diagram, fired element by element (van der Aalst, Process Mining, 8.2).

Every token is one of its own, so that work sent back can be undone: what came after the step is taken back in reverse
order, what other branches did stays. Where several runs of a process could be meant, all are followed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.population.net import Net, Node, Process

BEGIN = "begin"
"""Place before the start events of a process."""
_MANY = 200


@dataclass(frozen=True)
class Token:
    id: int
    scope: int
    place: str


@dataclass(frozen=True)
class Scope:
    """A run of a process; `run`: the token of the activity it is inside of, None for the main one."""

    process: str
    run: int | None


@dataclass(frozen=True)
class Firing:
    node: str
    scope: int
    consumed: tuple[Token, ...]
    read: tuple[Token, ...]
    produced: tuple[Token, ...]
    opened: int | None = None


@dataclass(frozen=True)
class Replay:
    """The counts of a replay. refused: the first element that the net does not allow, with its number in the path."""

    produced: int
    consumed: int
    missing: int
    remaining: int
    refused: str = ""
    jumps: int = 0

    @property
    def fitness(self) -> float:
        return (1 - self.missing / max(self.consumed, 1)) / 2 + (1 - self.remaining / max(self.produced, 1)) / 2


class State:
    """A marking, and how it came about."""

    def __init__(self, net: Net):
        self.net = net
        self.tokens: dict[int, Token] = {}
        self.scopes: dict[int, Scope] = {}
        self.firings: list[Firing] = []
        self.failed: dict[int, str] = {}
        """Scopes that an error ended, with its code."""
        self.produced = self.consumed = self.missing = 0
        self._ids = count(1)
        self._open(net.main, None)

    def copy(self) -> "State":
        made = State.__new__(State)
        made.net, made._ids = self.net, self._ids
        made.tokens, made.scopes = dict(self.tokens), dict(self.scopes)
        made.firings, made.failed = list(self.firings), dict(self.failed)
        made.produced, made.consumed, made.missing = self.produced, self.consumed, self.missing
        return made

    def shape(self) -> tuple[Any, ...]:
        """What tells two markings apart but the names of their tokens and scopes."""
        inner: dict[int, list[int]] = {}
        for key, scope in self.scopes.items():
            if scope.run in self.tokens:
                inner.setdefault(scope.run, []).append(key)

        def told(key: int) -> tuple[Any, ...]:
            own = sorted(
                (token.place, tuple(sorted(told(each) for each in inner.get(token.id, ()))))
                for token in self.tokens.values()
                if token.scope == key
            )
            return (self.scopes[key].process, key in self.failed, tuple(own))

        return told(min(self.scopes))

    # What a marking allows

    def fire(self, name: str, flows: list[str]) -> Iterator["State"]:
        """Every marking that comes of the element `name` having left by `flows`."""
        for key in self._runs_of(name):
            process = self._process(key)
            node = process.nodes[name]
            if node.kind == "startEvent":
                yield from self._begin(key, node, flows)
            elif self._may_leave(node, flows):
                for taken, read in self._enabled(key, process, node):
                    made = self.copy()
                    others = made._inside(key) if node.event == "terminate" else ()
                    all_taken = (*taken, *(each for each in others if each not in taken))
                    if node.event in ("error", "cancel") and node.kind == "endEvent":
                        made.failed[key] = node.code
                    made._apply(node, key, all_taken, read, flows)
                    yield made
        yield from self._entered(name, flows)

    def _begin(self, key: int, node: Node, flows: list[str]) -> Iterator["State"]:
        begin = self._at(key, BEGIN)
        if begin and sorted(flows) == sorted(node.outs):
            made = self.copy()
            made._apply(node, key, begin[:1], (), flows)
            yield made

    def _entered(self, name: str, flows: list[str]) -> Iterator["State"]:
        """A start event may be that of a process that an activity opens by itself."""
        for key in list(self.scopes):
            for node in self._process(key).nodes.values():
                inner = self.net.processes.get(node.inner)
                if inner is None or name not in inner.nodes or inner.nodes[name].kind != "startEvent":
                    continue
                for run in self._runs(key, node):
                    made = self.copy()
                    opened = made._enter(node, key, run)
                    yield from made._begin(opened, inner.nodes[name], flows)

    def _runs(self, key: int, node: Node) -> list[Token | None]:
        """Tokens that wait before the activity (as None), and with repeats those that are inside it."""
        waiting: list[Token | None] = [None] if self._before(key, node) else []
        return waiting + (list(self._at(key, f"run {node.id}")) if node.repeats else [])

    def _enter(self, node: Node, key: int, run: Token | None) -> int:
        if run is not None:
            return self._open(node.inner, run.id, node.id, key)
        before = self._before(key, node)[0]
        run = self._make(key, f"run {node.id}")
        self._take(before)
        opened = self._open(node.inner, run.id)
        begin = self._at(opened, BEGIN)
        self.firings.append(Firing(f"enter {node.id}", key, (before,), (), (run, *begin), opened))
        return opened

    def _enabled(self, key: int, process: Process, node: Node) -> Iterator[tuple[tuple[Token, ...], tuple[Token, ...]]]:
        """(tokens consumed, tokens only looked at) of each way in which the element can happen."""
        if node.kind == "boundaryEvent":
            host = process.nodes[node.host]
            for active in self._active(key, host):
                if node.event != "error" or self._may_fail(active, host, node.code):
                    yield ((active, *self._under(active)), ()) if node.interrupts else ((), (active,))
        else:
            ways = self._left(key, node) if node.inner else self._passed(key, process, node)
            yield from ((consumed, ()) for consumed in ways)

    def _left(self, key: int, node: Node) -> Iterator[tuple[Token, ...]]:
        """An activity with a process inside is left when nothing is to be done in there, and no error ended it."""
        for run in self._at(key, f"run {node.id}"):
            if not list(self._under(run)) and not self.failed.keys() & set(self._scopes_of(run)):
                yield (run,)
        if node.repeats and self._before(key, node):
            yield self._before(key, node)[:1]  # a collection without entries

    def _passed(self, key: int, process: Process, node: Node) -> Iterator[tuple[Token, ...]]:
        arrived = tuple(token for flow in node.ins for token in self._at(key, flow)[:1])
        if node.kind == "parallelGateway":
            if arrived and len(arrived) == len(node.ins):
                yield arrived
        elif node.kind == "inclusiveGateway":
            if arrived and not self._still_comes(key, process, node, {token.place for token in arrived}):
                yield arrived
        elif arrived:
            yield self._before(key, node)[:1]

    def _may_fail(self, active: Token, host: Node, code: str) -> bool:
        """Whether an error (with `code`; any, where it is empty) may have come to the border of an activity.

        A task may report one at any time; of what is inside an end event must have thrown it, or a task be at work.
        """
        if not host.inner:
            return True
        inside = self._scopes_of(active)
        if any(code in ("", self.failed[key]) for key in inside if key in self.failed):
            return True
        return any(
            self._may_fail(token, node, code)
            for token, node in ((token, self._standing_at(token)) for token in self._under(active))
            if node is not None and node.kind in ("serviceTask", "callActivity", "subProcess")
        )

    def standing(self) -> Iterator[Node]:
        """The nodes that tokens are before or inside of."""
        return (node for node in map(self._standing_at, self.tokens.values()) if node is not None)

    def _standing_at(self, token: Token) -> Node | None:
        """The node a token is before or inside of."""
        process = self._process(token.scope)
        return process.nodes.get(process.flows.get(token.place, token.place.removeprefix("run ")))

    def _still_comes(self, key: int, process: Process, join: Node, arrived: set[str]) -> bool:
        """Whether a token may come to a flow of the join that has none, and to none of those that have (13.4.3)."""
        for token in self.tokens.values():
            if token.scope != key or token.place in join.ins:
                continue
            here = "" if token.place == BEGIN else process.flows.get(token.place, token.place.removeprefix("run "))
            empty = [flow for flow in join.ins if flow not in arrived]
            if any(process.reaches(here, flow, join.id) for flow in empty) and not any(
                process.reaches(here, flow, join.id) for flow in arrived
            ):
                return True
        return False

    @staticmethod
    def _may_leave(node: Node, flows: list[str]) -> bool:
        if len(set(flows)) < len(flows) or not set(flows) <= set(node.outs):
            return False
        if node.kind in ("exclusiveGateway", "eventBasedGateway"):
            return len(flows) == 1
        if node.kind == "inclusiveGateway":
            return bool(flows) or not node.outs
        return len(flows) == len(node.outs)

    # Going back

    def send_back(self, source: str, target: str) -> Iterator["State"]:
        """The markings in which `target` is open again: all that came after it undone, other branches untouched."""
        for key in self._runs_of(source):
            for active in self._active(key, self._process(key).nodes[source]):
                for last in reversed(range(len(self.firings))):
                    firing = self.firings[last]
                    if firing.node == target and firing.scope == key:
                        undone, touched = self._after(firing)
                        if active.id in touched:
                            yield self._undone(undone)
                            break

    def take_back(self, target: str) -> Iterator["State"]:
        """The marking in which the last `target` has not been completed, nor anything that came of it."""
        for firing in reversed(self.firings):
            if firing.node == target:
                yield self._undone(self._after(firing)[0])
                return

    def _after(self, firing: Firing) -> tuple[list[Firing], set[int]]:
        """All firings that came of the activity of `firing` having begun, and the tokens they made."""
        begun = {token.id for token in firing.consumed}
        undone: list[Firing] = []
        touched: set[int] = set()
        for each in self.firings:
            used = {token.id for token in (*each.consumed, *each.read)}
            if used & (begun | touched):
                undone.append(each)
                touched |= {token.id for token in each.produced}
        return undone, touched

    def _undone(self, firings: list[Firing]) -> "State":
        made = self.copy()
        for each in reversed(firings):
            for token in each.produced:
                del made.tokens[token.id]
                made.produced -= 1
            made.tokens |= {token.id: token for token in each.consumed}
            made.consumed -= len(each.consumed)
            if each.opened is not None:
                del made.scopes[each.opened]
            made.failed.pop(each.scope, None)
            made.firings.remove(each)
        return made

    # What is not allowed, counted

    def force(self, name: str, flows: list[str]) -> "State":
        """The element happened although it could not: what it lacked is counted as missing."""
        made = self.copy()
        key = next(self._runs_of(name), min(self.scopes))
        node = self._process(key).nodes.get(name)
        made.missing += 1
        made.consumed += 1
        if node is not None:
            made._apply(node, key, self._before(key, node)[:1], (), [flow for flow in flows if flow in node.outs])
        return made

    def _apply(self, node: Node, key: int, taken: Iterable[Token], read: tuple[Token, ...], flows: list[str]) -> None:
        consumed = tuple(taken)
        for token in consumed:
            self._take(token)
        made = tuple(self._make(key, flow) for flow in flows)
        self.firings.append(Firing(node.id, key, consumed, read, made))

    def _take(self, token: Token) -> None:
        del self.tokens[token.id]
        self.consumed += 1

    def _make(self, scope: int, place: str) -> Token:
        token = Token(next(self._ids), scope, place)
        self.tokens[token.id] = token
        self.produced += 1
        return token

    def _open(self, process: str, run: int | None, activity: str = "", outer: int | None = None) -> int:
        key = next(self._ids)
        self.scopes[key] = Scope(process, run)
        begin = self._make(key, BEGIN)
        if outer is not None:
            looked_at = (self.tokens[run],) if run is not None else ()
            self.firings.append(Firing(f"enter {activity}", outer, (), looked_at, (begin,), key))
        return key

    # Where tokens are

    def _process(self, key: int) -> Process:
        return self.net.processes[self.scopes[key].process]

    def _runs_of(self, name: str) -> Iterator[int]:
        return (key for key in list(self.scopes) if name in self._process(key).nodes)

    def _at(self, key: int, place: str) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens.values() if token.scope == key and token.place == place)

    def _before(self, key: int, node: Node) -> tuple[Token, ...]:
        return tuple(token for flow in node.ins for token in self._at(key, flow))

    def _active(self, key: int, node: Node) -> tuple[Token, ...]:
        return (*self._at(key, f"run {node.id}"), *self._before(key, node))

    def _scopes_of(self, run: Token) -> list[int]:
        return [key for key, scope in self.scopes.items() if scope.run == run.id]

    def _under(self, run: Token) -> Iterator[Token]:
        """The tokens inside an activity."""
        for key in self._scopes_of(run):
            yield from self._inside(key)

    def _inside(self, key: int) -> Iterator[Token]:
        for token in [each for each in self.tokens.values() if each.scope == key]:
            yield token
            yield from self._under(token)


@dataclass
class Replayer:
    """Feed the history of a case in order; `result` tells how well it fitted."""

    net: Net
    states: list[State] = field(default_factory=list)
    refused: str = ""
    jumps: int = 0
    _steps: int = 0

    def __post_init__(self) -> None:
        self.states = [State(self.net)]
        self._flows = frozenset(flow for process in self.net.processes.values() for flow in process.flows)

    def feed(self, kind: str, element_id: str | None, data: Mapping[str, Any]) -> None:
        """An event of the history; those that move no token are passed over."""
        if kind == "instance.advanced":
            for name, flows in self._grouped(data["path"]):
                self._step(name, flows)
        elif kind == "task.taken_back":
            self.jumps += 1
            found = [made for state in self.states for made in state.take_back(str(element_id))]
            self._go_on(found, f"taken back to {element_id}", str(element_id), [])
        elif kind in ("task.sent_back", "instance.moved"):
            self.jumps += 1
            found = [made for state in self.states for made in state.send_back(str(element_id), data["to"])]
            self._go_on(found, f"sent back from {element_id} to {data['to']}", str(element_id), [])

    def result(self) -> Replay:
        best = min(self.states, key=lambda state: (state.missing, len(state.tokens)))
        return Replay(best.produced, best.consumed, best.missing, len(best.tokens), self.refused, self.jumps)

    def _grouped(self, path: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Each element with the flows it was left by."""
        name, flows = "", []
        for each in path:
            if each in self._flows:
                flows.append(each)
                continue
            if name or flows:
                yield name, flows
            name, flows = each, []
        if name or flows:
            yield name, flows

    def _step(self, name: str, flows: list[str]) -> None:
        found = [made for state in self.states for made in state.fire(name, flows)]
        self._go_on(found, f"{name or '(no element)'} leaving by {', '.join(flows) or 'nothing'}", name, flows)

    def _go_on(self, found: list[State], told: str, name: str, flows: list[str]) -> None:
        self._steps += 1
        if not found:
            self.refused = self.refused or f"step {self._steps}: {told}"
            found = [self.states[0].force(name, flows)]
        apart = {state.shape(): state for state in reversed(found)}
        self.states = list(apart.values())[:_MANY]


def replay(net: Net, events: Iterable[tuple[str, str | None, Mapping[str, Any]]]) -> Replay:
    """(type, element, data) of a history, in order."""
    replayer = Replayer(net)
    for event in events:
        replayer.feed(*event)
    return replayer.result()
