"""Decision tables read from DMN XML by ourselves: several decisions in a file, every hit policy checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from server.engine.errors import DiagramRefused, ExpressionError
from server.engine.expression_syntax import expression_names, parse_expression
from server.engine.unary_tests import unary_test
from server.i18n import N_

HIT_POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"})
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})


@dataclass(frozen=True)
class Rule:
    """One row: tests over dmn_input per input (None accepts everything), output expressions (None is null)."""

    number: int
    tests: tuple[str | None, ...]
    outputs: tuple[str | None, ...]


@dataclass(frozen=True)
class DecisionTable:
    """A decision: input expressions, dotted case paths of the outputs, rows, DMN hit policy and aggregation."""

    id: str
    name: str
    hit_policy: str
    aggregation: str | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name its cells read: what does not touch these cannot change its answer."""
        cells = [*self.inputs, *(cell for rule in self.rules for cell in (*rule.tests, *rule.outputs) if cell)]
        return frozenset().union(*(expression_names(cell)[0] for cell in cells))


def read_decisions(root: etree._Element, file: str) -> Iterator[DecisionTable]:
    """Every decision table of a DMN file. Raises DiagramRefused."""
    for decision in root.iterfind("{*}decision"):
        yield _read(decision, file)


def _refused(file: str, decision: etree._Element, message: str, **params: object) -> DiagramRefused:
    return DiagramRefused("engine.decision", message, params, file=file, element=decision.get("id"))


def _read(decision: etree._Element, file: str) -> DecisionTable:
    table = decision.find("{*}decisionTable")
    if table is None or decision.find("{*}informationRequirement/{*}requiredDecision") is not None:
        raise _refused(file, decision, N_("Only decision tables that need no other decision are run."))
    policy, aggregation = table.get("hitPolicy", "UNIQUE").upper(), table.get("aggregation")
    if policy not in HIT_POLICIES or (aggregation or "COUNT").upper() not in AGGREGATIONS:
        raise _refused(file, decision, N_("The hit policy {policy} is not supported."), policy=policy)
    inputs = tuple(_input(each) for each in table.findall("{*}input"))
    outputs = tuple((each.get("name") or each.get("label") or "").strip() for each in table.findall("{*}output"))
    if not outputs or not all(outputs) or not all(inputs):
        raise _refused(file, decision, N_("Every column needs a name: an input expression, an output's case field."))
    rules = tuple(_rule(each, number) for number, each in enumerate(table.findall("{*}rule"), 1))
    result = DecisionTable(
        decision.get("id", ""), decision.get("name", ""), policy,
        aggregation.upper() if aggregation else None, inputs, outputs, rules,
    )  # fmt: skip
    _check(result, decision, file)
    return result


def _input(node: etree._Element) -> str:
    text = node.find("{*}inputExpression/{*}text")
    return (text.text or "").strip() if text is not None else (node.get("label") or "").strip()


def _rule(node: etree._Element, number: int) -> Rule:
    def texts(tag: str) -> list[str | None]:
        return [(each.findtext("{*}text") or "").strip() or None for each in node.findall(f"{{*}}{tag}")]

    return Rule(number, tuple(unary_test(each) for each in texts("inputEntry")), tuple(texts("outputEntry")))


def _check(table: DecisionTable, decision: etree._Element, file: str) -> None:
    for rule in table.rules:
        if len(rule.tests) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
            raise _refused(file, decision, N_("Row {row} has not one cell for each column."), row=rule.number)
    cells = [*table.inputs, *(c for r in table.rules for c in (*r.tests, *r.outputs) if c is not None)]
    for cell in cells:
        try:
            parse_expression(cell)
        except ExpressionError as error:
            raise _refused(
                file, decision, N_("The cell {cell} cannot be read: {reason}."), cell=cell[:200], reason=error
            ) from error
