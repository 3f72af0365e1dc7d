"""Operators and functions of expressions with the rules for null.

A field that is not filled reads as null; an ordering with null is false, arithmetic with null gives null,
and neither is an error. Equality with null is as usual. Numbers and texts stay bounded.
"""

import ast
import operator
from collections.abc import Callable
from typing import Any

from server.engine.expression_syntax import MAX_NUMBER

MAX_LENGTH = 100_000  # characters of a text, entries of a list


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is needed")
    return value


def _bounded(value: Any) -> Any:
    if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
        raise ValueError("the number is too large")
    if isinstance(value, str | list | tuple) and len(value) > MAX_LENGTH:
        raise ValueError("the text or list is too long")
    return value


def _arithmetic(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        return _bounded(function(_number(left), _number(right)))

    return apply


def _add(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    for kind in (str, list):
        if isinstance(left, kind) and isinstance(right, kind):
            return _bounded(left + right)  # type: ignore[operator]
    return _bounded(_number(left) + _number(right))


def _ordering(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def apply(left: Any, right: Any) -> bool:
        return left is not None and right is not None and function(left, right)

    return apply


def _sign(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else function(_number(value))


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _add,
    ast.Sub: _arithmetic(operator.sub),
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: _ordering(operator.lt),
    ast.LtE: _ordering(operator.le),
    ast.Gt: _ordering(operator.gt),
    ast.GtE: _ordering(operator.ge),
    ast.In: lambda item, holder: holder is not None and item in holder,
    ast.NotIn: lambda item, holder: holder is None or item not in holder,
    ast.Is: lambda left, right: left is right,
    ast.IsNot: lambda left, right: left is not right,
    ast.Not: operator.not_,
    ast.USub: _sign(operator.neg),
    ast.UAdd: _sign(operator.pos),
}


def _of_value(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value, *rest: None if value is None else _bounded(function(value, *rest))


def _of_known(function: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    """min and max: nulls are left out; of nothing the answer is null."""

    def apply(*values: Any) -> Any:
        given = list(values[0] or ()) if len(values) == 1 else list(values)
        known = [value for value in given if value is not None]
        return function(known) if known else None

    return apply


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": lambda value: 0 if value is None else len(value),
    "min": _of_known(min),
    "max": _of_known(max),
    "sum": lambda values: _bounded(sum(_number(value) for value in values or () if value is not None)),
    "abs": _of_value(abs),
    "round": _of_value(round),
    "int": _of_value(int),
    "float": _of_value(float),
    "str": _of_value(str),
    "bool": bool,
    "any": lambda values: any(values or ()),
    "all": lambda values: all(values or ()),
}

TEXT_METHODS: dict[str, Callable[..., Any]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "split": str.split,
}
OBJECT_METHODS: dict[str, Callable[..., Any]] = {
    "get": dict.get,
    "keys": list,
    "values": lambda value: list(value.values()),
    "items": lambda value: [list(pair) for pair in value.items()],
}
