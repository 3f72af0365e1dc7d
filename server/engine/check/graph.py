"""Walks over the nodes of one process: what can be reached, and what lies on a loop."""

from collections.abc import Callable, Iterable, Iterator

from server.engine.check.model import Node, Scope


def reachable(
    scope: Scope, starts: Iterable[str], after: Callable[[Node], Iterable[str]] = lambda node: node.after
) -> set[str]:
    """Ids reached from the starts; after: those a token can go to from a node."""
    found: set[str] = set()
    waiting = [start for start in starts if start in scope.nodes]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found.add(here)
        waiting.extend(after(scope.nodes[here]))
    return found


def longest_walk(scope: Scope, starts: Iterable[str]) -> int:
    """How many nodes a depth-first walk from the starts has on its way at most, each node visited once."""
    seen: set[str] = set()
    deepest = 0
    for start in starts:
        way: list[Iterator[str]] = [iter((start,))]
        while way:
            target = next(way[-1], None)
            if target is None:
                way.pop()
            elif target not in seen and target in scope.nodes:
                seen.add(target)
                way.append(scope.nodes[target].after)
                deepest = max(deepest, len(way) - 1)
    return deepest


def loops(scope: Scope, after: Callable[[Node], Iterable[str]] = lambda node: node.after) -> list[list[str]]:
    """The loops of a process as sets of ids that all reach each other; after: those a token can go to from a node.

    Strongly connected components after Tarjan (1972), written without recursion.
    """
    inside = {node.id: list(after(node)) for node in scope.nodes.values()}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for start in scope.nodes:
        work = [(start, 0)] if start not in order else []
        while work:
            here, position = work.pop()
            if position == 0:
                order[here] = low[here] = len(order)
                stack.append(here)
                on_stack.add(here)
            elif inside[here][position - 1] in on_stack:
                low[here] = min(low[here], low[inside[here][position - 1]])
            if position < len(inside[here]):
                target = inside[here][position]
                work.append((here, position + 1))
                if target not in order:
                    work.append((target, 0))
            elif low[here] == order[here]:
                found.append(_component(stack, on_stack, here))
    return [part for part in found if len(part) > 1 or part[0] in inside[part[0]]]


def _component(stack: list[str], on_stack: set[str], last: str) -> list[str]:
    part: list[str] = []
    while not part or part[-1] != last:
        part.append(stack.pop())
        on_stack.discard(part[-1])
    return part[::-1]


def round_trip(scope: Scope, part: Iterable[str]) -> list[str]:
    """One shortest way from the first node of a loop back to it, in firing order."""
    members = list(part)
    start, inside = members[0], set(members)
    came: dict[str, str] = {}
    waiting = [start]
    for here in waiting:
        for target in scope.nodes[here].after:
            if target == start:
                return [*_way_back(came, here, start), start]
            if target in inside and target not in came:
                came[target] = here
                waiting.append(target)
    return members


def _way_back(came: dict[str, str], end: str, start: str) -> list[str]:
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def way_to(scope: Scope, starts: Iterable[str], goals: Iterable[str]) -> list[str]:
    """A shortest way from a start to one of the goals, both included; empty when there is none."""
    wanted = set(goals)
    came: dict[str, str | None] = {start: None for start in starts if start in scope.nodes}
    waiting = list(came)
    for here in waiting:
        if here in wanted:
            way: list[str] = []
            step: str | None = here
            while step is not None:
                way.append(step)
                step = came[step]
            return way[::-1]
        for target in scope.nodes[here].after:
            if target not in came:
                came[target] = here
                waiting.append(target)
    return []
