"""Messages, signals, errors, escalations and conditions: payloads go to the case, nothing is broadcast by accident."""

from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.util.task import TaskState

from server.engine.boundary import WAS_TRUE, fire, raise_outwards
from server.engine.case_writing import write_path

CORRELATION = "correlation"  # internal_data of a message wait


class PayloadDefinition(EventDefinition):
    """An event with a payload: written to the case at `variable` when caught, evaluated from `payload` when thrown."""

    def __init__(self, name: str, variable: str | None = None, payload: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.variable = variable
        self.payload = payload

    def receive(self, my_task: Any, payload: Any) -> None:
        """Write a payload to the declared path of the case; without a path or payload nothing is written."""
        if self.variable is not None and payload is not None:
            write_path(my_task.workflow.script_engine.environment.case, my_task.data, self.variable, payload)

    def spawned(self, my_task: Any) -> None:
        """A non-interrupting event has fired; it goes on waiting for the next one."""

    def evaluate_payload(self, my_task: Any) -> Any:
        """The payload of a thrown event; None without an expression."""
        return deepcopy(my_task.workflow.script_engine.evaluate(my_task, self.payload)) if self.payload else None

    def report(self, my_task: Any, kind: str, **more: Any) -> dict[str, Any]:
        """Note an event that leaves the instance."""
        entry = {
            "kind": kind,
            "name": self.name,
            "element_id": my_task.task_spec.bpmn_id,
            "process_id": my_task.workflow.spec.name,
            **more,
        }
        my_task.workflow.top_workflow.thrown.append(entry)
        return entry

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class MessageDefinition(PayloadDefinition):
    """A message; correlation: expressions by key, evaluated when the event starts to wait or is thrown."""

    def __init__(self, name: str, correlation: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.correlation = correlation or {}

    def update_task(self, my_task: Any) -> None:
        """Fix the correlation of a wait."""
        if CORRELATION not in my_task.internal_data:
            my_task.internal_data[CORRELATION] = self._values(my_task)

    def correlation_of(self, my_task: Any) -> dict[str, Any]:
        """The correlation of a wait as fixed when it began; what was not known then, as it is now."""
        fixed: dict[str, Any] = my_task.internal_data.get(CORRELATION, {})
        if None not in fixed.values():
            return fixed
        return self._values(my_task) | {key: value for key, value in fixed.items() if value is not None}

    def throw(self, my_task: Any) -> None:
        """Report the message; the server delivers it, to this or another instance."""
        payload, correlation = self.evaluate_payload(my_task), self._values(my_task)
        self.report(my_task, "message", payload=payload, correlation=correlation)

    def reset(self, my_task: Any) -> None:
        """Forget the correlation of the last wait."""
        my_task.internal_data.pop(CORRELATION, None)
        super().reset(my_task)

    def _values(self, my_task: Any) -> dict[str, Any]:
        engine = my_task.workflow.script_engine
        return {key: deepcopy(engine.evaluate(my_task, text)) for key, text in self.correlation.items()}


class SignalDefinition(PayloadDefinition):
    """A signal reaches every event of this instance that waits for it."""

    def throw(self, my_task: Any) -> None:
        """Fire every waiting event of the same signal; the signal is reported too."""
        payload = self.evaluate_payload(my_task)
        self.report(my_task, "signal", payload=payload)
        for workflow in my_task.workflow.top_workflow.workflows():
            for task in [task for task in workflow.tasks.values() if task.state == TaskState.WAITING]:
                definition = getattr(task.task_spec, "event_definition", None)
                if isinstance(definition, SignalDefinition) and definition.name == self.name:
                    definition.receive(task, payload)
                    fire(task)


class CodeDefinition(PayloadDefinition):
    """An error or escalation: caught by the nearest boundary event outwards, an exact code before a catch-all."""

    kind = ""

    def __init__(self, name: str, code: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.code = code

    def catches_code(self, code: str | None) -> bool:
        """True for the same code, and for any code when none is declared."""
        return self.code in (None, code)

    def throw(self, my_task: Any) -> None:
        """Throw out of the process the event stands in."""
        payload = self.evaluate_payload(my_task)
        parent_id = my_task.workflow.parent_task_id
        outer = my_task.workflow.top_workflow.get_task_from_id(parent_id) if parent_id else None
        if not raise_outwards(outer, type(self), self.code, payload):
            self.not_caught(my_task, outer, payload)

    def not_caught(self, my_task: Any, outer: Any, payload: Any) -> None:
        """Report what nobody caught."""
        self.report(my_task, self.kind, code=self.code, payload=payload)


class EscalationDefinition(CodeDefinition):
    """An escalation; not caught it changes nothing but the report."""

    kind = "escalation"


class ErrorDefinition(CodeDefinition):
    """An error; not caught at the top it ends the instance and is reported, deeper it is a fault."""

    kind = "error"

    def not_caught(self, my_task: Any, outer: Any, payload: Any) -> None:
        if outer is not None:
            my_task.workflow.top_workflow.fail(my_task, f"nobody catches the error {self.code or self.name}")
        super().not_caught(my_task, outer, payload)


class CancelDefinition(CodeDefinition):
    """The cancel event of a transaction, caught by the transaction's boundary event."""

    kind = "cancel"


class ConditionDefinition(EventDefinition):
    """A conditional event: looked at when it is reached and after every change of the case."""

    def __init__(self, name: str, expression: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.expression = expression

    def has_fired(self, my_task: Any) -> bool:
        """The truth of the condition now."""
        return bool(my_task.workflow.script_engine.evaluate(my_task, self.expression))

    def spawned(self, my_task: Any) -> None:
        """A non-interrupting condition has fired; it must become false before it fires again."""
        my_task.internal_data[WAS_TRUE] = True

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__
