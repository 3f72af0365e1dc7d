"""Business rule tasks: a decision table is evaluated and its outputs are written to the case file."""

from collections.abc import Callable
from functools import partial
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser.task_spec import BusinessRuleTaskParser
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from server.engine.case_writing import write_path
from server.engine.decision_table import DecisionTable, Rule
from server.engine.errors import ProcessFault
from server.engine.parsing_rules import OwnTaskRules
from server.engine.unary_tests import INPUT

Evaluate = Callable[..., Any]
"""The value of an expression; `external_context` holds names that stand before those of the case."""

_AGGREGATE: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": sum,
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
    "COUNT": len,
}


class DecisionTask(SpiffBpmnTask):
    """Writes every output of its table to the case, also null where no rule holds: an old result never stays."""

    def __init__(self, wf_spec: Any, name: str, table: DecisionTable, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.table = table

    def _run_hook(self, my_task: Any) -> bool:
        engine = my_task.workflow.script_engine
        evaluate = partial(engine.evaluate, my_task)
        for path, value in decide(self.table, evaluate, my_task.task_spec.bpmn_id).items():
            write_path(engine.environment.case, my_task.data, path, value)
        return True


def decide(table: DecisionTable, evaluate: Evaluate, element: str | None = None) -> dict[str, Any]:
    """Output values by name; `element` is who asks. Raises ProcessFault when two rules hold where only one may."""
    _, matching = fitting(table, evaluate)
    results = [_outputs(table, rule, evaluate) for rule in matching]
    if table.hit_policy in ("COLLECT", "RULE ORDER"):
        return {name: _collect(table, [result[name] for result in results]) for name in table.outputs}
    _check_single(table, matching, results, element)
    return results[0] if results else dict.fromkeys(table.outputs)


def fitting(table: DecisionTable, evaluate: Evaluate) -> tuple[list[Any], list[Rule]]:
    """(value of every input column, the rules that hold; under FIRST only the first one)."""
    values = [evaluate(expression) for expression in table.inputs]
    matching = []
    for rule in table.rules:
        if all(
            test is None or evaluate(test, external_context={INPUT: value})
            for test, value in zip(rule.tests, values, strict=True)
        ):
            matching.append(rule)
            if table.hit_policy == "FIRST":
                break
    return values, matching


def _outputs(table: DecisionTable, rule: Rule, evaluate: Evaluate) -> dict[str, Any]:
    cells = zip(table.outputs, rule.outputs, strict=True)
    return {name: None if cell is None else evaluate(cell) for name, cell in cells}


def _collect(table: DecisionTable, values: list[Any]) -> Any:
    if table.aggregation is None:
        return values
    return _AGGREGATE[table.aggregation]([value for value in values if value is not None])


def _check_single(
    table: DecisionTable, matching: list[Rule], results: list[dict[str, Any]], element: str | None
) -> None:
    clash = len(matching) > 1 and (table.hit_policy == "UNIQUE" or any(each != results[0] for each in results))
    if clash:
        rows = ", ".join(str(rule.number) for rule in matching)
        raise ProcessFault(element, f"the rows {rows} of the table {table.id} hold at once, only one may")


class DecisionTaskParser(OwnTaskRules, BusinessRuleTaskParser):
    """Reads a business rule task; its decision is one of the tables given with the diagrams."""

    def create_task(self) -> DecisionTask:
        reference = self.get_decision_ref(self.node)
        table = self.process_parser.parser.decisions.get(reference)
        if table is None:
            raise ValidationException(f"there is no decision {reference}", node=self.node, file_name=self.filename)
        return DecisionTask(self.spec, self.bpmn_id, table=table, **self.bpmn_attributes)
