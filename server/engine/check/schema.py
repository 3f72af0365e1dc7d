"""The schema of BPMN 2.0 (XSD), with the line of every fault (K901)."""

from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from threading import Lock

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator
from SpiffWorkflow.spiff.parser.process import SPIFF_XSD

from server.engine.check.context import Context
from server.engine.check.finding import Finding, Place
from server.engine.check.model import Diagram, bpmn, spiff
from server.i18n import N_

MAX_SHOWN = 20
# The schema object keeps its error log, so two checks at a time would mix theirs; the engine's parser has its own.
_ONE_AT_A_TIME = Lock()


@lru_cache(maxsize=1)
def _schema() -> BpmnValidator:
    return BpmnValidator(imports={"spiffworkflow": SPIFF_XSD})


def check_schema(context: Context) -> Iterator[Finding]:
    """Validate every diagram; at most MAX_SHOWN faults a file."""
    for diagram in context.diagrams:
        root = deepcopy(diagram.root)
        for line, reason, path in _faults(root):
            message = N_("Line {line}: {reason}")
            fix = N_("Correct it in a BPMN modeler, or in the XML at that line.")
            yield context.finding("K901", _place(diagram, root, path), message, fix, line=line, reason=_plain(reason))


def _faults(root: etree._Element) -> list[tuple[int, str, str | None]]:
    with _ONE_AT_A_TIME:
        schema = _schema()
        schema.preprocess(root)
        if schema.validator.validate(root):
            return []
        return [(fault.line, fault.message, fault.path) for fault in schema.validator.error_log][:MAX_SHOWN]


def _plain(reason: str) -> str:
    """The schema processor's sentence without the long namespaces."""
    return reason.replace(bpmn(""), "").replace(spiff(""), "spiffworkflow:")


def _at(root: etree._Element, path: str) -> etree._Element | None:
    """The element of a schema fault; the processor's path uses prefixes that may stand anywhere in the file."""
    try:
        found = root.xpath(path, namespaces={prefix: uri for prefix, uri in root.nsmap.items() if prefix})
    except etree.XPathError:
        return None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _place(diagram: Diagram, root: etree._Element, path: str | None) -> Place:
    here = _at(root, path) if path else None
    element: str | None = None
    while here is not None:
        element = element or (here.get("id") if here.tag.startswith(bpmn("")) else None)
        if here.tag == bpmn("process"):
            return Place(diagram.file, here.get("id"), element)
        here = here.getparent()
    return Place(diagram.file, None, element)
