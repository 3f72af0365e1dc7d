"""The cells of a decision table, read as the engine reads them (K603, K604, K612)."""

import ast
import re
from collections.abc import Iterator

from server.engine.check import language
from server.engine.check.context import Context
from server.engine.check.expressions import Site, check_names, unreadable
from server.engine.check.finding import Finding
from server.engine.check.kinds import Kind
from server.engine.check.tables_model import Cell
from server.engine.errors import ExpressionError
from server.engine.unary_tests import INPUT, unary_test
from server.i18n import N_

_BARE_RANGE = re.compile(r"-?[\w.]{1,40}?\s{0,5}\.\.\s{0,5}-?[\w.]{1,40}")
_HYPHEN_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s{0,5}[-–—~～至到]\s{0,5}(\d+(?:\.\d+)?)")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3}){1,5}(?![\d,])")
_WORD = re.compile(r"[^\W\d][\w .-]{0,80}")
_CONSTANTS = frozenset({"true", "false", "null", "True", "False", "None"})


def check_input_cell(context: Context, cell: Cell, number: int, source: str, kind: Kind) -> Iterator[Finding]:
    """Findings about an input cell of rule `number` in the column that looks at `source`."""
    if len(cell.text) > language.MAX_LENGTH:
        error = ExpressionError(cell.text, N_("a cell has at most {limit} characters"), limit=language.MAX_LENGTH)
        yield unreadable(context, Site(cell.text, cell.place), error)
        return
    hyphen = _HYPHEN_RANGE.fullmatch(cell.text)
    if hyphen:
        message = N_("Rule {number}: {cell} is no range; a hyphen subtracts.")
        fix = N_("Write it in brackets: [{low}..{high}].")
        low, high = hyphen.groups()
        yield context.finding("K603", cell.place, message, fix, cell=cell.text, number=number, low=low, high=high)
        return
    if _BARE_RANGE.fullmatch(cell.text):
        message = N_("Rule {number}: the range {cell} does not say whether its ends belong to it.")
        fix = N_("Write it in brackets: [{cell}].")
        yield context.finding("K603", cell.place, message, fix, cell=cell.text, number=number)
        return
    if _bare_word(context, cell.text):
        yield _word(context, cell, cell.text, number)
        return
    yield from _thousands(context, cell, number)
    test = unary_test(cell.text)
    if test is None:
        return
    try:
        tree = language.read(test)
    except ExpressionError as error:
        yield unreadable(context, Site(cell.text, cell.place), error)
        return
    if _bare_choice(tree):
        message = N_("Rule {number}: a part of {cell} compares nothing.")
        fix = N_("Put a comma between values; write combined conditions with a question mark: ? > 1 and ? < 5.")
        yield context.finding("K612", cell.place, message, fix, cell=cell.text, number=number)
    site = Site(test, cell.place, frozenset({INPUT}), kinds={INPUT: kind}, shown={INPUT: source}, text=cell.text)
    yield from check_names(context, site)


def _thousands(context: Context, cell: Cell, number: int) -> Iterator[Finding]:
    """A number written like 10,000, which is two values; 100,200 may be meant as two."""
    if '"' in cell.text:
        return
    for found in _THOUSANDS.findall(cell.text):
        alone = cell.text.strip() == found
        if not alone or any(part.startswith("0") for part in found.split(",")[1:]):
            message = N_("Rule {number}: {found} is several values, for a comma stands between them.")
            fix = N_("Write the number without commas: {plain}.")
            plain = found.replace(",", "")
            yield context.finding("K612", cell.place, message, fix, number=number, found=found, plain=plain)
            return


def _bare_choice(tree: ast.expr) -> bool:
    """`"a" or "b"`, `? == "a" or "b"`: one side of the choice is a bare value."""
    return any(
        isinstance(node, ast.BoolOp)
        and any(language.outcome(side) in {"text", "number", "list"} for side in node.values)
        for node in ast.walk(tree)
    )


def check_output_cell(context: Context, cell: Cell, number: int) -> Iterator[Finding]:
    """Findings about a filled output cell of rule `number`."""
    yield from _thousands(context, cell, number)
    if _bare_word(context, cell.text):
        yield _word(context, cell, cell.text, number)
        return
    try:
        language.read(cell.text)
    except ExpressionError as error:
        if _WORD.fullmatch(cell.text):
            yield _word(context, cell, cell.text, number)
        else:
            yield unreadable(context, Site(cell.text, cell.place), error)
        return
    yield from check_names(context, Site(cell.text, cell.place))


def _bare_word(context: Context, cell: str) -> bool:
    """Whether a bare name is meant as a text: certainly when no such field is there, probably when nobody knows."""
    if not cell.isidentifier() or cell in _CONSTANTS:
        return False
    return context.known_names is None or cell not in context.known_names


def _word(context: Context, cell: Cell, word: str, number: int) -> Finding:
    message = N_("Rule {number}: {word} stands without quotes and is taken for a field of the case.")
    return context.finding("K604", cell.place, message, N_('Write "{word}" in quotes.'), word=word, number=number)
