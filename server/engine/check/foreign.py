"""Settings of other engines (Camunda, Zeebe, Flowable): not read, but named where something is missing (K505)."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.model import bpmn
from server.i18n import N_

ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
}
FORM = ("formKey", "formRef", "formDefinition", "formData", "formProperty")
PEOPLE = ("candidateGroups", "candidateUsers", "assignee", "assignmentDefinition")
WORK = ("topic", "class", "delegateExpression", "type", "expression", "taskDefinition")
PROCESS = ("calledElement",)
DECISION = ("decisionRef", "calledDecision", "decisionTableReferenceKey")
COLLECTION = ("collection", "loopCharacteristics")
# What changes how a case goes elsewhere and has no counterpart that is asked for by a finding of its own.
_SILENT = frozenset(
    {
        "assignee", "candidateUsers", "dueDate", "followUpDate", "priority", "skipExpression", "assignmentDefinition",
        "taskSchedule", "executionListener", "taskListener", "eventListener", "inputOutput", "ioMapping", "connector",
        "in", "out", "script",
    }
)  # fmt: skip
_OWN = {"assignee": "assignee", "dueDate": "dueDate", "priority": "priority", "taskSchedule": "dueDate"}
MAX_SHOWN = 8


class Setting(NamedTuple):
    """How it is written, like `camunda:topic`, and its value as far as it has one."""

    shown: str
    name: str
    value: str


def settings(element: etree._Element) -> Iterator[Setting]:
    """The settings of other engines at an element: attributes, and elements among its extension elements."""
    for key, value in element.attrib.items():
        name = etree.QName(key)
        if name.namespace in ENGINES:
            yield Setting(f"{ENGINES[name.namespace]}:{name.localname}", name.localname, value.strip())
    for extension in element.findall(bpmn("extensionElements")):
        for child in extension:
            name = etree.QName(child)
            if name.namespace in ENGINES:
                yield Setting(f"{ENGINES[name.namespace]}:{name.localname}", name.localname, _value(child))


def _value(element: etree._Element) -> str:
    """What an element of another engine names: the worker, form, process or decision."""
    for key in ("type", "formId", "formKey", "processId", "decisionId", "inputCollection"):
        if element.get(key):
            return element.attrib[key].strip()
    return ""


def setting(element: etree._Element, names: tuple[str, ...]) -> Setting | None:
    """The first of the named settings that another engine has there."""
    found = {each.name: each for each in reversed(list(settings(element)))}
    return next((found[name] for name in names if name in found), None)


def instead(element: etree._Element, names: tuple[str, ...], foreign: str, plain: str) -> tuple[str, dict[str, str]]:
    """The fix for something missing, and its values: `foreign` where another engine's setting says it, or `plain`."""
    found = setting(element, names)
    if found is None:
        return plain, {}
    return foreign, {"setting": found.shown, "value": found.value}


def check_foreign(context: Context) -> Iterator[Finding]:
    """Every activity and event that another engine would treat otherwise."""
    for node in context.nodes():
        silent = [
            each.shown
            for each in settings(node.element)
            if each.name in _SILENT and not node.properties.get(_OWN.get(each.name, ""), "")
        ]
        if silent:
            message = N_("{settings} of {id} belong to another engine and have no effect here.")
            fix = N_("Use lanes, the properties of the element, or a worker for what they do; else nothing to do.")
            shown = ", ".join(dict.fromkeys(silent[:MAX_SHOWN]))
            yield context.finding("K505", node.place, message, fix, settings=shown, id=node.id)
