"""Starts, ends, and whether every element can be reached and leads on (K201 to K208, K219 to K221, K224)."""

from collections.abc import Iterator

from server.engine.check.context import Context
from server.engine.check.finding import Finding, Place
from server.engine.check.graph import longest_walk, reachable
from server.engine.check.model import Diagram, Node, Scope, bpmn
from server.i18n import N_

MAX_LENGTH = 300


def check_structure(context: Context) -> Iterator[Finding]:
    """The shape of every process and sub-process."""
    for diagram in context.diagrams:
        yield from _processes(context, diagram)
        for scope in diagram.scopes:
            if _runs(scope):
                yield from _starts(context, scope)
                yield from _ends(context, scope)
                yield from _reach(context, scope)
                yield from _flows(context, scope)
                yield from _outgoing(context, scope)
                yield from _length(context, scope)


def _runs(scope: Scope) -> bool:
    """Ad-hoc and event sub-processes are refused as such; a process that is not executable is only a drawing."""
    top = scope
    while top.parent is not None:
        if top.element.tag == bpmn("adHocSubProcess") or top.element.get("triggeredByEvent") == "true":
            return False
        top = top.parent
    return top.executable


def _processes(context: Context, diagram: Diagram) -> Iterator[Finding]:
    executable = [scope for scope in diagram.processes if scope.executable]
    if not executable:
        message = N_("The file has no executable process.")
        fix = N_("Mark the process as executable in its properties.")
        first = diagram.processes[0].place if diagram.processes else None
        element = first.process if first else None
        yield context.finding("K201", Place(diagram.file, element), message, fix)
    pools = {pool.get("processRef") for pool in diagram.root.iter(bpmn("participant"))}
    in_pools = [scope for scope in executable if scope.id in pools]
    for scope in in_pools[1:]:
        message = N_("The pool of process {id} is a second executable one in this file; nothing starts it.")
        fix = N_("Keep one pool with a process, draw the others empty, or call {id} by a call activity from a file.")
        yield context.finding("K219", scope.place, message, fix, id=scope.id)


def begins(scope: Scope) -> list[Node]:
    """The start event a case begins at: the first plain one; where there is none, the first of the others."""
    return starts(scope)[:1]


def starts(scope: Scope) -> list[Node]:
    """The start events the engine keeps: all plain ones, though only the first begins; else the first of the others."""
    found = scope.of_kind("startEvent")
    return [node for node in found if not node.definitions] or found[:1]


def _starts(context: Context, scope: Scope) -> Iterator[Finding]:
    found = scope.of_kind("startEvent")
    if scope.parent is not None and len(found) != 1:
        message = N_("The sub-process {id} has {count} start events.")
        fix = N_("Draw exactly one plain start event in it.")
        yield context.finding("K221", scope.place, message, fix, id=scope.id, count=len(found))
    elif not found:
        message = N_("The process {id} has no start event.")
        fix = N_("Draw a start event before the first task.")
        yield context.finding("K202", scope.place, message, fix, id=scope.id)
    for node in found:
        if node.incoming:
            message = N_("A flow leads into the start event {id}.")
            fix = N_("Lead the flow to the first task instead.")
            yield context.finding("K220", node.place, message, fix, id=node.id)


def _ends(context: Context, scope: Scope) -> Iterator[Finding]:
    found = scope.of_kind("endEvent")
    if not found:
        message = N_("The process {id} has no end event, so it never counts as completed.")
        fix = N_("Draw an end event behind the last element of every path.")
        yield context.finding("K203", scope.place, message, fix, id=scope.id)
    for node in found:
        if node.outgoing:
            message = N_("A flow leaves the end event {id}.")
            fix = N_("Make it an intermediate event, or remove the flow.")
            yield context.finding("K220", node.place, message, fix, id=node.id)


def _reach(context: Context, scope: Scope) -> Iterator[Finding]:
    reached = reachable(scope, [node.id for node in begins(scope)])
    for node in scope.nodes.values():
        if node.id in reached or node.kind == "startEvent" or _apart(node):
            continue
        message = N_("No path from the start event leads to {id}.")
        fix = N_("Connect it, or remove it.")
        yield context.finding("K205", node.place, message, fix, id=node.id)


def _apart(node: Node) -> bool:
    """Elements that stand outside the flow and are refused by a rule of their own."""
    return (
        node.element.get("isForCompensation") == "true"
        or node.element.get("triggeredByEvent") == "true"
        or "link" in node.definitions
        or (node.kind == "boundaryEvent" and node.element.get("attachedToRef") not in node.scope.nodes)
    )


def _flows(context: Context, scope: Scope) -> Iterator[Finding]:
    for flow in scope.flows:
        for end in (flow.source, flow.target):
            if end not in scope.nodes:
                message = N_("The flow {id} is connected to {end}, which is not an element of the same process.")
                fix = N_("Connect the flow within one process or sub-process; between pools use a message.")
                place = scope.place._replace(element=flow.id)
                yield context.finding("K208", place, message, fix, id=flow.id or "", end=end or "")


def _length(context: Context, scope: Scope) -> Iterator[Finding]:
    """The library's parser follows the flow by recursion: 350 elements in a row are fine, 500 are not (3.2.0)."""
    length = longest_walk(scope, [node.id for node in starts(scope)])
    if length > MAX_LENGTH:
        message = N_("{length} elements of {id} follow one another; at most {limit} can be read.")
        fix = N_("Put parts of the process into sub-processes or called processes.")
        yield context.finding("K224", scope.place, message, fix, id=scope.id, length=length, limit=MAX_LENGTH)


def _outgoing(context: Context, scope: Scope) -> Iterator[Finding]:
    for node in scope.nodes.values():
        if not node.outgoing and node.kind != "endEvent" and not _apart(node) and "link" not in node.definitions:
            message = N_("The path ends at {id} without an end event, so the process never completes.")
            fix = N_("Draw a flow from {id} to the next element or to an end event.")
            yield context.finding("K206", node.place, message, fix, id=node.id)
        several = len(node.outgoing) > 1 and not node.kind.endswith("Gateway") and node.kind != "startEvent"
        if several and node.kind != "endEvent":
            message = N_("{count} flows leave {id}; only gateways may split the path.")
            fix = N_("Draw a gateway behind {id}: parallel for all paths, exclusive for one of them.")
            yield context.finding("K207", node.place, message, fix, id=node.id, count=len(node.outgoing))
