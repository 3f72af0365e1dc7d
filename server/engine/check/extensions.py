"""The SpiffWorkflow namespace: the library drops what it does not know without a word (K501 to K504, K506)."""

import math
from collections.abc import Iterator

from lxml import etree

from server.engine.check.context import Context
from server.engine.check.finding import Finding, Place
from server.engine.check.model import CORRELATION_PREFIX, NODES, Diagram
from server.engine.gate import BPMN, SPIFF
from server.i18n import N_

# Elements of the namespace as the library's schema and parser (3.2) and its modeler know them, with their attributes.
KNOWN: dict[str, frozenset[str]] = {
    name: frozenset(attributes)
    for name, attributes in {
        "properties": (),
        "property": ("name", "value"),
        "serviceTaskOperator": ("id", "resultVariable"),
        "parameters": (),
        "parameter": ("id", "type", "value"),
        "retry": ("retries", "backoff_base"),
        "calledDecisionId": (),
        "instructionsForEndUser": (),
        "messagePayload": (),
        "messageVariable": (),
        "payloadExpression": (),
        "variableName": (),
        "preScript": (),
        "postScript": (),
        "unitTests": (),
        "unitTest": ("id",),
        "inputJson": (),
        "expectedOutputJson": (),
        "processVariableCorrelation": (),
        "propertyId": (),
        "expression": (),
        "isMatchingCorrelation": (),
        "taskMetadataValues": (),
        "taskMetadataValue": ("name", "value"),
        "allowGuest": (),
        "guestConfirmation": (),
        "signalButtonLabel": (),
        "category": (),
    }.items()
}
_ATTRIBUTES = frozenset({"scriptsOnInstances", "isOutputSynced"})
_PROPERTIES = (
    "assignee",
    "costRate",
    "dueDate",
    "formKey",
    "group",
    "loop",
    "milestone",
    "notBy",
    "priority",
    "prompts",
    "sendBackTo",
    "waitsFor",
)


def check_extensions(context: Context) -> Iterator[Finding]:
    """Every element and attribute of the namespace; other namespaces are nobody's business here."""
    for diagram in context.diagrams:
        for element in diagram.root.iter():
            name = etree.QName(element)
            if name.namespace == SPIFF:
                yield from _element(context, diagram, element, name.localname)
            for attribute in element.attrib:
                qualified = etree.QName(attribute)
                if qualified.namespace == SPIFF and qualified.localname not in _ATTRIBUTES:
                    place = _place(diagram, element)
                    yield _attribute(context, place, qualified.localname, name.localname, _ATTRIBUTES)


def _element(context: Context, diagram: Diagram, element: etree._Element, name: str) -> Iterator[Finding]:
    place = _place(diagram, element)
    if name not in KNOWN:
        near = context.hint(name, KNOWN)
        message = N_("The element spiffworkflow:{name} is unknown and would be ignored.")
        fix = N_("Did you mean {near}?") if near else N_("Remove it, or write the setting as a property.")
        yield context.finding("K501", place, message, fix, name=name, near=near)
        return
    for attribute in element.attrib:
        if etree.QName(attribute).namespace is None and attribute not in KNOWN[name]:
            yield _attribute(context, place, attribute, f"spiffworkflow:{name}", KNOWN[name])
    if name != "property":
        return
    if not element.get("name") or element.get("value") is None:
        message = N_("A property has no name or no value.")
        yield context.finding("K503", place, message, N_("Give the property both, or remove it."))
    elif element.attrib["name"] not in _PROPERTIES:
        near = context.hint(element.attrib["name"].replace("_", ""), _PROPERTIES)
        if near and not element.attrib["name"].startswith(CORRELATION_PREFIX):
            message, fix = N_("The property {name} means nothing here."), N_("Did you mean {near}?")
            yield context.finding("K504", place, message, fix, name=element.attrib["name"], near=near)
    elif element.attrib["name"] == "costRate" and not _is_price(element.attrib["value"]):
        message = N_("The cost of an hour, {value}, is no number.")
        fix = N_("Enter a number that is not negative, such as 80 or 92.5, or remove the property.")
        yield context.finding("K506", place, message, fix, value=element.attrib["value"])


def _is_price(text: str) -> bool:
    try:
        return 0 <= float(text) < math.inf
    except ValueError:
        return False


def _attribute(context: Context, place: Place, attribute: str, element: str, known: frozenset[str]) -> Finding:
    near = context.hint(attribute, known)
    message = N_("The attribute {attribute} of {name} is unknown and would be ignored.")
    fix = N_("Did you mean {near}?") if near else N_("Remove it, or write the setting as a property.")
    return context.finding("K502", place, message, fix, attribute=attribute, name=element, near=near)


def _place(diagram: Diagram, element: etree._Element) -> Place:
    """The flow node or other BPMN element that carries the extension, and its process."""
    owner: str | None = None
    here: etree._Element | None = element
    while here is not None:
        name = etree.QName(here)
        if name.namespace == BPMN and owner is None and (here.get("id") or name.localname in NODES):
            owner = here.get("id")
        if name.namespace == BPMN and name.localname == "process":
            return Place(diagram.file, here.get("id"), owner)
        here = here.getparent()
    return Place(diagram.file, None, owner)
