"""How the ways between two versions of a process differ, beyond what its added and removed elements explain."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from server.engine.check.model import ACTIVITIES, Flow
from server.engine.difference.pairing import Pairs, Side

Edge = tuple[str, str]


@dataclass(frozen=True)
class Moved:
    """A node that stands elsewhere in the flow; nodes before it, then and now, by their new ids."""

    node: str
    before: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True)
class Ways:
    """moved: at most the nodes whose move explains everything; lost, gained: flows that nothing explains."""

    moved: tuple[Moved, ...]
    lost: tuple[Flow, ...]
    gained: tuple[Flow, ...]


def kept_flows(old: Side, new: Side, pairs: Pairs) -> Iterator[tuple[Flow, Flow]]:
    """Flows that lead from and to the same nodes in both versions, with the same id first."""
    for (source, target), ours in old.edges.items():
        theirs = list(new.edges.get((pairs.get(source, ""), pairs.get(target, "")), ()))
        for flow in sorted(ours, key=lambda each: all(each.id != other.id for other in theirs)):
            if theirs:
                same = next((other for other in theirs if other.id == flow.id), theirs[0])
                theirs.remove(same)
                yield flow, same


def compare_ways(old: Side, new: Side, pairs: Pairs) -> Ways:
    """The ways that differ between nodes that are in both versions."""
    ours = {(pairs.get(a, f"\0{a}"), pairs.get(b, f"\0{b}")): flows for (a, b), flows in old.edges.items()}
    kept = set(pairs.values())
    lost = [edge for edge in ours if kept.issuperset(edge) and edge not in _reach(new.edges, edge[0], kept)]
    gained = [edge for edge in new.edges if kept.issuperset(edge) and edge not in _reach(ours, edge[0], kept)]
    if not lost and not gained:
        return Ways((), (), ())
    moved = _one_moved(ours, new, lost, gained, kept)
    if moved is not None:
        return Ways((moved,), (), ())
    return Ways(
        (),
        tuple(flow for edge in lost for flow in ours[edge]),
        tuple(flow for edge in gained for flow in new.edges[edge]),
    )


def _reach(edges: Iterable[Edge], start: str, kept: set[str]) -> set[Edge]:
    """(start, node) for each kept node that flows lead to, directly or through nodes that are not kept."""
    behind = _behind(edges)
    found: set[str] = set()
    front, seen = [start], {start}
    while front:
        for node in behind.get(front.pop(), ()):
            if node in kept:
                found.add(node)
            elif node not in seen:
                seen.add(node)
                front.append(node)
    return {(start, node) for node in found}


def _behind(edges: Iterable[Edge]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for source, target in edges:
        found.setdefault(source, set()).add(target)
    return found


def _one_moved(
    ours: Mapping[Edge, object], new: Side, lost: list[Edge], gained: list[Edge], kept: set[str]
) -> Moved | None:
    """The one node without which both versions have the same ways; a task rather than a gateway."""
    touched = {node for edge in lost for node in edge} & {node for edge in gained for node in edge}
    nodes = new.scope.nodes
    order = [each for each in nodes if each in touched]
    for node in sorted(order, key=lambda each: (nodes[each].kind not in ACTIVITIES, nodes[each].kind != "userTask")):
        others = kept - {node}
        if _between(ours, others) == _between(new.edges, others):
            before = tuple(sorted(source for source, target in ours if target == node))
            now = tuple(sorted(source for source, target in new.edges if target == node))
            return Moved(node, before, now) if before != now else None
    return None


def _between(edges: Iterable[Edge], kept: set[str]) -> set[Edge]:
    edges = list(edges)
    return {found for node in kept for found in _reach(edges, node, kept)}
