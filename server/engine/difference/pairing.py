"""Which node of the new version an old one is: that with its id, else one that is equal in everything else."""

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
            if flow.source in self.aspects and flow.target in self.aspects:
                self.edges.setdefault((flow.source, flow.target), []).append(flow)

    def before(self, node: str) -> set[str]:
        return {source for source, target in self.edges if target == node}

    def behind(self, node: str) -> set[str]:
        return {target for source, target in self.edges if source == node}


def pair(old: Side, new: Side) -> Pairs:
    """The nodes that are in both. A renamed one without a name must also stand between the same nodes."""
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
    if ours.keys() != theirs.keys():
        return False
    if any(ours[aspect] != theirs[aspect] for aspect in ours if aspect not in REFERENCES):
        return False
    named = any(aspect.startswith("name") for aspect in ours)
    before = {pairs.get(each) for each in old.before(one)} == new.before(other)
    behind = {pairs.get(each) for each in old.behind(one)} == new.behind(other)
    return named or (before and behind)
