"""Parsed process definitions: immutable, shared by threads, parsed once per published version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from server.engine.decision_table import DecisionTable, read_decisions
from server.engine.elements import Element, read_elements
from server.engine.errors import DiagramRefused
from server.engine.gate import admit
from server.engine.parser import CaseParser
from server.engine.xml_names import BPMN
from server.engine.xml_preparation import prepare
from server.i18n import N_

_PARSING = Lock()  # the schema validator keeps its last error in itself


@dataclass(frozen=True)
class Drawing:
    """Where a process is drawn: the file, and its name with one line a language."""

    file: str
    name: str


class ProcessDefinition:
    """A process with everything it calls.

    elements: by (innermost process or sub-process id, element id), as in the XML; decisions: decision tables by id;
    drawings: by process id, the main process first, then those it calls.
    """

    def __init__(
        self,
        process_id: str,
        spec: Any,
        subprocess_specs: dict[str, Any],
        elements: list[Element],
        decisions: Mapping[str, DecisionTable] = MappingProxyType({}),
        drawings: Mapping[str, Drawing] = MappingProxyType({}),
    ) -> None:
        self.process_id = process_id
        self.drawings = drawings
        self.decisions = decisions
        self.spec = spec
        self.subprocess_specs = subprocess_specs
        self.elements: Mapping[tuple[str, str], Element] = MappingProxyType(
            {(each.process_id, each.id): each for each in elements}
        )
        self._outer = _outer_processes(elements)
        self._sources = _sources(elements)
        self._flows = {
            (each.process_id, each.source, each.target): each.id for each in reversed(elements) if each.source
        }

    def element(self, process_id: str, element_id: str) -> Element | None:
        """The element of a process; process_id may be that of any process around the one it stands in."""
        found = self.elements.get((process_id, element_id))
        if found is not None:
            return found
        for (inner, each_id), element in self.elements.items():
            if each_id == element_id and process_id in self._outer.get(inner, ()):
                return element
        return None

    def process_of(self, process_id: str) -> str:
        """The process that a process or embedded sub-process is drawn in."""
        return (self._outer.get(process_id) or (process_id,))[-1]

    def find(self, element_id: str) -> Element | None:
        """The element of that id, in the main process or else in whichever has one."""
        found = self.element(self.process_id, element_id)
        return found or next((each for (_process, name), each in self.elements.items() if name == element_id), None)

    def comes_before(self, process_id: str, earlier: str, later: str) -> bool:
        """Whether a way leads from one element of a process to another along its flows and boundary events."""
        reached: set[str] = set()
        front = [later]
        while front:
            here = front.pop()
            fresh = self._sources.get((process_id, here), set()) - reached
            reached |= fresh
            front += fresh
        return earlier in reached

    def flow_between(self, spec: Any, target: str) -> str | None:
        """The id of the sequence flow from a task spec's element to a target element."""
        return self._flows.get((spec._wf_spec.name, spec.bpmn_id, target))


def parse_definition(files: Mapping[str, bytes], process_id: str) -> ProcessDefinition:
    """Parse the process with this id from *.bpmn and *.dmn files. Raises DiagramRefused whatever the input is."""
    with _PARSING:
        decisions = _decisions(files)
        parser = CaseParser(decisions, validator=VALIDATOR)
        elements, drawn = _add_diagrams(parser, files)
        spec = _guarded(None, parser.get_spec, process_id)
        specs = _guarded(None, parser.get_subprocess_specs, process_id)
    used = {process_id, *specs}
    for each in (spec, *specs.values()):
        _prime(each)
    own = [each for each in elements if each.process_id in used]
    drawings = {each: drawn[each] for each in (process_id, *specs) if each in drawn}
    return ProcessDefinition(process_id, spec, specs, own, MappingProxyType(decisions), MappingProxyType(drawings))


def _decisions(files: Mapping[str, bytes]) -> dict[str, DecisionTable]:
    result: dict[str, DecisionTable] = {}
    for file in sorted(name for name in files if name.endswith(".dmn")):
        for table in _guarded(file, _read_tables, files[file], file):
            if table.id in result:
                raise DiagramRefused(
                    "engine.decision", N_("The decision {id} is there twice."), {"id": table.id}, file, None, table.id
                )
            result[table.id] = table
    return result


def _add_diagrams(parser: CaseParser, files: Mapping[str, bytes]) -> tuple[list[Element], dict[str, Drawing]]:
    elements: list[Element] = []
    drawings: dict[str, Drawing] = {}
    for file in sorted(name for name in files if name.endswith(".bpmn")):
        root = admit(files[file], file)
        messages = {each.get("id", ""): each.get("name", "") for each in root.iterfind(f"{BPMN}message")}
        for process in root.iterfind(f"{BPMN}process"):
            elements += _guarded(file, _read_process, process, messages)
            drawings[process.get("id", "")] = Drawing(file, process.get("name", ""))
        _guarded(file, prepare, root, file)
        _guarded(file, parser.add_bpmn_xml, root, file)
    return elements, drawings


def _read_tables(xml: bytes, file: str) -> list[DecisionTable]:
    return list(read_decisions(admit(xml, file), file))


def _read_process(process: etree._Element, messages: Mapping[str, str]) -> list[Element]:
    return list(read_elements(process, messages))


def _guarded(file: str | None, action: Callable[..., Any], *arguments: Any) -> Any:
    """Run a step of parsing; whatever the library raises becomes DiagramRefused."""
    try:
        return action(*arguments)
    except DiagramRefused:
        raise
    except ValidationException as error:
        where = error.file_name if isinstance(error.file_name, str) and error.file_name else file
        reason = str(error.args[0]) if error.args else str(error)
        raise _unreadable(reason, where, getattr(error, "id", None)) from error
    except etree.LxmlError as error:
        raise _unreadable(str(error), file, None) from error
    except RecursionError as error:
        raise _unreadable("it is too long; split it with call activities", file, None) from error
    except Exception as error:  # the library raises anything at all on input it did not expect
        raise _unreadable(f"{type(error).__name__}: {error}", file, None) from error


def _unreadable(reason: str, file: str | None, element: str | None) -> DiagramRefused:
    message = N_("The diagram cannot be run: {reason}")
    return DiagramRefused("engine.unreadable", message, {"reason": reason[:500]}, file, None, element)


def _prime(spec: Any) -> None:
    """Connect loops with their instances now: the library does so on first use only, too late for a loaded state."""
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, LoopTask):
            event = spec.task_specs[task_spec.task_spec].completed_event
            if not event.is_connected(task_spec.merge_child):
                event.connect(task_spec.merge_child)


def _sources(elements: list[Element]) -> dict[tuple[str, str], set[str]]:
    """Per (process, element) the elements that a token may come from; a boundary event's is its activity."""
    result: dict[tuple[str, str], set[str]] = {}
    for each in elements:
        if each.source and each.target:
            result.setdefault((each.process_id, each.target), set()).add(each.source)
        if each.attached_to:
            result.setdefault((each.process_id, each.id), set()).add(each.attached_to)
    return result


def _outer_processes(elements: list[Element]) -> dict[str, tuple[str, ...]]:
    """The processes around each embedded sub-process, innermost first."""
    parents = {each.id: each.process_id for each in elements}
    result: dict[str, tuple[str, ...]] = {}
    for inner in {each.process_id for each in elements}:
        chain: list[str] = []
        current = parents.get(inner)
        while current is not None and current not in chain:
            chain.append(current)
            current = parents.get(current)
        result[inner] = tuple(chain)
    return result
