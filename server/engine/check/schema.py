"""The schema of BPMN 2.0 (XSD), with the line of every fault (K901)."""

from collections.abc import Iterator
from copy import deepcopy
from threading import Lock

from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from server.engine.check.context import Context
from server.engine.check.finding import Finding, Place
from server.engine.check.model import Diagram, bpmn
from server.i18n import N_

MAX_SHOWN = 20
# The schema object keeps its error log, so two checks at a time would mix theirs.
_ONE_AT_A_TIME = Lock()


def check_schema(context: Context) -> Iterator[Finding]:
    """Validate every diagram; at most MAX_SHOWN faults a file."""
    for diagram in context.diagrams:
        root = deepcopy(diagram.root)
        VALIDATOR.preprocess(root)
        with _ONE_AT_A_TIME:
            valid = VALIDATOR.validator.validate(root)
            faults = (
                [] if valid else [(fault.line, fault.message, fault.path) for fault in VALIDATOR.validator.error_log]
            )
        for line, reason, path in faults[:MAX_SHOWN]:
            message = N_("Line {line}: {reason}")
            fix = N_("Correct it in a BPMN modeler, or in the XML at that line.")
            place = _place(diagram, root, path)
            yield context.finding("K901", place, message, fix, line=line, reason=_plain(reason))


def _plain(reason: str) -> str:
    """The schema processor's sentence without the long namespaces."""
    return reason.replace(f"{{{bpmn('')[1:-1]}}}", "bpmn:")


def _place(diagram: Diagram, root: etree._Element, path: str | None) -> Place:
    found = root.xpath(path) if path else []
    here = found[0] if isinstance(found, list) and found else None
    element: str | None = None
    while here is not None:
        element = element or here.get("id")
        if here.tag == bpmn("process"):
            return Place(diagram.file, here.get("id"), element)
        here = here.getparent()
    return Place(diagram.file, None, element)
