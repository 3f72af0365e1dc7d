"""What the conditions of gateways say of one another: which answers can go together while nothing changes the case.

Between two waits nobody writes the case, so a gateway that asks what another one has just asked gets the same answer.
"""

import ast
from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from server.engine.check import kinds, language, points
from server.engine.check.kinds import Kind
from server.engine.check.model import Flow, Node, Scope
from server.engine.errors import ExpressionError
from server.engine.expressions import Evaluator

Answers = frozenset[tuple[str, bool]]
"""Conditions with what they came to."""
NONE: Answers = frozenset()
MAX_COMBINATIONS = 2_000
# A gateway with more ways than anybody draws is not compared: its answers alone would be a book.
MAX_WAYS = 40
# Trials of all questions of one process together; beyond it whatever is asked counts as possible.
MAX_TRIALS = 40_000


class AnswerBook:
    """Which answers exclude one another; case_schema: the case's fields, None where nobody knows them."""

    def __init__(self, scope: Scope, case_schema: Kind | None) -> None:
        self._schema = case_schema
        self._trees: dict[str, ast.expr] = {}
        self._known: dict[Answers, bool] = {}
        self._trials = 0
        self._evaluator = Evaluator({})
        asked = [(node, self._fields(node)) for node in scope.of_kind("exclusiveGateway", "inclusiveGateway")]
        self._shared = {
            node.id for node, own in asked if any(overlap(own, other) for each, other in asked if each is not node)
        }

    def taken(self, node: Node, flows: Iterable[Flow]) -> Answers:
        """What holds when a gateway takes just these of its flows."""
        if len(node.outgoing) > MAX_WAYS:
            return NONE
        chosen = {id(flow) for flow in flows}
        found: set[tuple[str, bool]] = set()
        for flow in node.outgoing:
            if flow.condition and flow.id != node.element.get("default"):
                found.add((flow.condition, id(flow) in chosen))
                if node.kind == "exclusiveGateway" and id(flow) in chosen:
                    break
        return frozenset(found)

    def kept(self, node: Node, answers: Answers) -> Answers:
        """The answers that another gateway may be asked for again."""
        return answers if node.id in self._shared else NONE

    def without(self, answers: Answers, written: frozenset[str] | None) -> Answers:
        """What is still known after these fields were written; None: any field may have been."""
        if written is None or not answers:
            return NONE
        return frozenset(each for each in answers if not overlap(self._read(each[0]), written))

    def possible(self, answers: Answers, *, by_schema: bool = True) -> bool:
        """Whether some case gives all these answers; by_schema: only cases as the case schema has them."""
        if len({condition for condition, _ in answers}) < len(answers):
            return False
        if len(answers) > MAX_WAYS:
            return True
        key = answers if by_schema else answers | {("", True)}
        if key not in self._known:
            self._known[key] = self._tried(answers, by_schema)
        return self._known[key]

    def _tried(self, answers: Answers, by_schema: bool) -> bool:
        compared: dict[str, set[object]] = {}
        tested = []
        for condition, holds in sorted(answers):
            found = points.constants(self._tree(condition))
            # What compares more than fields with constants may come to anything.
            if found is not None:
                tested.append((condition, holds))
                for path, values in found.items():
                    compared.setdefault(path, set()).update(values)
        if not tested or any(path.startswith(f"{other}.") for path in compared for other in compared):
            return True
        order = any(points.ordered(self._tree(condition)) for condition, _ in tested)
        tried = {
            path: points.points(self._kind(path) if by_schema else {}, sorted(given, key=repr), order=order)
            for path, given in compared.items()
        }
        self._trials += prod(len(each) for each in tried.values())
        if prod(len(each) for each in tried.values()) > MAX_COMBINATIONS or self._trials > MAX_TRIALS:
            return True
        cases = (dict(zip(tried, each, strict=True)) for each in product(*tried.values()))
        return any(self._agrees(tested, case) for case in cases)

    def _agrees(self, tested: list[tuple[str, bool]], case: Mapping[str, object]) -> bool:
        # Where a condition cannot be evaluated nothing is said of its flow; a rule of its own tells it.
        return all(points.answer(self._evaluator, condition, case) in (holds, None) for condition, holds in tested)

    def _kind(self, path: str) -> Kind:
        return kinds.at_path(self._schema, path)[0] or {}

    def _tree(self, condition: str) -> ast.expr:
        if condition not in self._trees:
            try:
                self._trees[condition] = language.read(condition)
            except ExpressionError:
                self._trees[condition] = ast.Call(ast.Name("unreadable"), [], [])
        return self._trees[condition]

    def _read(self, condition: str) -> frozenset[str]:
        return points.paths(self._tree(condition))

    def _fields(self, node: Node) -> frozenset[str]:
        ways = node.outgoing if 1 < len(node.outgoing) <= MAX_WAYS else []
        asked = [flow.condition for flow in ways if flow.condition]
        return frozenset().union(*(self._read(condition) for condition in asked))


def overlap(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one of the fields is, holds or lies in one of the others."""
    return any(one == two or one.startswith(f"{two}.") or two.startswith(f"{one}.") for one in some for two in others)
