"""Expressions against the case schema: what the rules ask of the reader of kinds, and the findings it becomes."""

import ast
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from server.engine.check import language, points
from server.engine.check.context import Asked, Context
from server.engine.check.finding import Finding
from server.engine.check.kind_reader import KindReader, Problem
from server.engine.check.kinds import UNKNOWN, Kind
from server.engine.errors import ExpressionError
from server.engine.expressions import Evaluator
from server.engine.unary_tests import INPUT, unary_test
from server.i18n import N_

if TYPE_CHECKING:
    from server.engine.check.expressions import Site

MAX_COMBINATIONS = 2_000
# Trials of all conditions of one check together.
MAX_TRIALS = 50_000


def reader(
    context: Context, source: str, more: Mapping[str, Kind], shown: Mapping[str, str] | None = None
) -> KindReader:
    """A reader of `source` that knows the case schema and `more` names, which stand before those of the case."""
    return KindReader(
        source.strip(), {"type": "object", "properties": {**context.fields, **more}}, shown or {}, context.written
    )


def input_kind(context: Context, source: str, asked: Asked | None = None) -> Kind:
    """The kind of an input column. Raises ExpressionError for one that cannot be read."""
    return reader(context, source, asked.kinds if asked else {}).kind(language.read(source))


def problems_of_cell(context: Context, text: str, source: str, kind: Kind) -> list[Problem]:
    """What cannot work in an input cell."""
    test = unary_test(text)
    if test is None:
        return []
    found = reader(context, test, {INPUT: kind}, {INPUT: source})
    found.kind(language.read(test))
    return found.problems


def check_kinds(context: Context, site: "Site") -> Iterator[Finding]:
    """Findings about an expression that can be read."""
    tree = language.read(site.source)
    more = {**dict.fromkeys(site.extra, UNKNOWN), **site.kinds}
    found = reader(context, site.source, more, site.shown)
    found.kind(tree)
    told = set()
    for problem in found.problems:
        finding = told_as(context, site, problem)
        key = (finding.code, finding.message, tuple(sorted(finding.params.items())))
        if key not in told:
            told.add(key)
            yield finding
    if site.condition and not found.problems:
        yield from _never_true(context, site, tree, found)


def told_as(context: Context, site: "Site", problem: Problem) -> Finding:
    """A problem as a finding, with the nearest known word as its fix where there is one."""
    near = context.hint(problem.wrong, tuple(problem.known)) if problem.wrong else ""
    fix = N_("Did you mean {near}?") if near else problem.fix
    return context.finding(problem.code, site.place, problem.message, fix, **problem.params, near=near)


def _never_true(context: Context, site: "Site", tree: ast.expr, found: KindReader) -> Iterator[Finding]:
    """A condition whose parts contradict each other, found by trying values that stand for all others."""
    compared = points.constants(tree)
    if not compared or any(path.startswith(f"{other}.") for path in compared for other in compared):
        return
    values = {}
    for path, given in compared.items():
        kind: Any = found.kind(_tree_of(path))
        values[path] = points.points(kind, sorted(given, key=repr))
    if prod(len(each) for each in values.values()) > MAX_COMBINATIONS or context.trials > MAX_TRIALS:
        return
    evaluator = Evaluator({})
    for combination in product(*values.values()):
        context.trials += 1
        if points.holds(evaluator, site.source, dict(zip(values, combination, strict=True))):
            return
    message = N_("The condition {expression} can never be true.")
    fix = N_("Look at what its parts ask at once; for one of several values write or.")
    yield context.finding("K304", site.place, message, fix, expression=site.source)


def _tree_of(path: str) -> ast.expr:
    try:
        return language.read(path)
    except ExpressionError:
        return ast.Constant(None)
