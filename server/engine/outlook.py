"""What lies ahead of an instance in a version: elements it may still come to, expressions it may still evaluate."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity

from server.engine.alignment import align, aside
from server.engine.check import Site, expression_sites
from server.engine.definition import ProcessDefinition
from server.engine.elements import Element
from server.engine.errors import ExpressionError, ProcessFault
from server.engine.gate import admit
from server.engine.instance import ProcessInstance
from server.engine.rule_task import DecisionTask
from server.engine.xml_names import BPMN

Spot = tuple[str, str]  # id of the process or embedded sub-process, id of the element
Marking = frozenset[Spot]
Fault = tuple[str, str, str]  # element id, expression or table, reason in English


class Outlook:
    """One version, looked at from anywhere in it. files: its *.bpmn and *.dmn files; answers are kept by marking."""

    def __init__(self, definition: ProcessDefinition, files: Mapping[str, bytes]) -> None:
        self.definition = definition
        self._sites: dict[str, list[Site]] = {}
        for site in expression_sites(files):
            # Loop items have a value only inside their loop.
            if site.place.element is not None and not site.extra:
                self._sites.setdefault(site.place.element, []).append(site)
        self._behind: dict[Spot, list[Spot]] = {}
        for each in definition.elements.values():
            if each.source and each.target:
                flow = (each.process_id, each.id)
                self._behind.setdefault((each.process_id, each.source), []).append(flow)
                self._behind[flow] = [(each.process_id, each.target)]
            if each.attached_to:
                self._behind.setdefault((each.process_id, each.attached_to), []).append((each.process_id, each.id))
        self._ahead: dict[Marking, frozenset[Spot]] = {}
        self._ways: dict[Marking, str] = {}
        self._drawn, self._common = _drawn(files)

    def ahead(self, marking: Marking) -> frozenset[Spot]:
        """Everything that may still be reached from where the instance stands, without where it stands itself."""
        found = self._ahead.get(marking)
        if found is None:
            found = self._ahead[marking] = frozenset(self._walk(marking))
        return found

    def _walk(self, marking: Marking) -> set[Spot]:
        seen: set[Spot] = set()
        front = [spot for each in marking for spot in self._around(each)]
        front = [spot for each in front for spot in self._behind.get(each, ())]
        while front:
            spot = front.pop()
            if spot not in seen and spot in self.definition.elements:
                seen.add(spot)
                front += self._behind.get(spot, ())
                front += self._inside(spot)
        return seen

    def _around(self, spot: Spot) -> Iterator[Spot]:
        """The element itself and the embedded sub-processes it stands in."""
        yield spot
        for process, element in self.definition.elements:
            if element == spot[0]:
                yield from self._around((process, element))
                return

    def _inside(self, spot: Spot) -> list[Spot]:
        """All elements of the process that an activity calls or holds."""
        inner = self.inner(spot)
        return [each for each in self.definition.elements if each[0] == inner]

    def inner(self, spot: Spot) -> str:
        """The process that a call activity calls, or that an embedded sub-process is by its own id."""
        spec = self._spec(spot)
        return str(spec.spec) if isinstance(spec, CallActivity) else spot[1]

    def deciding(self, decision_id: str) -> list[Spot]:
        """The business rule tasks that ask this table."""
        found = [(spot, self._spec(spot)) for spot in self.definition.elements]
        return [spot for spot, spec in found if isinstance(spec, DecisionTask) and spec.table.id == decision_id]

    def _spec(self, spot: Spot) -> object:
        process, element = spot
        main = self.definition.spec
        owner = main if process == self.definition.process_id else self.definition.subprocess_specs.get(process)
        return owner.task_specs.get(element) if owner is not None else None

    def way(self, marking: Marking) -> str:
        """A digest of these elements and of everything ahead of them: the same digest runs in the same way."""
        found = self._ways.get(marking)
        if found is None:
            total = sha256(self._common)
            for spot in sorted(self.ahead(marking) | marking):
                total.update(f"{spot}".encode())
                for drawn in sorted(self._drawn.get(spot[1], ())):
                    total.update(drawn)
            found = self._ways[marking] = total.hexdigest()
        return found

    def faults(self, instance: ProcessInstance, marking: Marking) -> list[Fault]:
        """Expressions and tables ahead that cannot be evaluated on the instance's case as it is."""
        found: list[Fault] = []
        for process, element in sorted(self.ahead(marking)):
            for site in self._sites.get(element, ()):
                try:
                    instance.evaluate(site.source)
                except ExpressionError as error:
                    found.append((element, site.source, str(error)))
            spec = self._spec((process, element))
            if isinstance(spec, DecisionTask):
                try:
                    instance.decide(spec.table.id, {})
                except ExpressionError as error:
                    found.append((element, spec.table.id, str(error)))
                except ProcessFault:
                    pass  # rows that clash now may not when it comes to them; the check tells of overlaps
        return found


def _drawn(files: Mapping[str, bytes]) -> tuple[dict[str, list[bytes]], bytes]:
    """(the elements as drawn, by id, without their shapes; tables and what stands beside the processes)."""
    found: dict[str, list[bytes]] = {}
    common = b""
    for file in sorted(files):
        if file.endswith(".dmn"):
            common += files[file]
        if not file.endswith(".bpmn"):
            continue
        for outer in admit(files[file], file):
            if not isinstance(outer.tag, str) or outer.tag.endswith("}BPMNDiagram"):
                continue
            if outer.tag != f"{BPMN}process":
                common += etree.tostring(outer, method="c14n")
                continue
            for element in outer.iter():
                name = element.get("id") if isinstance(element.tag, str) else None
                if name is not None and element is not outer:
                    found.setdefault(name, []).append(etree.tostring(element, method="c14n", with_tail=False))
    return found, common


def missing(old: ProcessDefinition, new: ProcessDefinition, told: tuple[tuple[str, str], ...] = ()) -> frozenset[Spot]:
    """Elements of `old` that `new` has no more, neither under their id nor renamed in their place, nor as told.

    An embedded sub-process that is gone is told as the element it is, not by what is in it. told: see ProcessInstance.
    """
    found: set[Spot] = set()
    mapped = dict(told)
    there = {process for process, _element in new.elements}
    for process in {process for process, _element in old.elements}:
        nodes = [each for each in old.elements.values() if each.process_id == process and each.source is None]
        if process in there:
            pairs = align(old, new, process, process, mapped)
            pairs = pairs | aside(old, new, process, process, mapped, pairs)
            begun_anew = {each.id for each in nodes if each.attached_to in mapped and each.attached_to in pairs}
            found |= {(process, each.id) for each in nodes if each.id not in pairs.keys() | begun_anew}
        elif process in old.drawings:
            found |= {(process, each.id) for each in nodes}
    return frozenset(found)


def candidates(old: ProcessDefinition, new: ProcessDefinition, spot: Spot) -> list[Element]:
    """Elements of `new` of the same kind in the same process that a case standing at `spot` could go on at.

    New elements first, then those next to it in the old version.
    """
    gone = old.elements.get(spot)
    if gone is None:
        return []
    alike = {each.id: each for each in new.elements.values() if (each.process_id, each.kind) == (spot[0], gone.kind)}
    fresh = [each for name, each in alike.items() if (spot[0], name) not in old.elements]
    near = [alike[name] for name in _neighbours(old, spot) if name in alike]
    return list({each.id: each for each in (*fresh, *near)}.values())


def _neighbours(definition: ProcessDefinition, spot: Spot) -> Iterable[str]:
    """The activities directly before and behind an element, past gateways."""
    flows = [each for each in definition.elements.values() if each.process_id == spot[0] and each.source]
    found: list[str] = []
    for here, there in (("target", "source"), ("source", "target")):
        front, seen = [spot[1]], {spot[1]}
        while front:
            name = front.pop(0)
            for other in [getattr(flow, there) for flow in flows if getattr(flow, here) == name]:
                if other in seen:
                    continue
                seen.add(other)
                element = definition.elements.get((spot[0], other))
                if element is not None and element.kind.endswith(("gateway", "event")):
                    front.append(other)
                else:
                    found.append(other)
    return found
