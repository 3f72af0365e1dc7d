"""Which element of a new version an element of an old one is: the one with its id, else one renamed in its place."""

from collections.abc import Iterator

from server.engine.definition import ProcessDefinition
from server.engine.elements import Element

_SUFFIXES = (" [child]", ".BoundaryEventSplit", ".BoundaryEventJoin")
Pairs = dict[str, str]  # old element id -> new element id


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


def align(old: ProcessDefinition, new: ProcessDefinition, old_process: str, new_process: str) -> Pairs:
    """The elements of a process that are still there: by id, and renamed ones by kind, name and place.

    A renamed element with a name needs the same elements before or behind it, one without a name needs both.
    """
    ours, theirs = _Scope(old, old_process), _Scope(new, new_process)
    pairs = {name: name for name in ours.nodes if name in theirs.nodes}
    while found := dict(_renamed(ours, theirs, pairs)):
        pairs.update(found)
    return pairs


def spec_name(name: str, pairs: Pairs, old_process: str, new_process: str) -> str:
    """The name in the new version of a task spec, also of those the library adds around an element."""
    if name == f"{old_process}.EndJoin":
        return f"{new_process}.EndJoin"
    suffix = next((each for each in _SUFFIXES if name.endswith(each)), "")
    base = name.removesuffix(suffix)
    return pairs.get(base, base) + suffix


def _renamed(ours: _Scope, theirs: _Scope, pairs: Pairs) -> Iterator[tuple[str, str]]:
    taken = set(pairs.values())
    lost = [name for name in ours.nodes if name not in pairs]
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
