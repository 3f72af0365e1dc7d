"""The elements of a diagram as the rest of the house sees them, read from the XML and not from the library."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml import etree

from server.engine.lanes import groups_by_node
from server.engine.xml_names import BPMN, CONTAINERS, event_definition, extension, kind_of, properties_of, text_of

_NO_ELEMENTS = frozenset(
    {f"{BPMN}{name}" for name in ("laneSet", "extensionElements", "documentation", "ioSpecification", "association")}
)


@dataclass(frozen=True)
class Element:
    """A flow element or sequence flow of a diagram.

    process_id: the process or embedded sub-process it stands in; kind: 'user_task', 'exclusive_gateway',
    'sequence_flow', …; name: raw, one line a language; group: candidate group of its lane; instructions: raw text;
    topic: of a service task; event, event_text: kind of an event ('timer', 'message', …) and its expression or the
    message's name; incoming, outgoing: sequence flow ids in the order they are tried; source, target: of a flow;
    called: the process that a call activity calls.
    """

    id: str
    process_id: str
    kind: str
    name: str = ""
    group: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    instructions: str = ""
    topic: str | None = None
    event: str | None = None
    event_text: str | None = None
    attached_to: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    source: str | None = None
    target: str | None = None
    called: str | None = None


def outgoing_flows(node: etree._Element, flows: list[etree._Element]) -> list[etree._Element]:
    """The sequence flows leaving a node, in the XML order of its `outgoing`, then of the flows themselves."""
    order = [text_of(each) for each in node.findall(f"{BPMN}outgoing")]
    leaving = [flow for flow in flows if flow.get("sourceRef") == node.get("id")]
    return sorted(leaving, key=lambda flow: order.index(flow.get("id")) if flow.get("id") in order else len(order))


def read_elements(process: etree._Element, messages: Mapping[str, str]) -> Iterator[Element]:
    """Every element of a process and its embedded sub-processes; messages: name by message id."""
    yield from _read(process, groups_by_node(process), messages)


def _read(container: etree._Element, groups: Mapping[str, str], messages: Mapping[str, str]) -> Iterator[Element]:
    flows = container.findall(f"{BPMN}sequenceFlow")
    process_id = container.get("id", "")
    for node in container:
        if not isinstance(node.tag, str) or not node.tag.startswith(BPMN) or node.tag in _NO_ELEMENTS:
            continue
        if node.get("id") is None:
            continue
        yield _element(node, process_id, groups.get(node.get("id", "")), flows, messages)
        if node.tag in CONTAINERS:
            yield from _read(node, groups, messages)


def _element(
    node: etree._Element, process_id: str, group: str | None, flows: list[etree._Element], messages: Mapping[str, str]
) -> Element:
    event, event_text = _event(node, messages)
    operator = extension(node, "serviceTaskOperator")
    node_id = node.get("id", "")
    return Element(
        id=node_id,
        process_id=process_id,
        kind=kind_of(node),
        name=node.get("name", ""),
        group=group,
        properties=MappingProxyType(properties_of(node)),
        instructions=text_of(extension(node, "instructionsForEndUser")) or "",
        topic=operator.get("id") if operator is not None else None,
        event=event,
        event_text=event_text,
        attached_to=node.get("attachedToRef"),
        incoming=tuple(flow.get("id", "") for flow in flows if flow.get("targetRef") == node_id),
        outgoing=tuple(flow.get("id", "") for flow in outgoing_flows(node, flows)),
        source=node.get("sourceRef"),
        target=node.get("targetRef"),
        called=node.get("calledElement"),
    )


def _event(node: etree._Element, messages: Mapping[str, str]) -> tuple[str | None, str | None]:
    definition = event_definition(node)
    if definition is None:
        reference = node.get("messageRef")
        return ("message", messages.get(reference)) if reference else (None, None)
    kind = kind_of(definition).removesuffix("_event_definition")
    if kind == "message":
        return kind, messages.get(definition.get("messageRef", ""), node.get("name"))
    inner = next((child for child in definition if isinstance(child.tag, str) and (child.text or "").strip()), None)
    return kind, text_of(inner)
