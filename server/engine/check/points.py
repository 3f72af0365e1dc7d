"""Values that stand for all others: where a test over a field can change its answer, one for each stretch."""

import ast
import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from server.engine.check import kinds
from server.engine.check.kinds import Kind
from server.engine.errors import ExpressionError
from server.engine.expressions import Evaluator

OTHER = "…"
"""Stands for any text that no test names."""
MAX_POINTS = 1200
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}


def path_of(node: ast.expr) -> str | None:
    """The dotted path of a plain field, like `grading.level`."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id in _CONSTANTS:
        return None
    return ".".join([node.id, *reversed(names)])


def paths(tree: ast.AST) -> frozenset[str]:
    """Every field an expression reads, each by its whole path."""
    whole = path_of(tree) if isinstance(tree, ast.expr) else None
    if whole is not None:
        return frozenset({whole})
    called = tree.func if isinstance(tree, ast.Call) else None
    children = [child for child in ast.iter_child_nodes(tree) if child is not called]
    if isinstance(called, ast.Attribute):
        children.append(called.value)
    return frozenset().union(*(paths(child) for child in children))


def constants(tree: ast.expr) -> dict[str, set[Any]] | None:
    """The values each field is compared with; None when the expression is more than such comparisons."""
    found: dict[str, set[Any]] = {}
    return found if _collect(tree, found) else None


def _collect(node: ast.expr, found: dict[str, set[Any]]) -> bool:
    if isinstance(node, ast.BoolOp):
        return all(_collect(value, found) for value in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _collect(node.operand, found)
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return all(_pair(*pair, found) for pair in zip(sides, node.ops, sides[1:], strict=False))
    path = path_of(node)
    if path is not None:
        found.setdefault(path, set()).update({"", 0})
        return True
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in _CONSTANTS)


def _pair(left: ast.expr, operator: ast.cmpop, right: ast.expr, found: dict[str, set[Any]]) -> bool:
    values = [_values(left), _values(right)]
    paths = [path_of(left), path_of(right)]
    if isinstance(operator, ast.In | ast.NotIn) and not isinstance(right, ast.List | ast.Tuple):
        return False
    for path, value in ((paths[0], values[1]), (paths[1], values[0])):
        if path is not None and value is not None:
            found.setdefault(path, set()).update(value)
            return True
    return values[0] is not None and values[1] is not None


def _values(node: ast.expr) -> list[Any] | None:
    """The value of a constant, the values of a list of constants; None for anything else."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.Name) and node.id in _CONSTANTS:
        return [_CONSTANTS[node.id]]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _values(node.operand)
        return None if inner is None or not all(_is_number(each) for each in inner) else [-each for each in inner]
    if isinstance(node, ast.List | ast.Tuple):
        listed = [_values(each) for each in node.elts]
        return None if None in listed else [value for each in listed for value in each or ()]
    return None


def only_equal(tree: ast.expr, name: str) -> list[Any] | None:
    """The values a test asks for when it is nothing but `name == value or …`."""
    found: list[Any] = []
    for side in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or) else [tree]:
        if not isinstance(side, ast.Compare) or len(side.ops) != 1 or not isinstance(side.ops[0], ast.Eq):
            return None
        values = _values(side.comparators[0])
        if path_of(side.left) != name or values is None or isinstance(side.comparators[0], ast.List | ast.Tuple):
            return None
        found += values
    return found


def ordered(tree: ast.expr) -> bool:
    """Whether an expression asks for more or less somewhere."""
    asked = [each for node in ast.walk(tree) if isinstance(node, ast.Compare) for each in node.ops]
    return any(isinstance(each, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for each in asked)


def points(kind: Kind, compared: Iterable[Any], *, nullable: bool = True, order: bool = True) -> list[Any]:
    """Values that stand for every value of a field, those it is compared with first, null last.

    order: texts are asked for more or less, so that what stands between two of them counts.
    """
    given = [value for value in compared if value is not None]
    texts = sorted({value for value in given if isinstance(value, str)})
    numbers = sorted({value for value in given if _is_number(value)})
    known, named = kinds.choices(kind), kinds.type_of(kind)
    found: list[Any] = []
    if known is not None:
        found = sorted(known, key=lambda value: value not in texts)
    elif named == "truth" or (named is None and any(isinstance(value, bool) for value in given)):
        found = [True, False]
    if named in ("list", "object"):
        found = [[OTHER], []] if named == "list" else [{OTHER: OTHER}, {}]
    if known is None and (named == "number" or (named is None and numbers)):
        found += _numbers(kind, numbers)
    if known is None and (named == "text" or (named is None and (texts or not found))):
        found += [*texts, OTHER, *((*(text + " " for text in texts), "") if order else ())]
    unique = list({(type(value), repr(value)): value for value in found}.values())
    return [*unique, None] if nullable and not kind.get("filled") else unique


def _numbers(kind: Kind, compared: list[float]) -> list[float]:
    whole = kind.get("type") == "integer"
    low, high = kinds.limit(kind, "minimum"), kinds.limit(kind, "maximum")
    if whole:
        compared = sorted({near for value in compared for near in (int(value // 1), -int(-value // 1))})
    edges = [value for value in compared if (low is None or value >= low) and (high is None or value <= high)]
    ends = [each for each in (low, high) if each is not None and each not in edges]
    marks = sorted([*edges, *ends])
    between: list[float] = []
    for one, other in pairwise(marks):
        if not whole:
            between.append((one + other) / 2)
        elif other - one > 1:
            between.append(int(one) + 1)
    outside = [marks[0] - 1 if marks else 0] if low is None else []
    beyond = [marks[-1] + 1] if high is None and marks else []
    return [*edges, *between, *ends, *beyond, *outside]


def holds(evaluator: Evaluator, source: str, values: Mapping[str, Any]) -> bool:
    """Whether a test holds for values by dotted path; an error counts as no, as the engine stops there."""
    return bool(answer(evaluator, source, values))


def answer(evaluator: Evaluator, source: str, values: Mapping[str, Any]) -> bool | None:
    """What a test comes to for values by dotted path; None where it cannot be evaluated."""
    case: dict[str, Any] = {}
    for path, value in values.items():
        *holders, name = path.split(".")
        here = case
        for holder in holders:
            here = here.setdefault(holder, {})
        here[name] = value
    try:
        return bool(evaluator.evaluate(source, case.__getitem__))
    except (ExpressionError, KeyError):
        return None


def shown(value: Any) -> str:
    """A value as it is written in an expression."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
