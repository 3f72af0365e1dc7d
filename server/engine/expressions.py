"""Evaluation of expressions on simpleeval, cut down: every name, attribute and call goes through the rules here."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from simpleeval import SimpleEval

from server.engine.errors import ExpressionError
from server.engine.expression_syntax import CONSTANTS, parse_expression
from server.engine.null_rules import FUNCTIONS, OBJECT_METHODS, OPERATORS, TEXT_METHODS
from server.i18n import N_

MAX_OPERATIONS = 50_000  # nodes visited in one evaluation, the only brake inside a single step


class Evaluator(SimpleEval):
    """Evaluates checked expressions for one loaded instance; not shared between threads."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(operators=dict(OPERATORS), functions={**FUNCTIONS, **functions}, names={})
        self.lookup: Callable[[str], Any] = lambda name: None
        self._bound: dict[str, Any] = {}
        self._left = 0
        self.nodes.update(
            {
                ast.List: self._eval_list,
                ast.Tuple: self._eval_list,
                ast.Dict: self._eval_dict,
                ast.ListComp: self._eval_for,
                ast.GeneratorExp: self._eval_for,
            }
        )

    def evaluate(self, source: str, lookup: Callable[[str], Any]) -> Any:
        """The value of an expression; lookup gives a name's value or raises NameError. Raises ExpressionError."""
        tree = parse_expression(source)
        self.lookup, self._bound, self._left, self.expr = lookup, {}, MAX_OPERATIONS, source
        try:
            return self._eval(tree)
        except ExpressionError:
            raise
        except NameError as error:
            raise ExpressionError(source, N_("the name {name} is not known"), name=str(error)) from error
        except Exception as error:  # a handed-in function may raise anything
            raise ExpressionError(source, "{error}", error=f"{type(error).__name__}: {error}") from error

    def _eval(self, node: ast.AST) -> Any:
        self._left -= 1
        if self._left < 0:
            raise ExpressionError(self.expr, N_("the expression takes too many steps"))
        return self.nodes[type(node)](node)

    def _eval_list(self, node: ast.List | ast.Tuple) -> list[Any]:
        return [self._eval(item) for item in node.elts]

    def _eval_dict(self, node: ast.Dict) -> dict[Any, Any]:
        pairs = zip(node.keys, node.values, strict=True)
        return {self._eval(key): self._eval(value) for key, value in pairs if key is not None}

    def _eval_name(self, node: ast.Name) -> Any:
        if node.id in self._bound:
            return self._bound[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        return self.lookup(node.id)

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        holder = self._eval(node.value)
        if holder is None:
            return None
        if isinstance(holder, dict):
            return holder.get(node.attr)
        raise TypeError(f"{node.attr} is asked of something that has no fields")

    def _eval_subscript(self, node: ast.Subscript) -> Any:
        holder, key = self._eval(node.value), self._eval(node.slice)
        if holder is None or key is None:
            return None
        if isinstance(holder, dict):
            return holder.get(key)
        if not isinstance(holder, list | str):
            raise TypeError("only lists, texts and objects have entries")
        try:
            return holder[key]
        except IndexError:
            return None

    def _eval_call(self, node: ast.Call) -> Any:
        arguments = [self._eval(argument) for argument in node.args]
        named = {str(keyword.arg): self._eval(keyword.value) for keyword in node.keywords}
        if isinstance(node.func, ast.Name):
            if node.func.id not in self.functions:
                raise NameError(f"{node.func.id}()")
            return self.functions[node.func.id](*arguments, **named)
        assert isinstance(node.func, ast.Attribute)  # the syntax check lets nothing else through
        holder = self._eval(node.func.value)
        if holder is None:
            return None
        methods = TEXT_METHODS if isinstance(holder, str) else OBJECT_METHODS if isinstance(holder, dict) else {}
        if node.func.attr not in methods:
            raise TypeError(f"{node.func.attr} cannot be called on a {type(holder).__name__}")
        return methods[node.func.attr](holder, *arguments, **named)

    def _eval_for(self, node: ast.ListComp | ast.GeneratorExp) -> list[Any]:
        generator = node.generators[0]
        rows = self._eval(generator.iter)
        if rows is not None and not isinstance(rows, list | dict):
            raise TypeError("'for' needs a list")
        name = generator.target.id  # type: ignore[attr-defined]
        result = []
        try:
            for row in rows or ():
                self._bound[name] = row
                if all(self._eval(condition) for condition in generator.ifs):
                    result.append(self._eval(node.elt))
        finally:
            self._bound.pop(name, None)
        return result
