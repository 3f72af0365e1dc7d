"""Comparisons against the case schema: other types, values that are no choice, limits that are never passed."""

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from server.engine.check import kinds
from server.engine.check.kinds import Kind, type_of
from server.i18n import N_

if TYPE_CHECKING:
    from server.engine.check.kind_reader import KindReader

Side = tuple[ast.expr, Kind]

_ORDER = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def compare(reader: "KindReader", node: ast.Compare, operator: ast.cmpop, left: Side, right: Side) -> None:
    """One comparison of two sides."""
    if isinstance(operator, ast.In | ast.NotIn):
        _member(reader, node, left, right, negated=isinstance(operator, ast.NotIn))
    elif type(operator) in _ORDER:
        _order(reader, node, _ORDER[type(operator)], left, right)
    else:
        _equal(reader, node, left, right, negated=isinstance(operator, ast.NotEq | ast.IsNot))


def _equal(reader: "KindReader", node: ast.expr, left: Side, right: Side, *, negated: bool) -> None:
    if _other_types(reader, left, right):
        return
    for (_, fixed), field in ((left, right), (right, left)):
        if "const" not in fixed or "const" in field[1]:
            continue
        if negated and fixed["const"] == "" and kinds.choices(field[1]) is not None:
            message = N_("{field} is never an empty text: what is not filled is null.")
            fix = N_("Compare with null.")
            reader.tell("K322", message, fix, field=reader.text(field[0]))
        elif not choice(reader, field, fixed["const"]) and not negated:
            _limits(reader, node, "==", field, fixed["const"])


def _other_types(reader: "KindReader", left: Side, right: Side) -> bool:
    """Whether two sides can never be equal; numbers and yes-or-no count as one, since true is 1."""
    types = [type_of(left[1]), type_of(right[1])]
    if None in types or types[0] == types[1] or set(types) == {"number", "truth"}:
        return False
    message = N_("{left} and {right} are never equal: their types differ.")
    fix = N_("Compare with a value as the case schema has it: texts stand in quotes, numbers do not.")
    reader.tell("K321", message, fix, left=reader.text(left[0]), right=reader.text(right[0]))
    return True


def choice(reader: "KindReader", field: Side, value: Any) -> bool:
    """Tell that a constant is none of the field's choices."""
    known = kinds.choices(field[1])
    if known is None or value in known:
        return False
    shown = ", ".join(str(each) for each in known[:12])
    message = N_("{field} is compared with “{value}”, which is none of its choices: {choices}.")
    fix = (
        N_("Compare with one of its choices.") if value != "" else N_("What is not filled is null: compare with null.")
    )
    near = [str(each) for each in known] if value != "" else []
    reader.tell("K309", message, fix, str(value), near, field=reader.text(field[0]), value=str(value), choices=shown)
    return True


def _order(reader: "KindReader", node: ast.Compare, operator: str, left: Side, right: Side) -> None:
    types = [type_of(left[1]), type_of(right[1])]
    if "object" in types or (None not in types and types[0] != types[1] and set(types) != {"number", "truth"}):
        message = N_("{left} and {right} cannot be put in order: a number only with a number, a text with a text.")
        fix = N_("Compare numbers with numbers, without quotes.")
        reader.tell("K320", message, fix, left=reader.text(left[0]), right=reader.text(right[0]))
        return
    if "const" in right[1]:
        _limits(reader, node, operator, left, right[1]["const"])
    elif "const" in left[1]:
        _limits(reader, node, _TURNED[operator], right, left[1]["const"])


def _limits(reader: "KindReader", node: ast.expr, operator: str, field: Side, value: Any) -> None:
    """Tell of a comparison that the field's smallest and largest value rule out."""
    if "const" in field[1] or not isinstance(value, int | float) or isinstance(value, bool):
        return
    low, high = kinds.limit(field[1], "minimum"), kinds.limit(field[1], "maximum")
    if _outside(operator, value, low, high):
        message = N_("{expression} is never true: {field} lies between {low} and {high}.")
        fix = N_("Compare with a value the field can have, or widen its limits in the case schema.")
        shown = {"low": "…" if low is None else f"{low:g}", "high": "…" if high is None else f"{high:g}"}
        reader.tell("K322", message, fix, expression=reader.text(node), field=reader.text(field[0]), **shown)


def _outside(operator: str, value: float, low: float | None, high: float | None) -> bool:
    match operator:
        case "<":
            return low is not None and value <= low
        case "<=":
            return low is not None and value < low
        case ">":
            return high is not None and value >= high
        case ">=":
            return high is not None and value > high
    return (low is not None and value < low) or (high is not None and value > high)


def _member(reader: "KindReader", node: ast.Compare, left: Side, right: Side, *, negated: bool) -> None:
    holder = type_of(right[1])
    if holder in ("number", "truth") or (holder == "text" and type_of(left[1]) not in (None, "text")):
        message = N_("{expression} looks for {left} in {right}, which cannot hold it.")
        fix = N_("Look in a list, or for a text in a text.")
        shown = {"left": reader.text(left[0]), "right": reader.text(right[0])}
        reader.tell("K320", message, fix, expression=reader.text(node), **shown)
        return
    if isinstance(right[0], ast.List | ast.Tuple):
        _one_of(reader, node, left, right[0].elts, negated=negated)
    elif holder == "list" and "const" in left[1]:
        entry: Side = (right[0], kinds.rows(right[1]))
        if not _other_types(reader, left, entry):
            choice(reader, entry, left[1]["const"])


def _one_of(reader: "KindReader", node: ast.expr, left: Side, listed: Iterable[ast.expr], *, negated: bool) -> None:
    values: list[Side] = [(each, reader.kind(each)) for each in listed]
    for value in values:
        if _other_types(reader, left, value):
            return
        if "const" in value[1] and "const" not in left[1]:
            choice(reader, left, value[1]["const"])
    numbers = [kind.get("const") for _, kind in values]
    low, high = kinds.limit(left[1], "minimum"), kinds.limit(left[1], "maximum")
    if numbers and not negated and all(isinstance(each, int | float) for each in numbers):
        outside = [each for each in numbers if _outside("==", each, low, high)]  # type: ignore[arg-type]
        if len(outside) == len(numbers):
            _limits(reader, node, "==", left, outside[0])
