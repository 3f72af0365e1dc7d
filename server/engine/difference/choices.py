"""Which way a gateway would choose for a case as it is."""

from collections.abc import Callable, Mapping
from typing import Any

from server.engine.check.model import Node, read_diagram
from server.engine.elements import outgoing_flows
from server.engine.gate import admit

_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})


class Choices:
    """The gateways of the *.bpmn files of a version that runs, by (process or sub-process, id)."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._nodes: dict[tuple[str, str], Node] = {}
        for file in sorted(name for name in files if name.endswith(".bpmn")):
            for scope in read_diagram(file, admit(files[file], file)).scopes:
                self._nodes.update(
                    {(scope.id, node.id): node for node in scope.nodes.values() if node.kind in _CHOOSING}
                )

    def __contains__(self, spot: object) -> bool:
        return spot in self._nodes

    def taken(self, spot: tuple[str, str], evaluate: Callable[[str], Any]) -> tuple[str, ...]:
        """Ids of the elements the chosen flows lead to. Raises ExpressionError, as the engine would."""
        node = self._nodes[spot]
        flows = {id(flow.element): flow for flow in node.scope.flows}
        found: list[str] = []
        default = ""
        for element in outgoing_flows(node.element, [flow.element for flow in node.scope.flows]):
            flow = flows[id(element)]
            if flow.id == node.element.get("default") or flow.condition is None:
                default = default or flow.target or ""
            elif evaluate(flow.condition):
                found.append(flow.target or "")
                if node.kind == "exclusiveGateway":
                    break
        return tuple(found or [default])
