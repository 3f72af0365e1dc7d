"""The difference of two sets of diagrams: elements, flows, lanes and messages by id; their layout is nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from server.engine.check.model import Flow, Node, Scope, read_diagram
from server.engine.difference.aspects import (
    REFERENCES,
    Aspects,
    Roots,
    aspects_of,
    canonical,
    flow_aspects,
    lines,
    local,
    parts_of,
)
from server.engine.difference.change import Change, Kind
from server.engine.difference.flows import Ways, compare_ways, kept_flows
from server.engine.difference.pairing import Pairs, Side, pair, renamed_ids
from server.engine.elements import outgoing_flows
from server.engine.errors import DiagramRefused
from server.engine.gate import admit
from server.engine.lanes import groups_by_node
from server.engine.xml_names import BPMN
from server.i18n import LANGUAGES

_NAMED = frozenset({"message", "error", "signal", "escalation"})
"""Root elements whose name the events that use them tell."""
_APART = frozenset({"process", "BPMNDiagram", "import"})


@dataclass(frozen=True)
class _Drawn:
    """A process or sub-process, the groups of its nodes and the root elements of its file."""

    scope: Scope
    groups: Mapping[str, str]
    roots: Roots

    def side(self, languages: Sequence[str]) -> Side:
        nodes = self.scope.nodes.values()
        return Side(
            self.scope, {node.id: aspects_of(node, self.groups.get(node.id), self.roots, languages) for node in nodes}
        )


def compare_diagrams(
    old: Mapping[str, bytes], new: Mapping[str, bytes], languages: Sequence[str] = LANGUAGES
) -> list[Change]:
    """What differs between the *.bpmn files of two bundles, in the order of the new ones. Never raises.

    A process is the same by its id, whatever file it is in. A file that cannot be read is one change, 'unreadable'.
    """
    found: list[Change] = []
    unread: list[Change] = []
    before, after = _read(old, unread), _read(new, found)
    shut = {change.file for change in (*unread, *found)}
    found += [replace(each, before=each.after, after=None) for each in unread if each.file in new]
    for key, drawn in after.processes.items():
        if key in before.processes:
            found += _scopes(before.processes[key], drawn, before, after, languages)
        elif drawn.scope.file not in shut:
            found.append(_whole("added", drawn.scope))
    gone = [drawn.scope for key, drawn in before.processes.items() if key not in after.processes]
    found += [_whole("removed", scope) for scope in gone if scope.file not in shut]
    return [*found, *_roots(before, after)]


def element_names(files: Mapping[str, bytes]) -> dict[tuple[str, str], str]:
    """Raw names of all elements of the diagrams that can be read, by (process, id); empty ones left out."""
    read = _read(files, [])
    scopes = [drawn.scope for drawn in (*read.processes.values(), *read.inner.values())]
    named = [(node.scope.process, node) for scope in scopes for node in scope.nodes.values()]
    return {(process, node.id): name for process, node in named if (name := node.element.get("name"))}


def drawn_processes(files: Mapping[str, bytes]) -> dict[str, tuple[str, str]]:
    """(file, raw name) of every process of the diagrams that can be read, by its id."""
    read = _read(files, [])
    return {key: (drawn.scope.file, drawn.scope.element.get("name", "")) for key, drawn in read.processes.items()}


class _Read:
    """The diagrams of one version: processes by id, and by (process, id) the sub-processes."""

    def __init__(self) -> None:
        self.processes: dict[str, _Drawn] = {}
        self.inner: dict[tuple[str, str], _Drawn] = {}
        self.roots: dict[str, dict[str, etree._Element]] = {}


def _read(files: Mapping[str, bytes], refused: list[Change]) -> _Read:
    found = _Read()
    for file in sorted(name for name in files if name.endswith(".bpmn")):
        try:
            root = admit(files[file], file)
        except DiagramRefused as refusal:
            refused.append(Change("changed", file, "", "unreadable", None, str(refusal)))
            continue
        diagram = read_diagram(file, root)
        outer = [each for each in parts_of(root) if local(each) not in _APART]
        roots = {each.get("id", local(each)): each for each in outer}
        found.roots[file] = roots
        groups: dict[str, dict[str, str]] = {}
        for scope in diagram.scopes:
            if scope.parent is None:
                groups[scope.process] = groups_by_node(scope.element)
                found.processes[scope.id] = _Drawn(scope, groups[scope.process], roots)
            else:
                found.inner[scope.process, scope.id] = _Drawn(scope, groups[scope.process], roots)
    return found


def _whole(kind: Kind, scope: Scope) -> Change:
    return Change(kind, scope.file, scope.id, "", None, None, scope.process, scope.element.get("name", ""), "process")


def _scopes(old: _Drawn, new: _Drawn, before: _Read, after: _Read, languages: Sequence[str]) -> Iterator[Change]:
    """What differs in a process or sub-process and in those inside it."""
    if new.scope.parent is None:
        yield from _head(old.scope, new.scope, languages)
    ours, theirs = old.side(languages), new.side(languages)
    pairs = pair(ours, theirs)
    back = {other: one for one, other in pairs.items()}
    for node in new.scope.nodes.values():
        if node.id not in back:
            yield _of_node("added", node)
            continue
        if back[node.id] != node.id:
            yield _of_node("renamed", node, "", back[node.id], node.id)
        was = old.scope.nodes[back[node.id]]
        for change in _changed(node, ours.aspects[was.id], theirs.aspects[node.id], pairs):
            # The same flow may lead elsewhere because what it led to is gone.
            if change.aspect != "default" or was.element.get("default") != node.element.get("default"):
                yield change
    for node in old.scope.nodes.values():
        if node.id not in pairs:
            yield _of_node("removed", node)
    yield from _flows(ours, theirs, pairs, languages)
    for one, other in pairs.items():
        inner = before.inner.get((old.scope.process, one)), after.inner.get((new.scope.process, other))
        if inner[0] is not None and inner[1] is not None:
            yield from _scopes(inner[0], inner[1], before, after, languages)


def _head(old: Scope, new: Scope, languages: Sequence[str]) -> Iterator[Change]:
    def told(scope: Scope) -> Aspects:
        inner = {
            local(each): (each.text or "").strip() for each in parts_of(scope.element) if local(each) == "documentation"
        }
        return {**lines(scope.element.get("name"), "name", languages), "executable": scope.executable, **inner}

    ours, theirs = told(old), told(new)
    for aspect in _both(ours, theirs):
        if ours.get(aspect) != theirs.get(aspect):
            name = new.element.get("name", "")
            values = ours.get(aspect), theirs.get(aspect)
            yield Change("changed", new.file, new.id, aspect, *values, new.process, name, "process")
    yield from _lanes(old, new)


def _lanes(old: Scope, new: Scope) -> Iterator[Change]:
    def told(scope: Scope) -> dict[str, str]:
        return {each.get("id", ""): each.get("name", "") for each in scope.element.iter(f"{BPMN}lane")}

    ours, theirs = told(old), told(new)
    for lane in _both(ours, theirs):
        here = (new.file, lane, "lane", ours.get(lane), theirs.get(lane), new.process)
        if lane not in ours or lane not in theirs:
            kind: Kind = "added" if lane not in ours else "removed"
            yield Change(kind, *here, theirs.get(lane) or ours.get(lane) or "", "lane")
        elif ours[lane] != theirs[lane]:
            yield Change("changed", *here, theirs[lane], "lane")


def _changed(node: Node, ours: Aspects, theirs: Aspects, pairs: Pairs) -> Iterator[Change]:
    for aspect in _both(ours, theirs):
        before, after = ours.get(aspect), theirs.get(aspect)
        same = (renamed_ids(before, pairs) if aspect in REFERENCES else before) == after
        if not same:
            yield _of_node("changed", node, aspect, before, after)


def _of_node(kind: Kind, node: Node, aspect: str = "", before: Any = None, after: Any = None) -> Change:
    scope, name = node.scope, node.element.get("name", "")
    return Change(kind, scope.file, node.id, aspect, before, after, scope.process, name, node.kind)


def _flows(old: Side, new: Side, pairs: Pairs, languages: Sequence[str]) -> Iterator[Change]:
    kept = list(kept_flows(old, new, pairs))
    for ours, theirs in kept:
        one, other = flow_aspects(ours.element, languages), flow_aspects(theirs.element, languages)
        for aspect in _both(one, other):
            if one.get(aspect) != other.get(aspect):
                yield _of_flow("changed", theirs, new.scope, aspect, one.get(aspect), other.get(aspect))
    yield from _orders(old, new, kept)
    ways: Ways = compare_ways(old, new, pairs)
    for each in ways.moved:
        yield _of_node("moved", new.scope.nodes[each.node], "", ", ".join(each.before), ", ".join(each.now))
    for flow in ways.lost:
        yield _of_flow("removed", flow, old.scope, "flow", flow.source, flow.target)
    for flow in ways.gained:
        yield _of_flow("added", flow, new.scope, "flow", flow.source, flow.target)


def _of_flow(kind: Kind, flow: Flow, scope: Scope, aspect: str, before: Any, after: Any) -> Change:
    name = flow.element.get("name", "")
    return Change(kind, scope.file, flow.id or "", aspect, before, after, scope.process, name, "sequenceFlow")


def _orders(old: Side, new: Side, kept: list[tuple[Flow, Flow]]) -> Iterator[Change]:
    """Gateways that try their conditions in another order."""
    now = {id(ours.element): theirs for ours, theirs in kept}
    for node in new.scope.nodes.values():
        here = [(ours, theirs) for ours, theirs in kept if theirs.source == node.id and theirs.condition]
        if node.kind not in ("exclusiveGateway", "inclusiveGateway") or len(here) < 2:
            continue
        before = _in_order(old, here[0][0].source, {id(ours.element) for ours, _ in here})
        after = _in_order(new, node.id, {id(theirs.element) for _, theirs in here})
        was = [now[id(each)].target for each in before]
        ends = {id(flow.element): flow.target for flow in new.scope.flows}
        if was != [ends[id(each)] for each in after]:
            yield _of_node("changed", node, "order", was, [ends[id(each)] for each in after])


def _in_order(side: Side, node: str | None, which: set[int]) -> list[etree._Element]:
    flows = [flow.element for flow in side.scope.flows]
    leaving = outgoing_flows(side.scope.nodes[node or ""].element, flows)
    return [each for each in leaving if id(each) in which]


def _roots(before: _Read, after: _Read) -> Iterator[Change]:
    """Root elements that nothing else tells of: participants, correlations, …"""
    for file in sorted(after.roots.keys() & before.roots.keys()):
        ours, theirs = before.roots[file], after.roots[file]
        for key in _both(ours, theirs):
            one, other = ours.get(key), theirs.get(key)
            root = one if other is None else other
            if root is None or (one is not None and other is not None and _alike(one, other)):
                continue
            if (one is None or other is None) and local(root) in _NAMED:
                continue
            kind: Kind = "added" if one is None else "removed" if other is None else "changed"
            yield Change(kind, file, key, "definition", None, None, None, root.get("name", ""), local(root))


def _alike(one: etree._Element, other: etree._Element) -> bool:
    if local(one) in _NAMED and local(one) == local(other):
        return [canonical(each) for each in parts_of(one)] == [canonical(each) for each in parts_of(other)]
    return canonical(one) == canonical(other)


def _both(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*theirs, *ours)))
