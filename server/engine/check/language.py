"""The check's view of the expression language: is a text an expression, which names does it use, what comes out."""

import ast
import re
from functools import lru_cache
from typing import Literal

from server.engine.errors import ExpressionError
from server.engine.expression_syntax import MAX_SOURCE, expression_names, parse_expression
from server.engine.null_rules import FUNCTIONS as BUILT_IN
from server.i18n import N_

# Deeper trees are nobody's rule; the functions here and elsewhere walk them by recursion.
MAX_DEPTH = 60
MAX_LENGTH = MAX_SOURCE
READ = 4096
# Functions a case hands in beside those of the language.
WORKING_TIME = frozenset({"working_hours", "working_days"})
FUNCTIONS = frozenset(BUILT_IN) | WORKING_TIME | {"today", "days_between"}

Outcome = Literal["text", "number", "truth", "list", "nothing", "unknown"]


@lru_cache(maxsize=READ)
def read(source: str) -> ast.expr:
    """The syntax tree of an expression, which several rules look at and none changes; raises ExpressionError."""
    tree = parse_expression(source)
    if _deeper_than(tree, MAX_DEPTH):
        raise ExpressionError(source, N_("it is nested deeper than {limit} levels"), limit=MAX_DEPTH)
    return tree


def _deeper_than(tree: ast.AST, limit: int) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(limit):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return bool(level)


@lru_cache(maxsize=READ)
def names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """(fields and items, functions) an expression that can be read takes from outside."""
    return expression_names(source)


_NUMERIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)


def results(expression: ast.expr) -> list[ast.expr]:
    """What an expression can come to: both sides of `a if b else c`, and of `a or b`; else itself."""
    if isinstance(expression, ast.IfExp):
        return results(expression.body) + results(expression.orelse)
    if isinstance(expression, ast.BoolOp):
        return [found for value in expression.values for found in results(value)]
    return [expression]


def outcome(expression: ast.expr) -> Outcome:
    """What kind of value an expression gives, as far as its form alone tells."""
    match expression:
        case ast.Constant(value=None):
            return "nothing"
        case ast.Constant(value=bool()) | ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return "truth"
        case ast.Constant(value=str()) | ast.JoinedStr():
            return "text"
        case ast.Constant() | ast.UnaryOp():
            return "number"
        case ast.BinOp(op=ast.Add()):
            sides = {outcome(expression.left), outcome(expression.right)}
            return "text" if "text" in sides else "number" if "number" in sides else "unknown"
        case ast.BinOp(op=operator) if isinstance(operator, _NUMERIC):
            return "number"
        case ast.List() | ast.Tuple() | ast.Dict() | ast.Set() | ast.ListComp():
            return "list"
    return "unknown"


def called(expression: ast.expr) -> str | None:
    """The name of the function when the expression is a plain call."""
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
        return expression.func.id
    return None


def is_path(text: str) -> bool:
    """Whether a text is a dotted path into the case, like `root_cause.occurrence`."""
    return len(text) <= 200 and bool(_PATH.fullmatch(text))


_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
