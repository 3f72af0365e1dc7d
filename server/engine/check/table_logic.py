"""The rules of a table against each other: gaps, contradictions, what is never chosen (K613 to K617, K621)."""

import ast
from collections.abc import Iterator
from functools import reduce
from operator import or_

from lxml import etree

from server.engine.check import kinds, language, points
from server.engine.check.case_kinds import input_kind, problems_of_cell
from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.grid import Axis, Grid, TooLarge, axis, same_source
from server.engine.check.kinds import UNKNOWN, Kind
from server.engine.check.tables_model import Cell, Table, input_expression, input_values, type_ref
from server.engine.errors import ExpressionError
from server.engine.unary_tests import INPUT, unary_test
from server.i18n import N_

MAX_RULES = 500
MAX_SHOWN = 20
SINGLE = frozenset({"UNIQUE", "ANY", "FIRST"})


def check_table_logic(context: Context) -> Iterator[Finding]:
    """Every table whose columns and cells can be read."""
    for table in context.tables:
        if table.table is None or not table.rules or not table.inputs:
            continue
        try:
            found = _Logic(context, table)
        except ExpressionError:
            continue  # the cell has been told
        except TooLarge:
            yield _too_large(context, table)
            continue
        if found.readable:
            yield from found.findings()


def _too_large(context: Context, table: Table) -> Finding:
    message = N_("The table {id} is too large to be looked at completely.")
    fix = N_("Split it into several decisions, asked one after the other.")
    return context.finding("K621", table.place, message, fix, id=table.decision_id)


class _Logic:
    """One table, its cells as tests and as boxes."""

    def __init__(self, context: Context, table: Table) -> None:
        assert table.table is not None
        self.context, self.table = context, table
        self.dead: set[int] = set()
        self.policy = table.table.get("hitPolicy", "UNIQUE").upper()
        self.cells = [table.cells(rule, "inputEntry") for rule in table.rules]
        self.results = [table.cells(rule, "outputEntry") for rule in table.rules]
        self.sources = [input_expression(column) for column in table.inputs]
        shapes = {(len(cells), len(results)) for cells, results in zip(self.cells, self.results, strict=True)}
        self.readable = shapes == {(len(table.inputs), len(table.outputs))} and all(self.sources)
        if self.readable:
            if len(table.rules) > MAX_RULES:
                raise TooLarge
            self.tests = [[unary_test(cell.text) for cell in cells] for cells in self.cells]
            self.kinds = [self._kind(*each) for each in zip(self.sources, table.inputs, strict=True)]
            self.axes = self._axes()
            self.grid = Grid(list(self.axes.values()), len(table.rules))
            self.surely = [each.surely for each in self.grid.axes]
            self.perhaps = [each.perhaps for each in self.grid.axes]

    def _kind(self, source: str, column: etree._Element) -> Kind:
        asked = self.context.asked.get(self.table.decision_id)
        if asked is not None and asked.steps == source.strip():
            return {"enum": [*sorted(self.context.steps()), points.OTHER], "filled": True}
        kind = input_kind(self.context, source, asked)
        return kind if kinds.type_of(kind) is not None else written_kind(column)

    def _axes(self) -> dict[str, Axis]:
        columns: dict[str, list[int]] = {}
        for place, source in enumerate(self.sources):
            columns.setdefault(same_source(source), []).append(place)
        return {
            source: axis(
                self.sources[places[0]],
                self.kinds[places[0]],
                [[tests[place] for tests in self.tests] for place in places],
                nullable=not self.kinds[places[0]].get("filled"),
            )
            for source, places in columns.items()
        }

    def findings(self) -> Iterator[Finding]:
        yield from self._never()
        try:
            if self.policy in SINGLE and not self._mixed():
                yield from self._gaps()
            if self.policy == "FIRST":
                yield from self._unreachable()
            elif self.policy in SINGLE and not self._mixed():
                yield from self._contradictions()
        except TooLarge:
            yield _too_large(self.context, self.table)

    def _never(self) -> Iterator[Finding]:
        """Cells that hold for no value."""
        for place, source in enumerate(self.sources):
            column = [tests[place] for tests in self.tests]
            alone = axis(source, self.kinds[place], [column], nullable=not self.kinds[place].get("filled"))
            for rule, taken in enumerate(alone.perhaps):
                if taken:
                    continue
                self.dead.add(rule)
                cell = self.cells[rule][place]
                if not self._told(cell, source):
                    message = N_("Rule {number}: {cell} is never true for {input}.")
                    fix = N_("Correct the cell, or remove the rule.")
                    number = rule + 1
                    yield self.context.finding(
                        "K617", cell.place, message, fix, number=number, cell=cell.text, input=source
                    )

    def _told(self, cell: Cell, source: str) -> bool:
        """Whether another rule has said what is wrong with the cell."""
        asked = self.context.asked.get(self.table.decision_id)
        if asked is not None and asked.steps == source.strip():
            return True  # a step that is not there is told by its own rule
        return bool(problems_of_cell(self.context, cell.text, source, input_kind(self.context, source, asked)))

    def _mixed(self) -> bool:
        """Whether two columns look at the same field in different ways, so that not all of their values meet."""
        paths = [points.paths(language.read(source)) for source in self.axes]
        return any(
            one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
            for place, mine in enumerate(paths)
            for theirs in paths[place + 1 :]
            for one in mine
            for other in theirs
        )

    def _gaps(self) -> Iterator[Finding]:
        place, number = self.table.place, self.table.decision_id
        point = self.grid.open(self.perhaps, self._points(null=False))
        if point is not None:
            example = self.grid.example(point, self.grid.needed(point, self.perhaps))
            message = N_("{id} has no rule for {example}: the result would be null.")
            fix = N_("Add a rule for it, or a last rule with empty cells under FIRST.")
            yield self.context.finding("K613", place, message, fix, id=number, example=example)
            return
        point = self.grid.open(self.perhaps, self._points(null=True))
        if point is not None:
            kept = self.grid.needed(point, self.perhaps)
            message = N_("{id} has no rule for fields that are not filled ({example}): the result would be null.")
            fix = N_("Add a rule for null, unless no result is meant then.")
            example = self.grid.example(point, kept)
            yield self.context.finding("K614", place, message, fix, id=number, example=example)

    def _points(self, *, null: bool) -> list[int]:
        """What a gap is looked for in: with or without null; steps without any rule are told by a rule of their own."""
        asked = self.context.asked.get(self.table.decision_id)
        found = []
        for each in self.grid.axes:
            wanted = sum(1 << place for place, value in enumerate(each.values) if null or value is not None)
            if asked is not None and asked.steps == each.source.strip():
                wanted &= reduce(or_, each.perhaps) & ~(1 << each.values.index(points.OTHER))
            found.append(wanted or each.all)
        return found

    def _contradictions(self) -> Iterator[Finding]:
        shown = 0
        for later in range(self.grid.rules):
            for earlier in range(later):
                both = [column[earlier] & column[later] for column in self.surely]
                if not all(both) or (self.policy == "ANY" and self._may_agree(earlier, later)):
                    continue
                yield self._contradiction(earlier, later, both)
                shown += 1
                break
            if shown == MAX_SHOWN:
                return

    def _contradiction(self, earlier: int, later: int, both: list[int]) -> Finding:
        point = [(bits & -bits).bit_length() - 1 for bits in both]
        told = [
            place
            for place, each in enumerate(self.grid.axes)
            if not each.all == each.surely[earlier] == each.surely[later]
        ]
        message = N_("The rules {other} and {number} of {id} both hold for {example}, where only one may.")
        fix = N_("Make one of them narrower, or choose FIRST and order the rules by importance.")
        example = self.grid.example(point, told or range(len(point)))
        place = self.table.at(self.table.rules[later])
        return self.context.finding(
            "K615", place, message, fix, other=earlier + 1, number=later + 1, id=self.table.decision_id, example=example
        )

    def _may_agree(self, one: int, other: int) -> bool:
        """Whether two rules can give the same: cells that are both constants and differ cannot."""
        pairs = zip(self.results[one], self.results[other], strict=True)
        return all(_may_be_equal(left.text, right.text) for left, right in pairs)

    def _unreachable(self) -> Iterator[Finding]:
        for rule in range(1, self.grid.rules):
            wanted = [column[rule] for column in self.perhaps]
            if rule in self.dead or not all(wanted):
                continue
            number = rule + 1
            wider = next((each for each in range(rule) if self._takes(each, wanted)), None)
            place = self.table.at(self.table.rules[rule])
            fix = N_("Move it above the wider rule, make that one narrower, or remove it.")
            if wider is not None:
                message = N_("Rule {number} of {id} is never chosen: rule {other} takes all of its cases before.")
                yield self.context.finding(
                    "K616", place, message, fix, number=number, other=wider + 1, id=self.table.decision_id
                )
            elif self.grid.open(self.surely, wanted, rule) is None:
                message = N_("Rule {number} of {id} is never chosen: the rules before it take all of its cases.")
                yield self.context.finding("K616", place, message, fix, number=number, id=self.table.decision_id)

    def _takes(self, rule: int, wanted: list[int]) -> bool:
        return all(column[rule] & bits == bits for column, bits in zip(self.surely, wanted, strict=True))


def written_kind(column: etree._Element) -> Kind:
    """What the table itself says of an input column: its list of values, or that it is a whole number or a truth."""
    test = unary_test(input_values(column))
    try:
        listed = points.constants(language.read(test)) if test is not None else None
    except ExpressionError:
        listed = None
    if listed and set(listed) == {INPUT}:
        values = sorted((value for value in listed[INPUT] if isinstance(value, str)), key=str)
        if len(values) == len(listed[INPUT]):
            return {"enum": values}
    return {"integer": kinds.WHOLE, "long": kinds.WHOLE, "boolean": {"type": "boolean"}}.get(type_ref(column), UNKNOWN)


def _may_be_equal(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        trees = [language.read(text) if text else ast.Constant(None) for text in (one, other)]
    except ExpressionError:
        return True
    if not all(isinstance(tree, ast.Constant) for tree in trees):
        return True
    return kinds.constant(trees[0].value) == kinds.constant(trees[1].value)  # type: ignore[attr-defined]
