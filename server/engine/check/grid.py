"""A decision table as boxes over values that stand for all others, and the searches over them; all of it bounded."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any

from server.engine.check import language, points
from server.engine.check.kinds import Kind
from server.engine.expressions import Evaluator
from server.engine.unary_tests import INPUT

# Work on one table: points looked at by the searches, and tests tried.
MAX_STEPS = 1_000_000
MAX_TESTS = 30_000


class TooLarge(Exception):
    """The table is beyond what is looked at."""


@dataclass
class Axis:
    """A column, or several that look at the same. surely, perhaps: for each rule the points (as bits) it takes."""

    source: str
    values: list[Any]
    surely: list[int]
    perhaps: list[int]

    @property
    def all(self) -> int:
        return (1 << len(self.values)) - 1


def axis(source: str, kind: Kind, columns: Iterable[Sequence[str | None]], *, nullable: bool) -> Axis:
    """The axis of columns that look at `source`; columns: the test over the input of each rule, None for all."""
    listed = [list(column) for column in columns]
    simple: dict[str, set[Any] | None] = {}
    for test in {test for column in listed for test in column if test is not None}:
        found = points.constants(language.read(test))
        simple[test] = None if found is None or set(found) - {INPUT} else found.get(INPUT, set())
    compared: set[Any] = set().union(*(found for found in simple.values() if found))
    order = any(points.ordered(language.read(test)) for test in simple)
    values = points.points(kind, sorted(compared, key=repr), nullable=nullable, order=order)
    if len(values) > points.MAX_POINTS:
        raise TooLarge
    everything = (1 << len(values)) - 1
    taken = _taken([test for test, found in simple.items() if found is not None], values)
    rules = range(len(listed[0]))
    surely = [reduce(and_, (_bits(column[rule], taken, everything, 0) for column in listed)) for rule in rules]
    perhaps = [
        reduce(and_, (_bits(column[rule], taken, everything, everything) for column in listed)) for rule in rules
    ]
    return Axis(source, values, surely, perhaps)


def _taken(tests: Iterable[str], values: list[Any]) -> dict[str, int]:
    """The points each test takes, as bits; one that only names values is not tried but looked up."""
    evaluator, tried = Evaluator({}), 0
    taken = {}
    for test in tests:
        named = points.only_equal(language.read(test), INPUT)
        if named is not None:
            taken[test] = sum(1 << place for place, value in enumerate(values) if any(value == each for each in named))
            continue
        tried += len(values)
        if tried > MAX_TESTS:
            raise TooLarge
        taken[test] = sum(
            1 << place for place, value in enumerate(values) if points.holds(evaluator, test, {INPUT: value})
        )
    return taken


def _bits(test: str | None, taken: dict[str, int], everything: int, unknown: int) -> int:
    return everything if test is None else taken.get(test, unknown)


@dataclass
class Grid:
    """The axes of a table of `rules` rules."""

    axes: list[Axis]
    rules: int
    steps: int = 0
    _by_point: dict[int, list[list[int]]] = field(default_factory=dict)

    def open(self, boxes: Sequence[Sequence[int]], within: Sequence[int], first: int | None = None) -> list[int] | None:
        """A point (its place on each axis) within the given bits that no box takes.

        boxes: for each axis, by rule; the same list each time. first: only so many rules from the top are looked at.
        """
        takes = self._takes(boxes)
        everyone = (1 << (self.rules if first is None else first)) - 1
        whole = [everyone]
        for column, allowed in zip(reversed(boxes), reversed(within), strict=True):
            full = sum(1 << rule for rule, bits in enumerate(column) if bits & allowed == allowed)
            whole.insert(0, whole[0] & full)
        return self._search(0, everyone, takes, within, whole, set())

    def _takes(self, boxes: Sequence[Sequence[int]]) -> list[list[int]]:
        """For each axis and point the rules that take it, as bits."""
        if id(boxes) not in self._by_point:
            found = [[0] * len(each.values) for each in self.axes]
            for by_point, column in zip(found, boxes, strict=True):
                for rule, bits in enumerate(column):
                    for place in range(len(by_point)):
                        by_point[place] |= (bits >> place & 1) << rule
            self._by_point[id(boxes)] = found
        return self._by_point[id(boxes)]

    def _search(
        self,
        depth: int,
        live: int,
        takes: list[list[int]],
        within: Sequence[int],
        whole: list[int],
        closed: set[tuple[int, int]],
    ) -> list[int] | None:
        if live == 0:
            return [(bits & -bits).bit_length() - 1 for bits in within[depth:]]
        if live & whole[depth] or (depth, live) in closed:
            return None
        self.steps += len(takes[depth])
        if self.steps > MAX_STEPS:
            raise TooLarge
        kinds: dict[int, int] = {}
        for place, taking in enumerate(takes[depth]):
            if within[depth] >> place & 1:
                kinds.setdefault(live & taking, place)
        for left, place in sorted(kinds.items(), key=lambda each: each[0].bit_count()):
            found = self._search(depth + 1, left, takes, within, whole, closed)
            if found is not None:
                return [place, *found]
        closed.add((depth, live))
        return None

    def needed(self, point: Sequence[int], boxes: Sequence[Sequence[int]]) -> list[int]:
        """The axes without which the point would not be open."""
        excluded = [
            frozenset(rule for rule, bits in enumerate(column) if not bits >> place & 1)
            for place, column in zip(point, boxes, strict=True)
        ]
        kept = list(range(len(self.axes)))
        for place in range(len(self.axes)):
            rest: frozenset[int] = frozenset().union(*(excluded[each] for each in kept if each != place))
            if len(rest) == self.rules:
                kept.remove(place)
        return kept

    def example(self, point: Sequence[int], kept: Iterable[int]) -> str:
        """A point as people read it: `grading.cost = 10000, channel = "web"`."""
        pairs = [f"{self.axes[each].source} = {points.shown(self.axes[each].values[point[each]])}" for each in kept]
        return ", ".join(pairs[:8])


def same_source(source: str) -> str:
    """A column's expression in one way of writing it."""
    return ast.unparse(language.read(source))
