"""What the rules of a table give, against the field it is written to and against each other (K618 to K620)."""

import ast
from collections.abc import Iterator

from server.engine.check import kinds, language
from server.engine.check.case_kinds import reader
from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.kinds import UNKNOWN, Kind, type_of
from server.engine.check.tables_model import Cell, Table
from server.engine.errors import ExpressionError
from server.i18n import N_


def check_table_results(context: Context) -> Iterator[Finding]:
    """Every output column of every table."""
    for table in context.tables:
        rows = [table.cells(rule, "outputEntry") for rule in table.rules]
        if table.table is None or any(len(row) != len(table.outputs) for row in rows):
            continue
        for place, column in enumerate(table.outputs):
            name = (column.get("name") or column.get("label") or "").strip()
            yield from _column(context, table, place, name, [row[place] for row in rows])


def _column(context: Context, table: Table, place: int, name: str, cells: list[Cell]) -> Iterator[Finding]:
    target = _target(context, table, name)
    types: dict[str, int] = {}
    for number, cell in enumerate(cells, start=1):
        for result, kind in _results(context, table, cell):
            yield from _fits(context, cell, number, name, target, result, kind)
            named = type_of(kind)
            if named is not None:
                types.setdefault(named, number)
    if len(types) > 1:
        message = N_("{name} is of one type in rule {first} and of another in rule {second}.")
        fix = N_("Give values of one type: all in quotes, or none.")
        first, second = sorted(types.values())[:2]
        where = table.at(table.outputs[place])
        yield context.finding("K619", where, message, fix, name=name, first=first, second=second)


def _target(context: Context, table: Table, name: str) -> Kind:
    """The kind of one value of the field an output goes to; a collecting table gives a list of them, or a number."""
    asked = context.asked.get(table.decision_id)
    if asked is not None:
        return asked.results.get(name, UNKNOWN)
    found = kinds.at_path(context.case_schema, name)[0] or UNKNOWN
    assert table.table is not None
    if table.table.get("hitPolicy", "").upper() in ("COLLECT", "RULE ORDER"):
        return kinds.rows(found) if type_of(found) == "list" else UNKNOWN
    return found


def _results(context: Context, table: Table, cell: Cell) -> Iterator[tuple[ast.expr, Kind]]:
    asked = context.asked.get(table.decision_id)
    try:
        tree = language.read(cell.text) if cell.text else None
    except ExpressionError:
        return  # told by the rule for cells
    for result in language.results(tree) if tree is not None else ():
        yield result, reader(context, cell.text, asked.kinds if asked else {}).kind(result)


def _fits(
    context: Context, cell: Cell, number: int, name: str, target: Kind, result: ast.expr, kind: Kind
) -> Iterator[Finding]:
    value, known = kind.get("const"), kinds.choices(target)
    shown = ast.get_source_segment(cell.text, result) or cell.text
    if type_of(kind) is not None and type_of(target) is not None and type_of(kind) != type_of(target):
        message = N_("Rule {number} gives {value}, which does not fit the type of {name}.")
        fix = N_("Give what the field holds: texts stand in quotes, numbers do not.")
        yield context.finding("K620", cell.place, message, fix, number=number, value=shown, name=name)
    elif known is not None and value is not None and value not in known:
        near = context.hint(str(value), [str(each) for each in known])
        message = N_("Rule {number} gives {value}, which is none of the choices of {name}: {choices}.")
        fix = N_("Did you mean {near}?") if near else N_("Give one of its choices, or add it to the case schema.")
        choices = ", ".join(str(each) for each in known[:12])
        yield context.finding(
            "K618", cell.place, message, fix, number=number, value=shown, name=name, choices=choices, near=near
        )
    elif isinstance(value, int | float) and not isinstance(value, bool) and not _within(target, value):
        message = N_("Rule {number} gives {value}, which lies outside the limits of {name}.")
        fix = N_("Give a value within its limits, or widen them in the case schema.")
        yield context.finding("K620", cell.place, message, fix, number=number, value=shown, name=name)


def _within(target: Kind, value: float) -> bool:
    low, high = kinds.limit(target, "minimum"), kinds.limit(target, "maximum")
    above, below = kinds.limit(target, "exclusiveMinimum"), kinds.limit(target, "exclusiveMaximum")
    if target.get("type") == "integer" and value != int(value):
        return False
    return not (
        (low is not None and value < low)
        or (high is not None and value > high)
        or (above is not None and value <= above)
        or (below is not None and value >= below)
    )
