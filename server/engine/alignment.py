"""Which element of a new version an element of an old one is: the one with its id, else one renamed in its place."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from server.engine.definition import ProcessDefinition
from server.engine.elements import Element

_SUFFIXES = (" [child]", ".BoundaryEventSplit", ".BoundaryEventJoin")
Pairs = dict[str, str]  # old element id -> new element id
Told = Mapping[str, str]  # as Pairs, by the owner of the process: where a case goes on
NOTHING_TOLD: Told = MappingProxyType({})


class _Scope:
    """The nodes of one process or sub-process and what lies directly before and behind each of them."""

    def __init__(self, definition: ProcessDefinition, process_id: str) -> None:
        own = [each for each in definition.elements.values() if each.process_id == process_id]
        self.nodes = {each.id: each for each in own if each.source is None}
        self.before: dict[str, set[str]] = {name: set() for name in self.nodes}
        self.behind: dict[str, set[str]] = {name: set() for name in self.nodes}
        links = [(each.source, each.target) for each in own]
        for source, target in [*links, *((each.attached_to, each.id) for each in own)]:
            if source in self.nodes and target in self.nodes:
                self.before[target].add(source)
                self.behind[source].add(target)


def align(
    old: ProcessDefinition, new: ProcessDefinition, old_process: str, new_process: str, told: Told = NOTHING_TOLD
) -> Pairs:
    """The elements of a process that are still there: by id, as told, and renamed ones by kind, name and place.

    A renamed element with a name needs the same elements before or behind it, one without a name needs both.
    """
    ours, theirs = _Scope(old, old_process), _Scope(new, new_process)
    pairs = {name: name for name in ours.nodes if name in theirs.nodes}
    pairs.update(_told(ours, theirs, told))
    elsewhere = {a for a, b in told.items() if b in theirs.nodes}
    while found := dict(_renamed(ours, theirs, pairs, elsewhere)):
        pairs.update(found)
    return pairs


def aside(
    old: ProcessDefinition, new: ProcessDefinition, old_process: str, new_process: str, told: Told, pairs: Pairs
) -> Pairs:
    """Elements that are gone and whose open cases go on at another one, which is not the same step renamed.

    What is finished there stays gone: the other one was not done by it.
    """
    ours, theirs = _Scope(old, old_process), _Scope(new, new_process)
    return {a: b for a, b in told.items() if a in ours.nodes and a not in pairs and b in theirs.nodes}


def _told(ours: _Scope, theirs: _Scope, told: Told) -> Iterator[tuple[str, str]]:
    """A step of its own in place of one that is gone: the same step under a new id."""
    for a, b in told.items():
        lost, fresh = a in ours.nodes and a not in theirs.nodes, b in theirs.nodes and b not in ours.nodes
        if lost and fresh and sum(b == each for name, each in told.items() if name in ours.nodes) == 1:
            yield a, b


def spec_name(name: str, pairs: Pairs, old_process: str, new_process: str) -> str:
    """The name in the new version of a task spec, also of those the library adds around an element."""
    if name == f"{old_process}.EndJoin":
        return f"{new_process}.EndJoin"
    suffix = next((each for each in _SUFFIXES if name.endswith(each)), "")
    base = name.removesuffix(suffix)
    return pairs.get(base, base) + suffix


def _renamed(ours: _Scope, theirs: _Scope, pairs: Pairs, elsewhere: set[str]) -> Iterator[tuple[str, str]]:
    taken = set(pairs.values())
    lost = [name for name in ours.nodes if name not in pairs and name not in elsewhere]
    added = [name for name in theirs.nodes if name not in taken]
    fits = [(a, b) for a in lost for b in added if _same(ours, theirs, a, b, pairs)]
    for a, b in fits:
        if sum(a == each for each, _b in fits) == 1 and sum(b == each for _a, each in fits) == 1:
            yield a, b


def _same(ours: _Scope, theirs: _Scope, a: str, b: str, pairs: Pairs) -> bool:
    if not _alike(ours.nodes[a], theirs.nodes[b]):
        return False
    before = _matches(ours.before[a], theirs.before[b], pairs)
    behind = _matches(ours.behind[a], theirs.behind[b], pairs)
    return (before or behind) if ours.nodes[a].name else (before and behind)


def _alike(a: Element, b: Element) -> bool:
    return (a.kind, a.name, a.event) == (b.kind, b.name, b.event)


def _matches(ours: set[str], theirs: set[str], pairs: Pairs) -> bool:
    return bool(ours) and {pairs.get(name) for name in ours} == theirs
