"""Loops: parallel work directly on one, one that never waits, and processes that call themselves (K216 to K218)."""

import re
from collections.abc import Iterator

from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.graph import loops, reachable, round_trip, way_to
from server.engine.check.model import Node, Scope, bpmn, text_of
from server.i18n import N_

_WAITING = frozenset({"task", "userTask", "manualTask", "receiveTask", "serviceTask", "intermediateCatchEvent"})
_WAITED_FOR = frozenset({"timer", "message", "signal"})
# A date as it stands in the case or in the diagram; what a function gives lies ahead whenever it is asked.
_DATE = re.compile(r"[\"']?\d{4}-[\w:+.-]*[\"']?|[A-Za-z_]\w*(\.\w+)*")
_NOTHING = re.compile(r"[\"']?P(?=[\dT])([0.,]+[YMWD])*(T([0.,]+[HMS])+)?[\"']?")
_SPLITTING = frozenset({"parallelGateway", "inclusiveGateway"})


def check_cycles(context: Context) -> Iterator[Finding]:
    """Loops within a process, loops of a single activity, and loops of calls."""
    waits = _Waits(context)
    for scope in context.scopes():
        for part in loops(scope):
            yield from _parallel(context, scope, part)
        for part in loops(scope, after=waits.at_once):
            yield _endless(context, scope, part)
        for node in scope.nodes.values():
            if _repeats_without_limit(node) and not waits.at(node):
                message = N_("{id} repeats itself without a limit and without waiting for anything.")
                fix = N_("Set the maximum of the loop, or put a user task into it.")
                yield context.finding("K217", node.place, message, fix, counterexample=[node.id, node.id], id=node.id)
    yield from _calls(context)


def _parallel(context: Context, scope: Scope, part: list[str]) -> Iterator[Finding]:
    for node in (scope.nodes[member] for member in part):
        if node.kind in _SPLITTING and (len(node.outgoing) > 1 or len(node.incoming) > 1):
            message = N_("The gateway {id} splits or joins the path directly on a loop.")
            fix = N_("Put the parallel part, from split to join, into a sub-process of its own.")
            way = way_to(scope, [start.id for start in scope.of_kind("startEvent")], [node.id])
            run = way[:-1] + round_trip(scope, [node.id, *part])
            yield context.finding("K216", node.place, message, fix, counterexample=run, id=node.id)


def _endless(context: Context, scope: Scope, part: list[str]) -> Finding:
    starts = [node.id for node in scope.of_kind("startEvent")]
    way = way_to(scope, starts, part)
    around = round_trip(scope, [way[-1], *part] if way else part)
    message = N_("The loop through {ids} waits for nothing and could turn for ever.")
    fix = N_("Lead the loop through a user task or a catching event.")
    place = scope.place._replace(element=part[0])
    return context.finding("K217", place, message, fix, counterexample=way[:-1] + around, ids=", ".join(part))


def _repeats_without_limit(node: Node) -> bool:
    loop = node.element.find(bpmn("standardLoopCharacteristics"))
    return loop is not None and not loop.get("loopMaximum") and bool(text_of(loop.find(bpmn("loopCondition"))))


def _may_pass(event: Node) -> bool:
    """Whether an event may happen the moment it is reached, again and again: a condition, a date, no time at all."""
    if "conditional" in event.definitions:
        return True
    for timer in event.element.findall(bpmn("timerEventDefinition")):
        date, duration = text_of(timer.find(bpmn("timeDate"))), text_of(timer.find(bpmn("timeDuration")))
        if _DATE.fullmatch(date) or _NOTHING.fullmatch(duration):
            return True
    return False


class _Waits:
    """Whether a token always stops at a node, so that a loop through it cannot turn for ever at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[int, bool] = {}

    def at(self, node: Node) -> bool:
        """True for what waits for people, workers, time or messages; a process waits if every way through it does.

        A condition may be true at once, a moment may have passed, and so these do not wait.
        """
        if _may_pass(node):
            return False
        if node.kind in _WAITING:
            return True
        if node.kind == "boundaryEvent":
            return bool(_WAITED_FOR.intersection(node.definitions))
        if node.inner is not None:
            return self._through(node.inner)
        if node.kind == "callActivity":
            called = self._context.processes.get(node.element.get("calledElement", ""))
            return called is None or self._through(called)
        return False

    def at_once(self, node: Node) -> Iterator[str]:
        """Ids of the nodes a token may go to from here without any wait."""
        if not self.at(node):
            yield from node.after
        else:
            yield from (event.id for event in node.boundary if _may_pass(event))

    def _through(self, scope: Scope) -> bool:
        key = id(scope)
        if key not in self._known:
            # A process that calls itself is reported as such; here it counts as waiting, which ends the recursion.
            self._known[key] = True
            starts = [node.id for node in scope.of_kind("startEvent")]
            reached = reachable(scope, starts, after=self.at_once)
            self._known[key] = not any(scope.nodes[end].kind == "endEvent" for end in reached)
        return self._known[key]


def _calls(context: Context) -> Iterator[Finding]:
    """Circles of call activities, each reported once at the call that closes it."""
    calls: dict[str, list[Node]] = {process: [] for process in context.processes}
    for node in context.nodes("callActivity"):
        if node.scope.process in calls and node.element.get("calledElement") in calls:
            calls[node.scope.process].append(node)
    done: set[str] = set()
    for start in calls:
        path: list[str] = []
        work: list[tuple[str, int]] = [] if start in done else [(start, 0)]
        while work:
            process, position = work.pop()
            if position == 0:
                path.append(process)
            if position == len(calls[process]):
                done.add(path.pop())
                continue
            work.append((process, position + 1))
            node = calls[process][position]
            target = node.element.get("calledElement", "")
            if target in path:
                yield _self_call(context, node, [*path[path.index(target) :], target])
            elif target not in done:
                work.append((target, 0))


def _self_call(context: Context, node: Node, circle: list[str]) -> Finding:
    message = N_("The process calls itself: {circle}.")
    fix = N_("Draw the repetition as a loop with a user task in it.")
    return context.finding("K218", node.place, message, fix, counterexample=circle, circle=" → ".join(circle))
