"""Names of the BPMN and SpiffWorkflow namespaces, and the few reads every file of this room needs."""

import re

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
CONTAINERS = frozenset({f"{BPMN}{name}" for name in ("process", "subProcess", "transaction", "adHocSubProcess")})
_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")


def kind_of(node: etree._Element) -> str:
    """The kind of a flow element: its tag in snake case ('user_task')."""
    return _CAMEL.sub("_", etree.QName(node).localname).lower()


def extension(node: etree._Element, name: str) -> etree._Element | None:
    """The extension element of this name directly in a node's extensionElements."""
    return node.find(f"{BPMN}extensionElements/{SPIFF}{name}")


def properties_of(node: etree._Element) -> dict[str, str]:
    """The spiffworkflow properties of a node, by name."""
    found = node.findall(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property")
    return {each.get("name", ""): each.get("value", "") for each in found}


def event_definition(node: etree._Element) -> etree._Element | None:
    """The first event definition of an event node, None for a plain event."""
    for child in node:
        if isinstance(child.tag, str) and child.tag.startswith(BPMN) and child.tag.endswith("EventDefinition"):
            return child
    return None


def text_of(node: etree._Element | None) -> str | None:
    """The stripped text of a node; None when there is no node or no text."""
    return (node.text or "").strip() or None if node is not None else None
