"""Ids: reserved ones, missing ones, and the same one in several processes (K204, K209 to K211)."""

from collections.abc import Iterator

from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.model import ACTIVITIES, Scope
from server.i18n import N_

# Names the library gives to tasks of its own; a drawn element with such an id takes their place unseen.
_RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")
_RESERVED_PART = " [child]"


def check_ids(context: Context) -> Iterator[Finding]:
    """Ids of processes, sub-processes and flow nodes."""
    for scope in context.scopes():
        if scope.parent is None and not scope.id:
            message, fix = N_("A process has no id."), N_("Give the process an id.")
            yield context.finding("K209", scope.place, message, fix)
        yield from _missing(context, scope)
        for element_id in (scope.id, *scope.nodes) if scope.parent is None else scope.nodes:
            if _reserved(element_id):
                message = N_("The id {id} is one the engine uses itself.")
                fix = N_("Rename the element, for instance to {id}_1.")
                yield context.finding("K204", scope.place._replace(element=element_id), message, fix, id=element_id)
    yield from _twice(context)


def _reserved(element_id: str) -> bool:
    return element_id in _RESERVED or element_id.endswith(_RESERVED_ENDINGS) or _RESERVED_PART in element_id


def _missing(context: Context, scope: Scope) -> Iterator[Finding]:
    fix = N_("Open the diagram in a modeler and save it; it gives every element an id.")
    for kind in scope.nameless:
        message = N_("An element of type {kind} has no id.")
        yield context.finding("K209", scope.place, message, fix, kind=kind)
    if any(not flow.id for flow in scope.flows):
        yield context.finding("K209", scope.place, N_("A sequence flow has no id."), fix)


def _twice(context: Context) -> Iterator[Finding]:
    """Scope ids are one space over the whole bundle; other ids are apart for the engine, but not for a reader."""
    scopes: dict[str, Scope] = {}
    activities: dict[str, str] = {}
    for scope in context.scopes():
        first = scopes.setdefault(scope.id, scope)
        if first is not scope:
            message = N_("The process id {id} also stands in {other}.")
            fix = N_("Give one of the two another id.")
            place = scope.place._replace(element=scope.id)
            yield context.finding("K210", place, message, fix, id=scope.id, other=first.file)
    for node in context.nodes(*(ACTIVITIES - {"subProcess", "transaction", "adHocSubProcess"})):
        process = activities.setdefault(node.id, node.scope.process)
        if node.id in scopes:
            message = N_("The id {id} is also the id of a process in {other}.")
            fix = N_("Give one of the two another id.")
            yield context.finding("K210", node.place, message, fix, id=node.id, other=scopes[node.id].file)
        elif process != node.scope.process:
            message = N_("The id {id} also stands in the process {other}; reports show both under one name.")
            fix = N_("Give one of the two another id.")
            yield context.finding("K211", node.place, message, fix, id=node.id, other=process)
