"""Deadlines: every step of a person has one, and the table that gives them names steps that exist (K415, K416)."""

from collections.abc import Iterator

from server.engine.check import language, points
from server.engine.check.context import PEOPLE, Asked, Context
from server.engine.check.finding import Finding
from server.engine.check.tables_model import Cell, Table, input_expression
from server.engine.errors import ExpressionError
from server.engine.expressions import Evaluator
from server.engine.unary_tests import INPUT, unary_test
from server.i18n import N_


def check_step_times(context: Context) -> Iterator[Finding]:
    """For every decision that is asked about steps and is there."""
    for key, asked in context.asked.items():
        table = context.decisions.get(key)
        if asked.steps and table is not None and table.table is not None:
            yield from _table(context, table, asked)


def _table(context: Context, table: Table, asked: Asked) -> Iterator[Finding]:
    columns = [place for place, column in enumerate(table.inputs) if input_expression(column) == asked.steps]
    rows = [table.cells(rule, "inputEntry") for rule in table.rules]
    if not columns or any(len(row) != len(table.inputs) for row in rows):
        return
    cells = [row[columns[0]] for row in rows]
    for number, cell in enumerate(cells, start=1):
        yield from _unknown(context, cell, number)
    evaluator = Evaluator({})
    tests = {unary_test(cell.text) for cell in cells}
    for node in context.nodes(*PEOPLE):
        if not node.properties.get("dueDate", "").strip() and not _named(evaluator, tests, node.id):
            message = N_("{id} has no deadline: neither a property dueDate nor a rule of the table {table}.")
            fix = N_("Add a rule for {id} to the table, or one for all steps as the last.")
            yield context.finding("K415", node.place, message, fix, id=node.id, table=table.decision_id)


def _unknown(context: Context, cell: Cell, number: int) -> Iterator[Finding]:
    test = unary_test(cell.text)
    try:
        compared = points.constants(language.read(test)) if test is not None else None
    except ExpressionError:
        return  # told by the rule for cells
    steps = context.steps()
    for step in sorted(value for value in (compared or {}).get(INPUT, ()) if isinstance(value, str)):
        if step not in steps:
            near = context.hint(step, steps)
            message = N_("Rule {number} is for the step {step}, which is no user task of any diagram.")
            fix = N_("Did you mean {near}?") if near else N_("Enter the id of a user task, or remove the rule.")
            yield context.finding("K416", cell.place, message, fix, number=number, step=step, near=near)


def _named(evaluator: Evaluator, tests: set[str | None], step: str) -> bool:
    """Whether a rule may hold for a step; one that cannot be tried might."""
    for test in tests:
        try:
            simple = test is None or points.constants(language.read(test)) is None
        except ExpressionError:
            simple = True
        if simple or points.holds(evaluator, str(test), {INPUT: step}):
            return True
    return False
