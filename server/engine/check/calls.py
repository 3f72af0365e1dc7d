"""What functions and methods of the expression language take and give (K323)."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.engine.check import kinds
from server.engine.check.kinds import UNKNOWN, Kind, type_of
from server.engine.null_rules import TEXT_METHODS
from server.i18n import N_

if TYPE_CHECKING:
    from server.engine.check.kind_reader import KindReader

_LISTS = frozenset({"list"})
_NUMBERS = frozenset({"number"})
_TEXTS = frozenset({"text"})


@dataclass(frozen=True)
class Signature:
    """takes: types of each argument in turn, the last one for all further; least, most: how many."""

    takes: tuple[frozenset[str], ...]
    gives: Kind
    least: int = 1
    most: int | None = 1


SIGNATURES = {
    "working_hours": Signature((_NUMBERS,), {**kinds.MOMENT, "filled": True}),
    "working_days": Signature((_NUMBERS,), {**kinds.MOMENT, "filled": True}),
    "today": Signature((), {**kinds.DAY, "filled": True}, 0, 0),
    "days_between": Signature((_TEXTS,), kinds.WHOLE, 2, 2),
    "len": Signature((_LISTS | _TEXTS | {"object"},), kinds.COUNT),
    "abs": Signature((_NUMBERS,), kinds.NUMBER),
    "round": Signature((_NUMBERS,), kinds.NUMBER, 1, 2),
    "int": Signature((_NUMBERS | _TEXTS | {"truth"},), kinds.WHOLE),
    "float": Signature((_NUMBERS | _TEXTS | {"truth"},), kinds.NUMBER),
    "str": Signature((_NUMBERS | _TEXTS | _LISTS | {"truth", "object"},), kinds.TEXT),
    "sum": Signature((_LISTS,), {**kinds.NUMBER, "filled": True}),
    "any": Signature((_LISTS,), kinds.TRUTH),
    "all": Signature((_LISTS,), kinds.TRUTH),
}


def call(reader: "KindReader", node: ast.Call) -> Kind:
    """The kind a call gives."""
    if isinstance(node.func, ast.Attribute):
        return _method(reader, node, node.func)
    found = [reader.kind(argument) for argument in node.args]
    for keyword in node.keywords:
        reader.kind(keyword.value)
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in ("min", "max"):
        return _extreme(found)
    signature = SIGNATURES.get(name)
    if signature is None:
        return UNKNOWN
    _arguments(reader, node, name, signature, found)
    return signature.gives


def _extreme(found: list[Kind]) -> Kind:
    """min and max give one of their arguments, or one entry of a list."""
    if len(found) == 1:
        return {**kinds.rows(found[0]), "filled": False}
    kind = {**kinds.merged([{key: value for key, value in each.items() if key != "const"} for each in found])}
    kind.pop("minimum", None)
    kind.pop("maximum", None)
    return kind


def _arguments(reader: "KindReader", node: ast.Call, name: str, signature: Signature, found: list[Kind]) -> None:
    given = len(found) + len(node.keywords)
    if given < signature.least or (signature.most is not None and given > signature.most):
        message = N_("{name}() is given {given} values and needs {least}.")
        fix = N_("Give it as many values as it needs.")
        reader.tell("K323", message, fix, name=name, given=given, least=signature.least)
        return
    for position, (argument, kind) in enumerate(zip(node.args, found, strict=True)):
        takes = signature.takes[min(position, len(signature.takes) - 1)]
        if type_of(kind) is not None and type_of(kind) not in takes:
            message = N_("{name}() is given {value}, which is of a type it cannot take.")
            fix = _FIXES.get(name, N_("Give it a value of the type it works on."))
            reader.tell("K323", message, fix, name=name, value=reader.text(argument))
            return


_FIXES = {
    "working_hours": N_("Give a number without quotes: working_hours(8)."),
    "working_days": N_("Give a number without quotes: working_days(3)."),
    "days_between": N_("Give two dates of the case."),
    "sum": N_("Give a list: sum([row.quantity for row in rows])."),
}


def _method(reader: "KindReader", node: ast.Call, function: ast.Attribute) -> Kind:
    holder = reader.kind(function.value)
    for argument in node.args:
        reader.kind(argument)
    kind, name = type_of(holder), function.attr
    belongs = "text" if name in TEXT_METHODS else "object"
    if kind is not None and kind != belongs:
        message = N_("{name}() cannot be asked of {value}: it is of another type.")
        fix = N_("Ask it of a text.") if belongs == "text" else N_("Name the part directly, like grading.level.")
        reader.tell("K323", message, fix, name=name, value=reader.text(function.value))
        return UNKNOWN
    first = node.args[0] if node.args else None
    if name == "get" and kind == "object" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return reader.field(function.value, holder, first.value)
    if name in ("lower", "upper", "strip"):
        return kinds.TEXT
    if name in ("startswith", "endswith"):
        return {"type": "boolean"}
    return {"type": "array"} if name in ("split", "keys", "values", "items") else UNKNOWN
