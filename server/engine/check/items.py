"""Names of loop items and where they can be seen: inside the loop, and in the processes it calls."""

from server.engine.check.context import Context
from server.engine.check.model import Node, Scope, bpmn

# Items are followed through that many calls, one inside the other; a bound, so that no drawing makes this slow.
MAX_CALL_DEPTH = 10


def items_of(node: Node) -> frozenset[str]:
    """The names a multi-instance activity gives to its input and output item: their ids, as the engine reads them."""
    loop = node.element.find(bpmn("multiInstanceLoopCharacteristics"))
    found = [] if loop is None else [loop.find(bpmn(name)) for name in ("inputDataItem", "outputDataItem")]
    return frozenset(item.get("id") or "" for item in found if item is not None)


class ItemNames:
    """Which loop items an expression at some place may use."""

    def __init__(self, context: Context) -> None:
        self._called: dict[str, frozenset[str]] = {process: frozenset() for process in context.processes}
        calls = [node for node in context.nodes("callActivity") if node.element.get("calledElement") in self._called]
        for _ in range(MAX_CALL_DEPTH):
            before = dict(self._called)
            for call in calls:
                self._called[call.element.get("calledElement", "")] |= self.inside(call)
            if before == self._called:
                break

    def in_scope(self, scope: Scope) -> frozenset[str]:
        """Items seen by every expression of a process or sub-process."""
        if scope.parent is None:
            return self._called.get(scope.id, frozenset())
        return self.inside(scope.parent.nodes[scope.id])

    def inside(self, node: Node) -> frozenset[str]:
        """Items seen by an activity itself and by what is in it."""
        return self.in_scope(node.scope) | items_of(node)
