"""A decision table tried on values that somebody enters, before any case meets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from server.engine.check.points import paths
from server.engine.decision_table import DecisionTable, read_decisions
from server.engine.environment import CaseEnvironment, Environment
from server.engine.errors import ExpressionError, ProcessFault
from server.engine.expression_syntax import parse_expression
from server.engine.gate import admit
from server.engine.rule_task import decide, fitting
from server.engine.unary_tests import INPUT
from server.i18n import N_


@dataclass(frozen=True)
class TriedDecision:
    """What a table says of the values handed in.

    reads: every field of the case the table looks at, by its dotted path. inputs: the value of each input column.
    rules: numbers of the rules that hold, counted from 1; under FIRST at most one. fault: an English msgid that says
    why there is no result, filled with params when shown; None when there is one.
    """

    reads: tuple[str, ...]
    inputs: tuple[Any, ...] = ()
    rules: tuple[int, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    fault: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def try_decision(
    data: bytes, file: str, decision_id: str, case: dict[str, Any], environment: Environment
) -> TriedDecision | None:
    """What the decision `decision_id` of the DMN file `data` says about `case`, which stays as it is.

    None: the file has no such decision. Raises DiagramRefused for a file that cannot be read as decision tables.
    """
    tables = {table.id: table for table in read_decisions(admit(data, file), file)}
    return _try(tables[decision_id], case, environment) if decision_id in tables else None


def _try(table: DecisionTable, case: dict[str, Any], environment: Environment) -> TriedDecision:
    held = CaseEnvironment(case, environment)

    def evaluate(expression: str, external_context: Mapping[str, Any] = MappingProxyType({})) -> Any:
        return held.evaluate(expression, {}, external_context)

    reads = _reads(table)
    values: list[Any] = []
    numbers: tuple[int, ...] = ()
    try:
        values, rules = fitting(table, evaluate)
        numbers = tuple(rule.number for rule in rules)
        return TriedDecision(reads, tuple(values), numbers, decide(table, evaluate))
    except ExpressionError as error:
        fault, params = error.reason, {**error.params}
    except ProcessFault:
        fault, params = N_("The rules {numbers} hold at once, where only one may."), {"numbers": _listed(numbers)}
    except TypeError:
        fault, params = N_("The results of the rules {numbers} cannot be put together."), {"numbers": _listed(numbers)}
    return TriedDecision(reads, tuple(values), numbers, fault=fault, params=params)


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _reads(table: DecisionTable) -> tuple[str, ...]:
    cells = [*table.inputs, *(cell for rule in table.rules for cell in (*rule.tests, *rule.outputs) if cell)]
    found: dict[str, None] = {}
    for cell in cells:
        found.update(dict.fromkeys(sorted(paths(parse_expression(cell)) - {INPUT})))
    return tuple(found)
