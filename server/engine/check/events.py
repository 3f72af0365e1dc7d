"""Which event may have which definition, and what it needs (K240 to K253)."""

from collections.abc import Iterator

from lxml import etree

from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.model import CORRELATION_PREFIX, EVENTS, Node, bpmn, spiff
from server.engine.check.raising import Raising
from server.i18n import N_

# What the engine runs rightly; a start event's timer or message is read by the server.
_POSSIBLE = {
    "startEvent": frozenset({"timer", "message"}),
    "endEvent": frozenset({"message", "error", "escalation", "terminate", "cancel"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "boundaryEvent": frozenset({"timer", "message", "signal", "error", "escalation", "conditional", "cancel"}),
}
_HOSTS_REFUSED = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
_RAISING = {"error": ("serviceTask",)}
_SIGNALLED = frozenset({"intermediateCatchEvent", "boundaryEvent"})
_ALWAYS_INTERRUPTING = frozenset({"error", "cancel"})
_REFERENCES = {"error": ("errorRef", "errorCode"), "escalation": ("escalationRef", "escalationCode")}


def check_events(context: Context) -> Iterator[Finding]:
    """Every event, and the tasks that send or receive a message."""
    for node in context.nodes(*EVENTS):
        yield from _definition(context, node)
    for node in context.nodes("boundaryEvent"):
        yield from _boundary(context, node)
    raising = Raising(context)
    for node in context.nodes():
        yield from _names(context, node)
        yield from _codes(context, node)
        if context.lone and node.kind in _SIGNALLED and "signal" in node.definitions and not raising.sent(node):
            message = N_("Nothing in this file sends the signal {id} waits for, and signals do not come from outside.")
            fix = N_("Wait for a message, or send the signal in the same case.")
            yield context.finding("K252", node.place, message, fix, id=node.id)


def _definition(context: Context, node: Node) -> Iterator[Finding]:
    if len(node.definitions) > 1:
        message = N_("The event {id} has {count} definitions.")
        fix = N_("Draw one event for each; behind an event gateway when the first one decides.")
        yield context.finding("K246", node.place, message, fix, id=node.id, count=len(node.definitions))
        return
    if not node.definitions:
        if node.kind in {"intermediateCatchEvent", "boundaryEvent"}:
            message = N_("The event {id} does not say what it waits for.")
            fix = N_("Make it a timer, message, signal or conditional event.")
            yield context.finding("K247", node.place, message, fix, id=node.id)
        return
    kind = node.definitions[0]
    if kind not in _POSSIBLE[node.kind] or (node.kind == "startEvent" and node.scope.parent is not None):
        if node.scope.element.get("triggeredByEvent") not in {"true", "1"}:
            yield _impossible(context, node, kind)
    elif kind == "cancel" and not _in_transaction(node):
        message = N_("The cancel event {id} does not belong to a transaction.")
        fix = N_("Use an error event, or make the sub-process a transaction.")
        yield context.finding("K245", node.place, message, fix, id=node.id)


def _impossible(context: Context, node: Node, kind: str) -> Finding:
    if kind == "compensate":
        message = N_("{id} is a compensation event; nothing would be undone.")
        fix = N_("Draw what undoes the work as a normal path behind a gateway.")
        return context.finding("K239", node.place, message, fix, id=node.id)
    if kind == "link":
        message = N_("{id} is a link event; what stands behind it would never run.")
        fix = N_("Connect the two places by a sequence flow, or put the part into a sub-process.")
        return context.finding("K241", node.place, message, fix, id=node.id)
    if kind == "signal" and node.kind == "endEvent":
        message = N_("The end event {id} would send no signal.")
        fix = N_("Draw an intermediate signal event and a plain end event behind it.")
        return context.finding("K242", node.place, message, fix, id=node.id)
    if node.kind == "startEvent":
        message = N_("The start event {id} is of type {kind}; it would begin at once.")
        fix = N_("Use a plain start event; timer and message start events are possible at the top of a process only.")
        return context.finding("K243", node.place, message, fix, id=node.id, kind=kind)
    message = N_("The event {id} cannot be of type {kind} here.")
    fix = N_("Use one of: {possible}.")
    possible = ", ".join(sorted(_POSSIBLE[node.kind]))
    return context.finding("K240", node.place, message, fix, id=node.id, kind=kind, possible=possible)


def _in_transaction(node: Node) -> bool:
    if node.kind == "boundaryEvent":
        host = node.scope.nodes.get(node.element.get("attachedToRef", ""))
        return host is None or host.kind == "transaction"
    return node.scope.element.tag == bpmn("transaction")


def _unraised(context: Context, node: Node, host: Node) -> Iterator[Finding]:
    """An error or escalation at a single task that cannot raise one."""
    kind = next((one for one in ("error", "escalation") if one in node.definitions), None)
    if kind is None or host.inner is not None or host.kind in {"callActivity", *_RAISING.get(kind, ())}:
        return
    message = N_("Nothing in {host} can bring about the {kind} that {id} waits for; it never happens.")
    fix = N_("Remove it, or use a message or a condition; errors come from workers and from inner processes.")
    yield context.finding("K253", node.place, message, fix, id=node.id, host=host.id, kind=kind)


def _boundary(context: Context, node: Node) -> Iterator[Finding]:
    host = node.scope.nodes.get(node.element.get("attachedToRef", ""))
    if host is None or host.kind in _HOSTS_REFUSED or host.kind.endswith(("Gateway", "boundaryEvent")):
        message = N_("The boundary event {id} is not attached to a task or sub-process of its process.")
        fix = N_("Move the event onto the border of the task it belongs to.")
        yield context.finding("K248", node.place, message, fix, id=node.id)
    else:
        yield from _unraised(context, node, host)
    if node.element.get("cancelActivity", "true").lower() == "true" or not node.definitions:
        return
    kind = node.definitions[0]
    if kind in {"message", "signal"}:
        message = N_("The event {id} fires with every {kind} here; other SpiffWorkflow tools fire it only once.")
        fix = N_("Nothing to do, unless the diagram is also run elsewhere.")
        yield context.finding("K244", node.place, message, fix, id=node.id, kind=kind)
    elif kind in _ALWAYS_INTERRUPTING:
        message = N_("The boundary event {id} is of type {kind}, which always interrupts.")
        fix = N_("Make the event interrupting, or throw an escalation instead.")
        yield context.finding("K240", node.place, message, fix, id=node.id, kind=kind)


def _names(context: Context, node: Node) -> Iterator[Finding]:
    """Messages and signals are told apart by the name of the `message` or `signal` element at the root."""
    for definition in _message_like(node):
        kind = etree.QName(definition).localname.removesuffix("EventDefinition")
        kind = kind if kind in {"message", "signal"} else "message"
        reference = definition.get(f"{kind}Ref")
        declared = _root_element(node, kind, reference)
        if declared is None or not (declared.get("name") or "").strip():
            message = N_("{id} does not say which {kind} it means.")
            fix = N_("Choose a {kind} with a name in the properties of the element.")
            yield context.finding("K249", node.place, message, fix, id=node.id, kind=kind)
        elif kind == "message" and _catches(node) and not _correlated(node, definition):
            message = N_("Every message {name} would match {id}, whichever case it is about.")
            fix = N_("Give the event a correlation, like the number of the case.")
            yield context.finding("K250", node.place, message, fix, id=node.id, name=declared.get("name"))


def _message_like(node: Node) -> list[etree._Element]:
    found = [
        *node.element.findall(bpmn("messageEventDefinition")),
        *node.element.findall(bpmn("signalEventDefinition")),
    ]
    if node.kind in {"sendTask", "receiveTask"} and not found:
        return [node.element]
    return found


def _root_element(node: Node, kind: str, reference: str | None) -> etree._Element | None:
    root = node.element.getroottree().getroot()
    local = (reference or "").rpartition(":")[2]
    return next((found for found in root.findall(bpmn(kind)) if reference and found.get("id") == local), None)


def _catches(node: Node) -> bool:
    return node.kind in {"intermediateCatchEvent", "boundaryEvent", "receiveTask"}


def _correlated(node: Node, definition: etree._Element) -> bool:
    if next(definition.iter(spiff("processVariableCorrelation")), None) is not None:
        return True
    return any(name.startswith(CORRELATION_PREFIX) for name in node.properties)


def _codes(context: Context, node: Node) -> Iterator[Finding]:
    for kind, (attribute, code) in _REFERENCES.items():
        for definition in node.element.findall(bpmn(f"{kind}EventDefinition")):
            reference = definition.get(attribute)
            if reference is None and node.kind == "boundaryEvent":
                continue
            declared = _root_element(node, kind, reference)
            if declared is None or not (declared.get(code) or declared.get("name") or "").strip():
                message = N_("{id} does not say which {kind} it means.")
                fix = N_("Choose an {kind} with a code in the properties of the event.")
                yield context.finding("K251", node.place, message, fix, id=node.id, kind=kind)
