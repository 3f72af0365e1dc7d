"""Whether an instance must come to an element on its ordinary way, and where it stands in another version."""

from collections.abc import Iterable, Mapping

from server.engine.alignment import align
from server.engine.definition import ProcessDefinition
from server.engine.elements import Element
from server.engine.outlook import Marking, Outlook, Spot

_SPLITS = frozenset({"parallel_gateway"})


class Course:
    """One version, looked at as an Outlook does; answers are kept.

    The ordinary way follows sequence flows alone: not what interrupts (boundary events), no end by an error, and not
    what waits at an event gateway for something that may never happen.
    """

    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self._elements = outlook.definition.elements
        self._scopes: dict[str, list[Element]] = {}
        self._behind: dict[Spot, list[str]] = {}
        self._events: set[Spot] = set()
        for each in self._elements.values():
            if each.source is None:
                self._scopes.setdefault(each.process_id, []).append(each)
            elif each.target is not None:
                self._behind.setdefault((each.process_id, each.source), []).append(each.target)
        for each in self._elements.values():
            source = self._elements.get((each.process_id, each.source or ""))
            if source is not None and source.kind == "event_based_gateway" and each.target:
                self._events.add((each.process_id, each.target))
        self._avoiding: dict[tuple[str, Spot | None], frozenset[str]] = {}
        self._answers: dict[tuple[Marking, Spot], bool] = {}

    def must(self, marking: Marking, spot: Spot) -> bool:
        """Whether no ordinary way from where the instance stands to its end goes past `spot`."""
        known = self._answers.get((marking, spot))
        if known is None:
            known = any(self._from(each, marking, spot) for each in marking if self._is_token(each))
            self._answers[marking, spot] = known
        return known

    def every(self, spot: Spot) -> bool:
        """Whether every new instance must come to it."""
        process = self._outlook.definition.process_id
        starts = [each for each in self._starts(process) if each not in self._past(process, spot)]
        return bool(starts) and bool(self._past(process, None).intersection(starts))

    def _is_token(self, spot: Spot) -> bool:
        element = self._elements.get(spot)
        return element is not None and element.attached_to is None and spot not in self._events

    def _from(self, here: Spot, marking: Marking, spot: Spot) -> bool:
        process, element = here
        behind = self._behind.get((process, element), [])
        ways, free = self._past(process, None), self._past(process, spot)
        if behind and not ways.intersection(behind):
            return False
        if behind and not free.intersection(behind):
            return True
        return any(self._from(each, marking, spot) for each in self._around(process, marking) if each != here)

    def _around(self, process: str, marking: Marking) -> Iterable[Spot]:
        """The sub-process or the open calls around a process."""
        if process == self._outlook.definition.process_id:
            return ()
        embedded = [spot for spot in self._elements if spot[1] == process and spot[0] != process]
        return embedded or [spot for spot in marking if self._outlook.inner(spot) == process]

    def _past(self, process: str, spot: Spot | None) -> frozenset[str]:
        """Nodes of a process from which its end can be reached without passing `spot`, themselves included."""
        key = process, spot
        if key not in self._avoiding:
            self._avoiding[key] = frozenset()  # what a process that calls itself finds
            self._avoiding[key] = frozenset(self._spread(process, spot))
        return self._avoiding[key]

    def _spread(self, process: str, spot: Spot | None) -> set[str]:
        open_nodes = [each for each in self._scopes.get(process, ()) if self._passable(each, spot)]
        found: set[str] = set()
        grew = True
        while grew:
            fresh = {each.id for each in open_nodes if each.id not in found and self._leads_out(each, found)}
            found |= fresh
            grew = bool(fresh)
        return found

    def _leads_out(self, element: Element, found: set[str]) -> bool:
        behind = self._behind.get((element.process_id, element.id), [])
        if not behind:
            return element.event != "error"
        if element.kind == "event_based_gateway":
            return True
        return (all if element.kind in _SPLITS else any)(each in found for each in behind)

    def _passable(self, element: Element, spot: Spot | None) -> bool:
        here = element.process_id, element.id
        if here == spot:
            return False
        inner = self._outlook.inner(here)
        if inner not in self._scopes or inner == element.process_id:
            return True
        return bool(self._past(inner, spot).intersection(self._starts(inner)))

    def _starts(self, process: str) -> list[str]:
        nodes = self._scopes.get(process, [])
        led_to = {
            target for (owner, _source), targets in self._behind.items() if owner == process for target in targets
        }
        return [each.id for each in nodes if each.id not in led_to and each.attached_to is None]


def counterparts(old: ProcessDefinition, new: ProcessDefinition) -> Mapping[Spot, Spot]:
    """Where each node of the old version is in the new one; those that are gone are left out."""
    there = {process for process, _element in new.elements}
    found: dict[Spot, Spot] = {}
    for process in {process for process, _element in old.elements} & there:
        pairs = align(old, new, process, process)
        found.update({(process, one): (process, other) for one, other in pairs.items()})
    return found
