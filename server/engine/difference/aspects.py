"""What there is to say about an element, by aspect: two elements are the same when all of it is the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from server.engine.check.model import Node, spiff
from server.engine.xml_names import BPMN, SPIFF

Aspects = dict[str, Any]
Roots = Mapping[str, etree._Element]
"""Messages, errors and other root elements by id."""

PROPERTIES = {
    "formKey": "form",
    "dueDate": "due",
    "sendBackTo": "send_back",
    "milestone": "milestone",
    "assignee": "assignee",
    "priority": "priority",
    "loop": "loop",
    "costRate": "cost_rate",
    "waitsFor": "waits_for",
    "prompts": "prompts",
}
REFERENCES = frozenset({"default", "attached", "send_back"})
"""Aspects that hold ids of elements, which may be renamed."""
_ATTRIBUTES = {"attachedToRef": "attached", "cancelActivity": "interrupting", "calledElement": "called"}
_APART = frozenset({"id", "name", "default", "messageRef", "errorRef"})
_TEXTS = {spiff("instructionsForEndUser"): "instructions", spiff("calledDecisionId"): "decision"}
_ELSEWHERE = frozenset({"incoming", "outgoing", "laneSet", "sequenceFlow", "extensionElements"})


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def parts_of(element: etree._Element) -> list[etree._Element]:
    """The child elements, comments left out."""
    return [child for child in element if isinstance(child.tag, str)]


def canonical(element: etree._Element) -> str:
    """The element as a text that does not depend on layout, prefixes or the order of attributes."""
    inner = "".join(canonical(child) for child in parts_of(element))
    told = "".join(f" {name}={value!r}" for name, value in sorted(element.attrib.items()))
    return f"<{element.tag}{told}>{(element.text or '').strip()}{inner}</>"


def lines(text: str | None, aspect: str, languages: Sequence[str]) -> Aspects:
    """A name by language; a single line serves all."""
    found = [line.strip() for line in (text or "").strip().splitlines()]
    if len(found) < 2:
        return {aspect: found[0]} if found else {}
    return {f"{aspect}.{language}": line for language, line in zip(languages, found, strict=False) if line}


def aspects_of(node: Node, group: str | None, roots: Roots, languages: Sequence[str]) -> Aspects:
    """Everything about a node but its flows and what a sub-process holds."""
    element = node.element
    found: Aspects = {"kind": node.kind, **lines(element.get("name"), "name", languages)}
    if group is not None and node.kind in ("userTask", "manualTask", "task"):
        found["group"] = group
    default = next((flow.target for flow in node.outgoing if flow.id and flow.id == element.get("default")), None)
    if default is not None:
        found["default"] = default
    for name, value in element.attrib.items():
        plain = etree.QName(str(name)).localname
        if plain not in _APART:
            found[_ATTRIBUTES.get(plain, f"attribute.{plain}")] = str(value)
    if reference := element.get("messageRef"):
        found["message"] = _named(roots, reference)
    inner = () if node.inner is None else frozenset(node.inner.nodes)
    for child in parts_of(element):
        if local(child) not in _ELSEWHERE and child.get("id") not in inner:
            found.update(_child(child, roots))
    found.update({PROPERTIES.get(key, f"property.{key}"): value for key, value in node.properties.items()})
    for child in _extensions(element):
        if child.tag != spiff("properties"):
            found.update(_extension(child))
    return found


def flow_aspects(element: etree._Element, languages: Sequence[str]) -> Aspects:
    """Everything about a sequence flow but its ends."""
    found: Aspects = lines(element.get("name"), "name", languages)
    for child in parts_of(element):
        if local(child) == "conditionExpression":
            found["condition"] = (child.text or "").strip()
        elif local(child) == "documentation":
            found["documentation"] = (child.text or "").strip()
        else:
            found[f"extension.{local(child)}"] = canonical(child)
    return found


def _extensions(element: etree._Element) -> list[etree._Element]:
    return [each for holder in element.findall(f"{BPMN}extensionElements") for each in parts_of(holder)]


def _child(child: etree._Element, roots: Roots) -> Aspects:
    name = local(child)
    if name == "documentation":
        text = (child.text or "").strip()
        return {"documentation": text} if text else {}
    if name.endswith("EventDefinition"):
        return _event(child, name.removesuffix("EventDefinition"), roots)
    if name in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        return {"repeated": _repeated(child)}
    return {f"extension.{name}": canonical(child)}


def _event(definition: etree._Element, kind: str, roots: Roots) -> Aspects:
    found: Aspects = {"event": kind}
    for child in parts_of(definition):
        if kind == "timer":
            found |= {"timer": (child.text or "").strip(), "timer_kind": local(child)}
        elif kind == "conditional" and local(child) == "condition":
            found["condition"] = (child.text or "").strip()
        elif local(child) == "extensionElements":
            for each in parts_of(child):
                found[_counted(f"event.{local(each)}", found)] = canonical(each) if len(each) else (each.text or "")
    reference = definition.get(f"{kind}Ref")
    if reference is not None:
        found[kind] = _named(roots, reference)
    return found


def _counted(name: str, taken: Mapping[str, Any]) -> str:
    number = 2
    fresh = name
    while fresh in taken:
        fresh, number = f"{name}.{number}", number + 1
    return fresh


def _named(roots: Roots, reference: str) -> str:
    """The code of an error, the name of a message; its id when it has none."""
    root = roots.get(reference)
    if root is None:
        return reference
    return root.get("errorCode") or root.get("escalationCode") or root.get("name") or reference


def _repeated(loop: etree._Element) -> str:
    if local(loop).startswith("standard"):
        how = "while"
    else:
        how = "sequential" if loop.get("isSequential") == "true" else "parallel"
    told = [f"{local(child)} {(child.text or child.get('id') or '').strip()}" for child in parts_of(loop)]
    return ", ".join([how, *told])


def _extension(child: etree._Element) -> Aspects:
    if child.tag == spiff("serviceTaskOperator"):
        return _operator(child)
    aspect = _TEXTS.get(child.tag)
    return {f"extension.{local(child)}": canonical(child)} if aspect is None else {aspect: (child.text or "").strip()}


def _operator(operator: etree._Element) -> Aspects:
    found: Aspects = {"topic": operator.get("id") or ""}
    if result := operator.get("resultVariable"):
        found["result"] = result
    for each in operator.iterfind(f"{SPIFF}parameters/{SPIFF}parameter"):
        found[f"parameter.{each.get('id')}"] = each.get("value")
    retry = operator.find(f"{SPIFF}retry")
    if retry is not None:
        found |= {
            aspect: retry.get(name)
            for aspect, name in (("retries", "retries"), ("backoff", "backoff_base"))
            if retry.get(name) is not None
        }
    return found
