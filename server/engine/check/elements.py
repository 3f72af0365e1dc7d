"""Elements that are not run, or that the engine's library accepts and then gets wrong (K230 to K239)."""

from collections.abc import Iterator

from lxml import etree

from server.engine.check.context import Context
from server.engine.check.finding import Finding, Place
from server.engine.check.model import UNSUPPORTED, Diagram, Node, bpmn, spiff
from server.i18n import N_

_REFUSED = {
    "scriptTask": (
        "K230",
        N_("{id} is a script task; scripts are not run here."),
        N_("Compute it in a decision table (business rule task) or in a worker (service task)."),
    ),
    "adHocSubProcess": (
        "K232",
        N_("{id} is an ad-hoc sub-process."),
        N_("Draw the tasks between an inclusive split and its join, or one after the other."),
    ),
    "complexGateway": (
        "K233",
        N_("{id} is a complex gateway."),
        N_("Use an exclusive, inclusive or parallel gateway."),
    ),
}
# Root elements of BPMN 2.0 that would have to be run by someone.
_ROOTS = frozenset(
    {
        "choreography",
        "globalChoreographyTask",
        "globalConversation",
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
    }
)


def check_elements(context: Context) -> Iterator[Finding]:
    """Unsupported flow nodes, data, scripts and root elements."""
    for node in context.nodes():
        yield from _node(context, node)
        yield from _data(context, node)
    for diagram in context.diagrams:
        yield from _roots(context, diagram)
        for scope in diagram.scopes:
            yield from _specification(context, scope.element, scope.place)


def _node(context: Context, node: Node) -> Iterator[Finding]:
    if node.kind in _REFUSED:
        code, message, fix = _REFUSED[node.kind]
        yield context.finding(code, node.place, message, fix, id=node.id)
    elif node.kind in UNSUPPORTED:
        message = N_("{id} is of type {kind}, which is not run here.")
        fix = N_("Use a task, an event or a sub-process.")
        yield context.finding("K238", node.place, message, fix, id=node.id, kind=node.kind)
    if node.element.get("triggeredByEvent") in {"true", "1"}:
        message = N_("{id} is an event sub-process; it would run at once or change other running cases.")
        fix = N_("Draw a boundary event at a sub-process that holds the normal path.")
        yield context.finding("K234", node.place, message, fix, id=node.id)
    if node.element.get("isForCompensation") in {"true", "1"}:
        message = N_("{id} is a compensation task; nothing calls it.")
        fix = N_("Draw what undoes the work as a normal path behind a gateway.")
        yield context.finding("K239", node.place, message, fix, id=node.id)
    for name in ("preScript", "postScript"):
        if node.extension(name) is not None:
            message = N_("{id} has a script ({name}); scripts are not run here.")
            fix = N_("Compute it in a decision table (business rule task) or in a worker (service task).")
            yield context.finding("K231", node.place, message, fix, id=node.id, name=spiff(name).rpartition("}")[2])


def _data(context: Context, node: Node) -> Iterator[Finding]:
    for name in ("dataInputAssociation", "dataOutputAssociation"):
        if node.element.find(bpmn(name)) is not None:
            message = N_("The data connection of {id} is only drawn; the case file holds all data.")
            fix = N_("Say in forms and expressions which fields of the case are meant.")
            yield context.finding("K236", node.place, message, fix, id=node.id)
    if node.inner is None:
        yield from _specification(context, node.element, node.place)


def _specification(context: Context, element: etree._Element, place: Place) -> Iterator[Finding]:
    found = element.find(bpmn("ioSpecification"))
    declared = found is not None and (
        found.find(bpmn("dataInput")) is not None or found.find(bpmn("dataOutput")) is not None
    )
    if declared:
        message = N_("The inputs and outputs of {id} are ignored; all processes of a case share its case file.")
        fix = N_("Remove the input and output specification and use the case's fields.")
        yield context.finding("K237", place, message, fix, id=element.get("id") or "")


def _roots(context: Context, diagram: Diagram) -> Iterator[Finding]:
    for element in diagram.root:
        name = etree.QName(element)
        place = Place(diagram.file, None, element.get("id"))
        if name.namespace == diagram.root.nsmap.get(diagram.root.prefix) and name.localname in _ROOTS:
            message, fix = N_("{id} is of type {kind}, which is not run here."), N_("Draw it as a process.")
            yield context.finding("K238", place, message, fix, id=element.get("id") or "", kind=name.localname)
    for element in diagram.root.iter(bpmn("dataStore")):
        message = N_("The diagram declares the data store {id}.")
        fix = N_("Remove the data store; a worker reads and writes outside data.")
        place = Place(diagram.file, None, element.get("id"))
        yield context.finding("K235", place, message, fix, id=element.get("id") or "")
