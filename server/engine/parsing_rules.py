"""What our task parsers do differently from the library's: a mixin placed before each of them."""

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import SIGNAL_EVENT_XPATH
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import TransactionSubprocess

from server.engine import event_definitions as events
from server.engine.boundary import ClosingBoundaryJoin
from server.engine.loops import ConditionLoop, ParallelCaseLoop, SequentialCaseLoop
from server.engine.timers import TimerDefinition
from server.engine.xml_names import BPMN, SPIFF, extension, properties_of, text_of

_CORRELATION_PREFIX = "correlation."


class QuietTerminate(TerminateEventDefinition):
    """A terminate end event acts on its own process only; the library also broadcasts it."""

    def throw(self, my_task: Any) -> None:
        """Nothing is thrown."""


class OwnTaskRules:
    """Own loops and boundary joins; data associations and data objects are drawing only."""

    STANDARD_LOOP_CLASS = ConditionLoop
    PARALLEL_MI_CLASS = ParallelCaseLoop
    SEQUENTIAL_MI_CLASS = SequentialCaseLoop

    def parse_incoming_data_references(self) -> list[Any]:
        """None: the case file holds the data."""
        return []

    def parse_outgoing_data_references(self) -> list[Any]:
        """None: the case file holds the data."""
        return []

    def parse_io_spec(self) -> None:
        """None: the case file holds the data."""

    def connect_outgoing(self: Any, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        """Connect a flow and note its id in the order of the connections."""
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)  # type: ignore[misc]
        self.task.flow_ids = [*getattr(self.task, "flow_ids", ()), sequence_flow_node.get("id")]

    def _add_boundary_event(self: Any, children: list[Any]) -> Any:
        split = BoundaryEventSplit(self.spec, f"{self.bpmn_id}.BoundaryEventSplit", lane=self.task.lane)
        join = ClosingBoundaryJoin(
            self.spec, f"{self.bpmn_id}.BoundaryEventJoin", lane=self.task.lane, split_task=split.name, cancel=True
        )
        split.connect(self.task)
        self.task.connect(join)
        for event in children:
            child = self.process_parser.parse_node(event)
            is_cancel = isinstance(child.event_definition, events.CancelDefinition)
            if is_cancel and not isinstance(self.task, TransactionSubprocess):
                self.raise_validation_exception("a cancel event belongs on a transaction")
            split.connect(child)
            child.connect(join)
        return split


class OwnEventRules(OwnTaskRules):
    """Own event definitions, so that clock, case file and targeted delivery are the same everywhere."""

    def parse_timer_event(self: Any, event: Any) -> TimerDefinition:
        """A timer; a cycle that interrupts or stands in the flow is its first occurrence."""
        for tag, kind in (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle")):
            text = text_of(event.find(f"{BPMN}{tag}"))
            if text is not None:
                return TimerDefinition(self.node.get("name") or self.node.get("id"), kind, text)
        self.raise_validation_exception("a timer needs a date, a duration or a cycle")
        raise AssertionError  # the line above never returns

    def parse_message_event(self: Any, event: Any) -> events.MessageDefinition:
        """A message with the path of its payload and its correlation expressions."""
        message = self._root_element("message", event.get("messageRef"))
        name = message.get("name") if message is not None else self.node.get("name")
        if not name:
            self.raise_validation_exception("a message event needs a message with a name")
        holders = [each for each in (event, self.node, message) if each is not None]
        variable = next((text for each in holders if (text := text_of(extension(each, "messageVariable")))), None)
        payload = next((text for each in holders if (text := text_of(extension(each, "messagePayload")))), None)
        correlation: dict[str, str] = {}
        for each in event.iter(f"{SPIFF}processVariableCorrelation"):
            key, value = text_of(each.find(f"{SPIFF}propertyId")), text_of(each.find(f"{SPIFF}expression"))
            if key and value:
                correlation[key] = value
        for key, value in properties_of(self.node).items():
            if key.startswith(_CORRELATION_PREFIX):
                correlation[key.removeprefix(_CORRELATION_PREFIX)] = value
        return events.MessageDefinition(name, correlation, variable=variable, payload=payload)

    def parse_signal_event(self: Any, event: Any) -> events.SignalDefinition:
        """A signal by name."""
        signal = self._root_element("signal", event.get("signalRef"))
        name = signal.get("name") if signal is not None else self.node.get("name")
        return events.SignalDefinition(name, **self._payload(signal))

    def parse_error_event(self: Any, event: Any) -> events.ErrorDefinition:
        """An error by code; without a reference it catches every code."""
        error = self._root_element("error", event.get("errorRef"))
        code = error.get("errorCode") or error.get("name") if error is not None else None
        return events.ErrorDefinition(self.node.get("name"), code=code, **self._payload(error))

    def parse_escalation_event(self: Any, event: Any) -> events.EscalationDefinition:
        """An escalation by code; without a reference it catches every code."""
        escalation = self._root_element("escalation", event.get("escalationRef"))
        code = escalation.get("escalationCode") or escalation.get("name") if escalation is not None else None
        return events.EscalationDefinition(self.node.get("name"), code=code, **self._payload(escalation))

    def parse_cancel_event(self: Any, event: Any) -> events.CancelDefinition:
        """The cancel event of a transaction."""
        return events.CancelDefinition(self.node.get("name"))

    def get_event_definition(self: Any, xpaths: list[str]) -> Any:
        """The event's definition; a signal counts at an end event too, where the library reads it as none."""
        paths = xpaths if SIGNAL_EVENT_XPATH in xpaths else [*xpaths, SIGNAL_EVENT_XPATH]
        return super().get_event_definition(paths)  # type: ignore[misc]

    def parse_terminate_event(self: Any, event: Any) -> QuietTerminate:
        """A terminate end event."""
        return QuietTerminate()

    def parse_conditional_event(self: Any, event: Any) -> events.ConditionDefinition:
        """A condition on the case."""
        text = text_of(event.find(f"{BPMN}condition"))
        if text is None:
            self.raise_validation_exception("a conditional event needs a condition")
        return events.ConditionDefinition(self.node.get("name") or self.node.get("id"), text or "")

    def _root_element(self: Any, tag: str, reference: str | None) -> Any:
        if not reference:
            return None
        found = next((e for e in self.doc_xpath(f".//bpmn:{tag}") if e.get("id") == reference), None)
        if found is None:
            self.raise_validation_exception(f"there is no {tag} {reference}")
        return found

    def _payload(self, holder: Any) -> dict[str, str | None]:
        if holder is None:
            return {"variable": None, "payload": None}
        return {
            "variable": text_of(extension(holder, "variableName")),
            "payload": text_of(extension(holder, "payloadExpression")),
        }
