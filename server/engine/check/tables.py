"""Decision tables: shape, hit policy, columns and rules (K601 to K611); the cells are in `cells.py`."""

from collections.abc import Iterator

from server.engine.check import language
from server.engine.check.case_kinds import input_kind
from server.engine.check.cells import check_input_cell, check_output_cell
from server.engine.check.context import Asked, Context
from server.engine.check.expressions import Site, check_expression, check_target
from server.engine.check.finding import Finding, Place
from server.engine.check.tables_model import Table, input_expression, local, parts
from server.engine.decision_table import AGGREGATIONS, HIT_POLICIES
from server.engine.errors import ExpressionError
from server.i18n import N_

_NO_TABLE_FIX = N_("Draw a decision with a decision table.")


def check_tables(context: Context) -> Iterator[Finding]:
    """Every DMN file and every decision in it."""
    for file in context.table_files:
        if not any(table.file == file for table in context.tables):
            yield context.finding("K601", Place(file), N_("The file holds no decision."), _NO_TABLE_FIX)
    seen: dict[str, Table] = {}
    for table in context.tables:
        if seen.setdefault(table.decision_id, table) is not table:
            message = N_("The decision id {id} also stands in {other}.")
            fix = N_("Give one of the two decisions another id.")
            other = seen[table.decision_id].file
            yield context.finding("K610", table.place, message, fix, id=table.decision_id, other=other)
        yield from _decision(context, table)
        if table.table is not None:
            yield from _policy(context, table)
            yield from _columns(context, table)
            yield from _rules(context, table)


def _decision(context: Context, table: Table) -> Iterator[Finding]:
    if table.table is None or not table.decision_id:
        message = N_("The decision {id} has no id or no decision table.")
        yield context.finding("K601", table.place, message, _NO_TABLE_FIX, id=table.decision_id)
    for requirement in parts(table.decision, "informationRequirement"):
        if any(local(child) == "requiredDecision" for child in requirement):
            message = N_("The decision {id} needs the result of another decision.")
            fix = N_("Call both by business rule tasks, one after the other.")
            yield context.finding("K608", table.at(requirement), message, fix, id=table.decision_id)


def _policy(context: Context, table: Table) -> Iterator[Finding]:
    assert table.table is not None
    policy = table.table.get("hitPolicy", "UNIQUE").upper()
    if policy not in HIT_POLICIES:
        message = N_("The hit policy {policy} is not known here.")
        fix = N_("Choose FIRST and order the rules by importance, or COLLECT for lists.")
        yield context.finding("K602", table.place, message, fix, policy=policy)
    aggregation = table.table.get("aggregation", "").upper()
    if aggregation and (aggregation not in AGGREGATIONS or policy != "COLLECT"):
        message = N_("The aggregation {aggregation} does not belong to the hit policy {policy}.")
        fix = N_("Choose COLLECT with SUM, MIN, MAX or COUNT, or remove the aggregation.")
        yield context.finding("K605", table.place, message, fix, aggregation=aggregation, policy=policy)


def _columns(context: Context, table: Table) -> Iterator[Finding]:
    asked = context.asked.get(table.decision_id)
    extra = asked.names if asked else frozenset()
    for column in table.inputs:
        source = input_expression(column)
        if not source:
            message = N_("An input column has no expression.")
            fix = N_("Enter the field of the case the column looks at, like problem.quantity.")
            yield context.finding("K607", table.at(column), message, fix)
        else:
            yield from check_expression(context, Site(source, table.at(column), extra))
    if table.outputs == []:
        message, fix = N_("The table has no output column."), N_("Add an output column for the result.")
        yield context.finding("K601", table.place, message, fix)
    seen: set[str] = set()
    for column in table.outputs:
        name = (column.get("name") or column.get("label") or "").strip()
        if not name:
            message = N_("An output column has no name, so its value goes nowhere.")
            fix = N_("Enter the field of the case the value is written to, like grading.level.")
            yield context.finding("K611", table.at(column), message, fix)
        elif name in seen:
            message = N_("Two output columns write to {name}.")
            fix = N_("Keep one of the two, or write to another field.")
            yield context.finding("K609", table.at(column), message, fix, name=name)
        elif asked is None:
            yield from check_target(context, name, table.at(column))
        seen.add(name)
    if asked is not None:
        yield from _answers(context, table, asked, seen)


def _answers(context: Context, table: Table, asked: Asked, outputs: set[str]) -> Iterator[Finding]:
    """Columns of a decision the server asks: it reads all of its own, and no others."""
    for name in sorted(asked.outputs ^ (outputs - {""})):
        message = N_("The server asks {id} for {known}; the output {name} is missing or not one of them.")
        fix = N_("Name the output columns exactly so.")
        known = ", ".join(sorted(asked.outputs))
        yield context.finding("K306", table.place, message, fix, id=table.decision_id, known=known, name=name)


def _rules(context: Context, table: Table) -> Iterator[Finding]:
    for number, rule in enumerate(table.rules, start=1):
        inputs, outputs = table.cells(rule, "inputEntry"), table.cells(rule, "outputEntry")
        if len(inputs) != len(table.inputs) or len(outputs) != len(table.outputs):
            message = N_("Rule {number} has {inputs} input and {outputs} output cells for {columns} columns.")
            fix = N_("Give the rule one cell for every column.")
            columns = f"{len(table.inputs)} + {len(table.outputs)}"
            place = table.at(rule)
            yield context.finding(
                "K606", place, message, fix, number=number, inputs=len(inputs), outputs=len(outputs), columns=columns
            )
            continue
        for cell, column in zip(inputs, table.inputs, strict=True):
            source = input_expression(column)
            if source and _readable(source):
                asked = context.asked.get(table.decision_id)
                kind = input_kind(context, source, asked)
                yield from check_input_cell(context, cell, number, source, kind)
        for cell in outputs:
            if cell.text:
                yield from check_output_cell(context, cell, number)


def _readable(source: str) -> bool:
    try:
        language.read(source)
    except ExpressionError:
        return False
    return True
