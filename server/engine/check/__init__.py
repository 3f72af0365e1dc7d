"""The check of diagrams and tables before anything is published: every rule is one module of this package.

`codes.py` lists what can be found; a rule is a function from the Context to findings.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from lxml import etree

from server.engine.check.codes import CODES, Code, Severity
from server.engine.check.context import Asked, Context
from server.engine.check.cycles import check_cycles
from server.engine.check.elements import check_elements
from server.engine.check.events import check_events
from server.engine.check.expressions import Site, check_expressions, expression_sites_of, result_paths
from server.engine.check.extensions import check_extensions
from server.engine.check.finding import Finding, Place
from server.engine.check.foreign import check_foreign
from server.engine.check.gateways import check_gateways
from server.engine.check.identity import check_ids
from server.engine.check.model import read_diagram
from server.engine.check.references import check_references
from server.engine.check.repetition import check_repetition
from server.engine.check.schema import check_schema
from server.engine.check.soundness import check_soundness
from server.engine.check.step_times import check_step_times
from server.engine.check.structure import check_structure
from server.engine.check.table_logic import check_table_logic
from server.engine.check.table_results import check_table_results
from server.engine.check.tables import check_tables
from server.engine.check.tables_model import read_tables
from server.engine.check.timers import check_timers
from server.engine.check.trial import check_trial
from server.engine.errors import DiagramRefused
from server.engine.gate import BPMN, admit
from server.i18n import N_

__all__ = [
    "CODES",
    "Asked",
    "Code",
    "Finding",
    "Place",
    "Severity",
    "Site",
    "check_files",
    "element_ids",
    "expression_sites",
    "process_ids",
    "property_values",
]

_RULES: tuple[Callable[[Context], Iterator[Finding]], ...] = (
    check_ids,
    check_structure,
    check_gateways,
    check_cycles,
    check_elements,
    check_events,
    check_repetition,
    check_expressions,
    check_timers,
    check_references,
    check_extensions,
    check_foreign,
    check_tables,
    check_table_logic,
    check_table_results,
    check_step_times,
    check_schema,
    check_soundness,
)
# Without these neighbours the engine cannot parse; the reader has been told already.
_NEIGHBOURS_OF_PARSING = frozenset({"K402", "K405"})


def check_files(
    files: Mapping[str, bytes],
    *,
    forms: Container[str] | None = None,
    topics: Container[str] | None = None,
    groups: Container[str] | None = None,
    known_names: Container[str] | None = None,
    loops: Container[str] | None = None,
    prompts: Container[str] | None = None,
    asked: Mapping[str, Asked] | None = None,
    case_schema: Mapping[str, Any] | None = None,
    lone: bool = False,
) -> list[Finding]:
    """Findings about the *.bpmn and *.dmn files among `files`, ordered by file; never an exception.

    forms: keys of forms; topics: what workers offer; groups: candidate groups; known_names: top-level case fields;
    loops, prompts: names of them; case_schema: the case's fields as JSON Schema; each None where it is not known, which
    leaves out the comparison. asked: decisions that the server itself asks, by id. lone: what neighbours could offer is
    a warning.
    """
    diagrams, refusals = _admitted(files)
    context = _context(diagrams, forms, topics, groups, known_names, lone)
    context.loops, context.prompts = loops, prompts
    context.asked = asked or {}
    context.case_schema = case_schema
    context.written = frozenset(path for path, _ in result_paths(context)) if case_schema else frozenset()
    found = [*refusals, *(finding for rule in _RULES for finding in _run(rule, context))]
    if not any(finding.severity == "error" or finding.code in _NEIGHBOURS_OF_PARSING for finding in found):
        found.extend(_run(lambda context: check_trial(context, files), context))
    return sorted(found, key=lambda finding: finding.file)


def process_ids(files: Mapping[str, bytes]) -> tuple[frozenset[str], dict[str, str]]:
    """(ids that call activities name, file of every executable process by its id) of the diagrams that can be read."""
    roots, _ = _admitted(files)
    context = _context(roots, None, None, None, None, False)
    called = {node.element.get("calledElement", "") for node in context.nodes("callActivity")}
    return frozenset(called), {key: scope.file for key, scope in context.processes.items() if scope.executable}


def element_ids(files: Mapping[str, bytes]) -> frozenset[str]:
    """Ids of every task, event, gateway, sub-process and call of the diagrams that can be read."""
    roots, _ = _admitted(files)
    return frozenset(node.id for node in _context(roots, None, None, None, None, False).nodes())


def property_values(files: Mapping[str, bytes], name: str) -> list[str]:
    """The values of that property in the diagrams that can be read."""
    roots, _ = _admitted(files)
    nodes = _context(roots, None, None, None, None, False).nodes()
    return [node.properties[name] for node in nodes if name in node.properties]


def expression_sites(files: Mapping[str, bytes]) -> list[Site]:
    """Every expression of the diagrams that can be read, but those of timers and tables."""
    roots, _ = _admitted(files)
    return list(expression_sites_of(_context(roots, None, None, None, None, False)))


def _run(rule: Callable[[Context], Iterator[Finding]], context: Context) -> list[Finding]:
    """The findings of a rule; a rule that fails is a finding too, since a drawing must never stop the check."""
    found: list[Finding] = []
    try:
        found.extend(rule(context))
    except Exception as error:
        message = N_("A rule of the check failed on these files: {reason}.")
        fix = N_("Simplify the diagram, and report this to the makers of the check.")
        reason = f"{type(error).__name__}: {error}"
        found.append(context.finding("K903", Place(""), message, fix, reason=reason))
    return found


def _admitted(files: Mapping[str, bytes]) -> tuple[dict[str, etree._Element], list[Finding]]:
    roots, refusals = {}, []
    for file in sorted(files):
        if not file.lower().endswith((".bpmn", ".dmn")):
            continue
        try:
            roots[file] = admit(files[file], file)
        except DiagramRefused as refused:
            place = Place(refused.file or file, refused.process, refused.element)
            severity = CODES[refused.code].severity
            refusals.append(Finding(refused.code, severity, *place, refused.message, refused.fix or "", refused.params))
    return roots, refusals


def _context(
    roots: Mapping[str, etree._Element],
    forms: Container[str] | None,
    topics: Container[str] | None,
    groups: Container[str] | None,
    known_names: Container[str] | None,
    lone: bool,
) -> Context:
    diagrams = [read_diagram(file, root) for file, root in roots.items() if etree.QName(root).namespace == BPMN]
    others = {file: root for file, root in roots.items() if etree.QName(root).namespace != BPMN}
    tables = [table for file, root in others.items() for table in read_tables(file, root)]
    return Context(diagrams, tables, forms, topics, groups, known_names, lone=lone, table_files=tuple(others))
