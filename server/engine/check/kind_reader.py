"""Walks an expression with the case schema in hand and tells what cannot work (K308, K309, K320 to K323)."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.engine.check import calls, comparisons, kinds
from server.engine.check.kinds import UNKNOWN, Kind, type_of
from server.engine.check.points import path_of
from server.i18n import N_

_CONSTANTS = frozenset({"true", "false", "null"})
MAX_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """A code, sentence and fix (msgids) with their values; `wrong` is looked for among `known` for a hint."""

    code: str
    message: str
    fix: str
    params: Mapping[str, Any]
    wrong: str = ""
    known: Iterable[str] = ()


@dataclass
class KindReader:
    """One expression. names: kinds of the names it may use; shown: how a name is written in a sentence.

    written: paths to which results go, whatever the case schema says.
    """

    source: str
    names: Kind
    shown: Mapping[str, str] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    bound: dict[str, Kind] = field(default_factory=dict)

    def kind(self, node: ast.expr) -> Kind:
        """The kind of an expression; what is wrong inside it is added to `problems`."""
        reader = _READERS.get(type(node))
        return reader(self, node) if reader else UNKNOWN

    def text(self, node: ast.expr) -> str:
        """An expression as its author wrote it."""
        written = (ast.get_source_segment(self.source, node) if self.source else None) or ast.unparse(node)
        for name, source in self.shown.items():
            written = written.replace(name, source)
        return written

    def tell(
        self, code: str, message: str, fix: str, wrong: str = "", known: Iterable[str] = (), **params: object
    ) -> None:
        """Note a problem; of very many the first ones are enough."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, message, fix, params, wrong, known))

    def field(self, node: ast.expr, holder: Kind, name: str) -> Kind:
        """The part `name` of a value."""
        kind = type_of(holder)
        if kind == "list":
            message = N_("{path} has no part {name}: it is a list.")
            fix = N_("Take one entry, or look at all of them: [row.{name} for row in {path}].")
            self.tell("K308", message, fix, path=self.text(node), name=name)
        elif kind not in (None, "object"):
            message = N_("{path} has no part {name}: it is a single value.")
            fix = N_("Use {path} itself, or another field of the case.")
            self.tell("K308", message, fix, path=self.text(node), name=name)
        else:
            found = kinds.part(holder, name)
            if found is not None or f"{path_of(node)}.{name}" in self.written:
                return found or UNKNOWN
            message = N_("{path}.{name} is used, but {path} has no part {name} in the case schema.")
            fix = N_("Use a part it has, or add it to the case schema.")
            self.tell("K308", message, fix, name, kinds.parts(holder), path=self.text(node), name=name)
        return UNKNOWN

    def _name(self, node: ast.Name) -> Kind:
        if node.id in self.bound:
            return self.bound[node.id]
        if node.id in _CONSTANTS:
            return kinds.constant({"true": True, "false": False, "null": None}[node.id])
        return kinds.part(self.names, node.id) or UNKNOWN

    def _attribute(self, node: ast.Attribute) -> Kind:
        return self.field(node.value, self.kind(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Kind:
        holder = self.kind(node.value)
        if isinstance(node.slice, ast.Slice):
            return {**holder, "filled": False} if type_of(holder) == "list" else kinds.TEXT
        self.kind(node.slice)
        if type_of(holder) == "object" and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return self.field(node.value, holder, node.slice.value)
        return kinds.rows(holder) if type_of(holder) == "list" else UNKNOWN

    def _operation(self, node: ast.BinOp) -> Kind:
        left, right = self.kind(node.left), self.kind(node.right)
        known = {type_of(left), type_of(right)} - {None}
        sure = None not in (type_of(left), type_of(right))
        if isinstance(node.op, ast.Add) and known in ({"text"}, {"list"}):
            return {"type": "string" if known == {"text"} else "array"} if sure else UNKNOWN
        self.needs_number((node.left, left), (node.right, right), whole=node)
        return kinds.NUMBER if sure or not isinstance(node.op, ast.Add) else UNKNOWN

    def needs_number(self, *sides: tuple[ast.expr, Kind], whole: ast.expr) -> None:
        """Only numbers can be computed with."""
        for side, kind in sides:
            if type_of(kind) not in (None, "number"):
                message = N_("{expression} computes with {field}, which is no number.")
                fix = N_("Compute with numbers only.")
                self.tell("K320", message, fix, expression=self.text(whole), field=self.text(side))
                return

    def _sign(self, node: ast.UnaryOp) -> Kind:
        inner = self.kind(node.operand)
        if isinstance(node.op, ast.Not):
            return kinds.TRUTH
        self.needs_number((node.operand, inner), whole=node)
        if isinstance(node.op, ast.USub) and isinstance(inner.get("const"), int | float):
            return kinds.constant(-inner["const"])
        return kinds.NUMBER

    def _choice(self, node: ast.BoolOp) -> Kind:
        return kinds.merged([self.kind(value) for value in node.values])

    def _condition(self, node: ast.IfExp) -> Kind:
        self.kind(node.test)
        return kinds.merged([self.kind(node.body), self.kind(node.orelse)])

    def _comparison(self, node: ast.Compare) -> Kind:
        sides = [(each, self.kind(each)) for each in (node.left, *node.comparators)]
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            comparisons.compare(self, node, operator, left, right)
        return kinds.TRUTH

    def _list(self, node: ast.List | ast.Tuple) -> Kind:
        return {"type": "array", "items": kinds.merged([self.kind(item) for item in node.elts]), "filled": True}

    def _dict(self, node: ast.Dict) -> Kind:
        for value in node.values:
            self.kind(value)
        return kinds.OBJECT

    def _for(self, node: ast.ListComp | ast.GeneratorExp) -> Kind:
        generator = node.generators[0]
        source = self.kind(generator.iter)
        if type_of(source) not in (None, "list", "object"):
            message = N_("{expression} goes through {field}, which is no list.")
            fix = N_("Go through a list of the case.")
            self.tell("K320", message, fix, expression=self.text(node), field=self.text(generator.iter))
            source = UNKNOWN
        name = generator.target.id if isinstance(generator.target, ast.Name) else ""
        self.bound[name] = kinds.rows(source) if type_of(source) == "list" else UNKNOWN
        for condition in generator.ifs:
            self.kind(condition)
        entry = self.kind(node.elt)
        self.bound.pop(name, None)
        return {"type": "array", "items": entry, "filled": True}

    def _call(self, node: ast.Call) -> Kind:
        return calls.call(self, node)


_READERS: dict[type[ast.AST], Callable[[KindReader, Any], Kind]] = {
    ast.Constant: lambda reader, node: kinds.constant(node.value),
    ast.Name: KindReader._name,
    ast.Attribute: KindReader._attribute,
    ast.Subscript: KindReader._subscript,
    ast.BinOp: KindReader._operation,
    ast.UnaryOp: KindReader._sign,
    ast.BoolOp: KindReader._choice,
    ast.IfExp: KindReader._condition,
    ast.Compare: KindReader._comparison,
    ast.List: KindReader._list,
    ast.Tuple: KindReader._list,
    ast.Dict: KindReader._dict,
    ast.ListComp: KindReader._for,
    ast.GeneratorExp: KindReader._for,
    ast.Call: KindReader._call,
}
