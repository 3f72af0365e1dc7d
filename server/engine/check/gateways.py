"""Gateways and the conditions of flows (K212 to K215, K222, K223)."""

from collections.abc import Iterator

from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.model import Flow, Node
from server.i18n import N_

_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_WAITED_FOR = frozenset({"intermediateCatchEvent", "receiveTask"})


def check_gateways(context: Context) -> Iterator[Finding]:
    """Every gateway, and every condition on a flow that leaves something else."""
    for node in context.nodes():
        if node.kind in _CHOOSING:
            yield from _choice(context, node)
        else:
            yield from _unasked(context, node)
        if node.kind == "eventBasedGateway":
            yield from _events(context, node)


def _default(node: Node) -> Flow | None:
    wanted = node.element.get("default")
    return next((flow for flow in node.outgoing if wanted and flow.id == wanted), None)


def _choice(context: Context, node: Node) -> Iterator[Finding]:
    default = _default(node)
    conditional = [flow for flow in node.outgoing if flow.condition is not None and flow is not default]
    if node.element.get("default") and default is None:
        message = N_("The default flow {flow} does not leave the gateway {id}.")
        fix = N_("Mark one of the gateway's own flows as its default.")
        yield context.finding("K215", node.place, message, fix, id=node.id, flow=node.element.get("default"))
    elif default is None and (len(node.outgoing) > 1 or conditional):
        message = N_("The gateway {id} has no default flow; when no condition holds, the case stops with a fault.")
        fix = N_("Mark the flow for everything else as the default flow.")
        yield context.finding("K212", node.place, message, fix, id=node.id)
    bare = [flow for flow in node.outgoing if flow.condition is None and flow is not default]
    for flow in bare if len(node.outgoing) > 1 else ():
        message = N_("The flow {flow} of the gateway {id} has no condition and is not the default.")
        fix = N_("Give the flow a condition, or mark it as the default flow.")
        place = node.scope.place._replace(element=flow.id)
        yield context.finding("K213", place, message, fix, id=node.id, flow=flow.id or "")
    if default is not None and default.condition is not None:
        yield _never(context, node, default, N_("The default flow {flow} has a condition, which is never asked."))


def _unasked(context: Context, node: Node) -> Iterator[Finding]:
    for flow in node.outgoing:
        if flow.condition is not None:
            message = N_("The condition of the flow {flow} is never asked: no exclusive gateway stands before it.")
            yield _never(context, node, flow, message)
    if node.element.get("default"):
        message = N_("{id} has a default flow, but it does not choose between flows.")
        fix = N_("Draw an exclusive gateway behind {id} and mark the default there.")
        yield context.finding("K214", node.place, message, fix, id=node.id)


def _never(context: Context, node: Node, flow: Flow, message: str) -> Finding:
    fix = N_("Remove the condition, or put it on another flow of an exclusive or inclusive gateway.")
    place = node.scope.place._replace(element=flow.id)
    return context.finding("K214", place, message, fix, flow=flow.id or "")


def _events(context: Context, node: Node) -> Iterator[Finding]:
    timers = 0
    for flow in node.outgoing:
        target = node.scope.nodes.get(flow.target or "")
        if target is None:
            continue
        timers += "timer" in target.definitions
        if target.kind not in _WAITED_FOR:
            message = N_("The event gateway {id} leads to {target}, which does not wait for anything.")
            fix = N_("Draw a catching event (message or timer) directly behind the gateway.")
            yield context.finding("K222", node.place, message, fix, id=node.id, target=target.id)
    if timers > 1:
        message = N_("{count} timers stand behind the event gateway {id}; only the one due first could ever fire.")
        fix = N_("Keep the timer that fires first, and draw what comes later behind it.")
        yield context.finding("K223", node.place, message, fix, id=node.id, count=timers)
