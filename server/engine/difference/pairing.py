"""Which node of the new version an old one is: that with its id, else one that was probably renamed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.engine.check.model import Flow, Scope
from server.engine.difference.aspects import REFERENCES, Aspects

Pairs = dict[str, str]
"""Old node id -> new node id."""


@dataclass(frozen=True)
class Side:
    """A process or sub-process of one version with the aspects of its nodes."""

    scope: Scope
    aspects: Mapping[str, Aspects]
    edges: dict[tuple[str, str], list[Flow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for flow in self.scope.flows:
            source, target = flow.source or "", flow.target or ""
            if source in self.aspects and target in self.aspects:
                self.edges.setdefault((source, target), []).append(flow)

    def before(self, node: str) -> set[str]:
        return {source for source, target in self.edges if target == node}

    def behind(self, node: str) -> set[str]:
        return {target for source, target in self.edges if source == node}


def pair(old: Side, new: Side) -> Pairs:
    """The nodes that are in both. A renamed one has its name and stands before or behind the same nodes.

    One without a name must stand between the same nodes and be equal in everything else.
    """
    pairs = {node: node for node in old.aspects if node in new.aspects}
    while found := _renamed(old, new, pairs):
        pairs.update(found)
    return pairs


def renamed_ids(value: Any, pairs: Pairs) -> Any:
    """An aspect that holds ids of old nodes, with those they have now."""
    return ", ".join(pairs.get(each.strip(), each.strip()) for each in value.split(",")) if value else value


def _renamed(old: Side, new: Side, pairs: Pairs) -> Pairs:
    taken = set(pairs.values())
    lost = [node for node in old.aspects if node not in pairs]
    fresh = [node for node in new.aspects if node not in taken]
    fits = [(one, other) for one in lost for other in fresh if _same(old, new, one, other, pairs)]
    return {
        one: other
        for one, other in fits
        if sum(one == each for each, _ in fits) == 1 and sum(other == each for _, each in fits) == 1
    }


def _same(old: Side, new: Side, one: str, other: str, pairs: Pairs) -> bool:
    ours, theirs = old.aspects[one], new.aspects[other]
    before = _matches(old.before(one), new.before(other), pairs)
    behind = _matches(old.behind(one), new.behind(other), pairs)
    if any(aspect.startswith("name") for aspect in ours):
        return (before or behind) and all(ours.get(each) == theirs.get(each) for each in _names(ours, theirs))
    plain = {aspect for aspect in (*ours, *theirs) if aspect not in REFERENCES}
    return before and behind and all(ours.get(aspect) == theirs.get(aspect) for aspect in plain)


def _names(ours: Aspects, theirs: Aspects) -> set[str]:
    return {aspect for aspect in (*ours, *theirs) if aspect in ("kind", "event") or aspect.partition(".")[0] == "name"}


def _matches(ours: set[str], theirs: set[str], pairs: Pairs) -> bool:
    return bool(ours) and {pairs.get(each) for each in ours} == theirs
