"""What an expression may consist of: a small, side-effect free part of Python, read once and kept.

Left out on purpose: powers and shifts (exhaust time), formatting and f-strings (exhaust memory, reach attributes),
lambda, walrus, starred arguments, more than one comprehension, attribute names that begin with an underscore.
"""

import ast
from functools import lru_cache

from server.engine.errors import ExpressionError
from server.i18n import N_

MAX_SOURCE = 2000  # characters
MAX_NUMBER = 10**18
METHODS = frozenset({"get", "keys", "values", "items", "lower", "upper", "strip", "startswith", "endswith", "split"})
CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}

_NODES: tuple[type[ast.AST], ...] = (
    ast.Expression, ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.BinOp, ast.UnaryOp,
    ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword, ast.List, ast.Tuple, ast.Dict, ast.ListComp,
    ast.GeneratorExp, ast.comprehension, ast.Load, ast.Store, ast.And, ast.Or, ast.Not, ast.USub, ast.UAdd,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt,
    ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
)  # fmt: skip


@lru_cache(maxsize=8192)
def parse_expression(source: str) -> ast.expr:
    """The checked syntax tree of an expression. Raises ExpressionError with a sentence saying what is not allowed."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError(source, N_("the expression is longer than {limit} characters"), limit=MAX_SOURCE)
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        found = str(getattr(error, "msg", error))
        raise ExpressionError(source, N_("this is not an expression ({found})"), found=found) from error
    comprehensions = 0
    for node in ast.walk(tree):
        _check_node(source, node)
        comprehensions += isinstance(node, ast.comprehension)
    if comprehensions > 1:
        raise ExpressionError(source, N_("more than one 'for' is not allowed"))
    return tree.body


def expression_names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """(names read, functions called) of an expression, without true/false/null and its own loop variables."""
    tree = parse_expression(source)
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    functions = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions}
    return frozenset(read - bound - set(CONSTANTS)), frozenset(called)


def _check_node(source: str, node: ast.AST) -> None:
    if not isinstance(node, _NODES):
        raise ExpressionError(source, N_("{what} is not allowed"), what=type(node).__name__)
    if isinstance(node, ast.Constant):
        _check_constant(source, node.value)
    elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        raise ExpressionError(source, N_("the name {name} is not allowed"), name=node.attr)
    elif isinstance(node, ast.Name) and node.id.startswith("_"):
        raise ExpressionError(source, N_("the name {name} is not allowed"), name=node.id)
    elif isinstance(node, ast.Call):
        _check_call(source, node)
    elif isinstance(node, ast.comprehension) and (node.is_async or not isinstance(node.target, ast.Name)):
        raise ExpressionError(source, N_("only a single name may stand between 'for' and 'in'"))
    elif isinstance(node, ast.Dict) and None in node.keys:
        raise ExpressionError(source, N_("** is not allowed"))


def _check_constant(source: str, value: object) -> None:
    if not (value is None or isinstance(value, bool | int | float | str)):
        raise ExpressionError(source, N_("{what} is not allowed"), what=type(value).__name__)
    if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
        raise ExpressionError(source, N_("the number is too large"))


def _check_call(source: str, node: ast.Call) -> None:
    if isinstance(node.func, ast.Attribute):
        if node.func.attr not in METHODS:
            raise ExpressionError(source, N_("the method {name} is not allowed"), name=node.func.attr)
    elif not isinstance(node.func, ast.Name):
        raise ExpressionError(source, N_("only functions called by name are allowed"))
    if any(keyword.arg is None for keyword in node.keywords):
        raise ExpressionError(source, N_("** is not allowed"))
