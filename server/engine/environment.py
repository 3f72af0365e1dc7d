"""What an instance is handed from outside, and the one script environment that holds it while it is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from server.clock import Clock
from server.engine.case_writing import item_value
from server.engine.errors import ExpressionError, ProcessFault
from server.engine.expressions import Evaluator
from server.i18n import N_


@dataclass(frozen=True)
class Environment:
    """Clock, functions and names an expression may use.

    known_names: top-level case fields; one not filled reads as null, any other unknown name is an error.
    timezone: zone in which a date or time without offset is taken; without it such a text is refused.
    """

    clock: Clock
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    known_names: frozenset[str] = frozenset()
    timezone: tzinfo | None = None


@dataclass(frozen=True)
class Limits:
    """Budgets of one advance: engine steps, seconds on the wall, bytes of state before compression."""

    steps: int = 2000
    seconds: float = 2.0
    state_bytes: int = 4_000_000


DEFAULT_LIMITS = Limits()


class CaseEnvironment(BasePythonScriptEngineEnvironment):
    """Case file, clock and functions of one loaded instance. Expressions see case fields as plain names."""

    def __init__(self, case: dict[str, Any], handed_in: Environment) -> None:
        super().__init__({})
        self.case = case
        self.handed_in = handed_in
        self.evaluator = Evaluator(handed_in.functions)

    def now(self) -> datetime:
        """The present moment of the handed-in clock."""
        return self.handed_in.clock.now()

    def evaluate(
        self, expression: str | None, context: Mapping[str, Any], external_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of an expression; context holds loop items, which never shadow case fields."""

        def lookup(name: str) -> Any:
            if external_context and name in external_context:
                return external_context[name]
            if name in self.case:
                return self.case[name]
            if name in self.handed_in.known_names:
                return None
            if name in context:
                return item_value(self.case, context, name)
            raise NameError(name)

        if expression is None or not expression.strip():
            raise ExpressionError("", N_("there is no expression"))
        return self.evaluator.evaluate(expression, lookup)

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        """Scripts are never run: what computes is a decision table or a worker."""
        raise ExpressionError(script, N_("scripts are not run"))


class CaseScriptEngine(PythonScriptEngine):
    """Hands expressions to the case environment; what goes wrong names the element."""

    environment: CaseEnvironment

    def evaluate(self, task: Any, expression: str | None, external_context: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression of a task. Raises ProcessFault."""
        try:
            return self.environment.evaluate(expression, task.data, external_context)
        except ExpressionError as error:
            raise ProcessFault(task.task_spec.bpmn_id, str(error)) from error
