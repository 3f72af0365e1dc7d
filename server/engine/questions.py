"""What expressions and tables of a version say about a case file, without an instance in memory."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from server.engine.decision_table import DecisionTable
from server.engine.environment import CaseEnvironment, Environment
from server.engine.expression_syntax import expression_names
from server.engine.rule_task import decide
from server.engine.unary_tests import INPUT

_NONE: Mapping[str, Any] = MappingProxyType({})


class Questions:
    """Asks one case after another: set `case`. Not shared between threads."""

    def __init__(self, env: Environment) -> None:
        self._environment = CaseEnvironment({}, env)

    @property
    def case(self) -> dict[str, Any]:
        """The case file the answers are about."""
        return self._environment.case

    @case.setter
    def case(self, case: dict[str, Any]) -> None:
        self._environment.case = case

    def evaluate(self, expression: str, names: Mapping[str, Any] = _NONE) -> Any:
        """The value of an expression; names: what it may read beside the case. Raises ExpressionError."""
        return self._environment.evaluate(expression, {}, names)

    def decide(self, table: DecisionTable, names: Mapping[str, Any] = _NONE) -> dict[str, Any]:
        """What a table says, its outputs by name. Raises ExpressionError or ProcessFault."""
        return decide(table, self._with(names))

    def narrowed(self, table: DecisionTable, name: str, value: Any) -> DecisionTable:
        """The rows of a table that can hold while its input `name` has that value. Raises ExpressionError."""
        if name not in table.inputs:
            return table
        column = table.inputs.index(name)
        tests = [(rule, rule.tests[column]) for rule in table.rules]
        kept = [rule for rule, test in tests if test is None or self._may_hold(test, {INPUT: value, name: value})]
        return replace(table, rules=tuple(kept))

    def _may_hold(self, test: str, names: Mapping[str, Any]) -> bool:
        """Whether a test holds with these names; one that reads others may."""
        return bool(expression_names(test)[0] - names.keys()) or bool(self.evaluate(test, names))

    def _with(self, names: Mapping[str, Any]) -> Callable[..., Any]:
        def evaluate(expression: str, external_context: Mapping[str, Any] = _NONE) -> Any:
            return self._environment.evaluate(expression, {}, {**names, **external_context})

        return evaluate
