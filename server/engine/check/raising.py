"""What an activity may raise to the events at its border, and who sends which signal inside a case."""

from collections.abc import Iterator

from lxml import etree

from server.engine.check.context import Context
from server.engine.check.model import Node, Scope

_CODES = {"error": ("errorRef", "errorCode"), "escalation": ("escalationRef", "escalationCode")}
_THROWING = ("intermediateThrowEvent", "endEvent")
_CATCHING = ("intermediateCatchEvent", "boundaryEvent")


def code_of(node: Node, kind: str) -> str:
    """The code an error or escalation event throws or catches; "" for one without a code."""
    reference, code = _CODES[kind]
    for definition in node.element:
        wanted = definition.get(reference)
        if wanted:
            found = _root_element(node, wanted)
            return wanted if found is None else found.get(code) or found.get("name") or wanted
    return ""


def signal_of(node: Node) -> str | None:
    """The name of the signal an event sends or waits for; None for any other node."""
    if "signal" not in node.definitions:
        return None
    for definition in node.element:
        if definition.get("signalRef"):
            found = _root_element(node, definition.attrib["signalRef"])
            return (found.get("name") if found is not None else None) or definition.attrib["signalRef"]
    return node.element.get("name") or ""


def _root_element(node: Node, wanted: str) -> etree._Element | None:
    root = node.element.getroottree().getroot()
    return next((element for element in root if element.get("id") == wanted), None)


class Raising:
    """Looks into sub-processes and called processes, whatever they are drawn like."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._raised: dict[int, frozenset[tuple[str, str]] | None] = {}
        self._senders: dict[str, list[Scope]] = {}
        for node in context.nodes("intermediateThrowEvent"):
            name = signal_of(node)
            if name is not None:
                self._senders.setdefault(name, []).append(node.scope)

    def by(self, node: Node) -> frozenset[tuple[str, str]] | None:
        """('escalation', code) and ('cancel', "") an activity may raise; None where nobody knows."""
        if node.inner is not None:
            return self._within(node.inner)
        if node.kind != "callActivity":
            return None
        called = self._context.processes.get(node.element.get("calledElement", ""))
        return None if called is None else self._within(called)

    def _within(self, scope: Scope) -> frozenset[tuple[str, str]] | None:
        key = id(scope)
        if key not in self._raised:
            self._raised[key] = frozenset()
            found: set[tuple[str, str]] = set(self._thrown(scope))
            inner = [self.by(node) for node in scope.of_kind("subProcess", "transaction", "callActivity")]
            self._raised[key] = None if None in inner else frozenset(found.union(*(one or () for one in inner)))
        return self._raised[key]

    @staticmethod
    def _thrown(scope: Scope) -> Iterator[tuple[str, str]]:
        for node in scope.of_kind(*_THROWING):
            if "escalation" in node.definitions:
                yield "escalation", code_of(node, "escalation")
            if "cancel" in node.definitions:
                yield "cancel", ""

    def caught(self, event: Node, host: Node) -> bool:
        """Whether an escalation or cancel event at the border of `host` may ever happen; True for other kinds."""
        kind = next((one for one in ("escalation", "cancel") if one in event.definitions), None)
        raised = self.by(host)
        if kind is None or raised is None:
            return True
        code = code_of(event, "escalation") if kind == "escalation" else ""
        return any(one == kind and (not code or code == other) for one, other in raised)

    def sent_here_alone(self, event: Node) -> str | None:
        """The signal an event waits for, when all who send it stand in its own process; else None.

        In a whole application a signal that nobody sends counts too; a lone diagram may have neighbours that do.
        """
        name = signal_of(event) if event.kind in _CATCHING else None
        if name is None:
            return None
        senders = self._senders.get(name, [])
        if not senders and self._context.lone:
            return None
        return name if all(scope is event.scope for scope in senders) else None

    def sent(self, event: Node) -> bool:
        """Whether anything in the files sends the signal an event waits for."""
        return signal_of(event) in self._senders
