"""Every number of where complaints are stuck equals one worked out from the histories of a year, for whatever choice."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

import pytest

from server.queries.stuck_cases import stuck_cases
from server.queries.stuck_filters import read_filters
from server.queries.where_stuck import where_stuck
from server.runner.steps import add_up_steps, count_steps
from tests.house import actor
from tests.population.playing import Population
from tests.population.stuck_reckoning import Reckoning, Sum

COMBINATIONS = 24


@pytest.fixture(scope="module")
def reckoned(population: Population) -> Reckoning:
    count_steps(population.context, 600)
    return Reckoning(population.context, population.clock.now())


def choices(reckoned: Reckoning) -> Iterator[dict[str, str]]:
    """None, each alone, and many together, chosen by dice among what there is."""
    steps = [step for case in reckoned.cases for step in case.steps if step.stands]
    rng = Random(1)
    yield {}

    def one(name: str) -> str:
        step = rng.choice(steps)
        assert step.case is not None
        columns = reckoned.drawn.declared["columns"]
        day = (step.ended or reckoned.now).astimezone(reckoned.calendar.zone).date()
        values: dict[str, Any] = {
            "customer": step.case.at(columns["customer"]["pointer"]),
            "part": step.case.at(columns["part_no"]["pointer"]),
            "level": step.case.at(columns["level"]["pointer"]),
            "site": step.case.site,
            "group": step.group,
            "person": step.by or step.claimed or step.assignee,
            "from": day - timedelta(days=rng.randrange(200)),
            "to": day + timedelta(days=rng.randrange(60)),
        }
        return str(values[name]) if values[name] is not None else ""

    names = ("customer", "part", "level", "site", "group", "person", "from", "to")
    for name in names:
        for _ in range(3):
            yield {name: one(name)}
    for _ in range(COMBINATIONS):
        asked = {name: one(name) for name in rng.sample(names, rng.randrange(2, 5))}
        if not (asked.get("from") and asked.get("to")) or asked["from"] <= asked["to"]:
            yield asked


def as_told(place: Mapping[str, Any]) -> tuple[Any, ...]:
    mean = round(place["waiting_seconds"] / place["steps"], 1) if place["steps"] else 0.0
    assert place["mean_seconds"] == mean
    figures = ("cases", "steps", "waiting_seconds", "longest_seconds", "late", "due_soon")
    return *(place[name] for name in figures), pytest.approx(place["cost"], abs=0.01)


def as_reckoned(one: Sum, period: bool) -> tuple[Any, ...]:
    cases = one.steps if period else len(one.cases)
    return cases, one.steps, one.waiting, one.longest, one.late, one.soon, one.cost


@pytest.mark.parametrize("added_up", [False, True])
def test_every_figure_is_that_of_the_histories(population: Population, reckoned: Reckoning, added_up: bool) -> None:
    house = population.context
    if added_up:
        assert add_up_steps(house, 600) > 0
    manager = actor(house, "manager")
    parts = ["", *(path for path in {step.path for case in reckoned.cases for step in case.steps} if path)]
    seen = 0
    for asked in choices(reckoned):
        period = bool(asked.get("from") or asked.get("to"))
        for inside in parts:
            expected = {name: as_reckoned(one, period) for name, one in reckoned.drawing(asked, inside).items()}
            found = where_stuck(house, manager, "complaint", read_filters(asked), language="en", inside=inside)
            told = {one["element_id"]: as_told(one) for one in (*found["elements"], *found["beyond"])}
            assert told == expected, (asked, inside)
            seen += len(told)
        everything = reckoned.places(asked).values()
        totals = found["totals"]
        assert totals["waiting_seconds"] == sum(one.waiting for one in everything), asked
        assert totals["late"] == sum(one.late for one in everything), asked
        assert totals["cost"] == pytest.approx(sum(one.cost for one in everything), abs=0.02), asked
        if not period:
            assert totals["cases"] == len(set().union(*(one.cases for one in everything))), asked
    assert seen > 500


def test_the_complaints_at_a_step_are_those_of_the_histories(population: Population, reckoned: Reckoning) -> None:
    house, manager = population.context, actor(population.context, "manager")
    seen = 0
    for asked in islice(choices(reckoned), 0, None, 6):
        for path, element in reckoned.places(asked):
            expected = [
                (step.number, reckoned.worked(step), step.due is not None and step.due < (step.ended or reckoned.now))
                for step in reckoned.chosen(asked)
                if (step.path, step.element) == (path, element)
            ]
            found: list[Any] = []
            cursor = None
            while cursor or not found:
                page = stuck_cases(
                    house, manager, "complaint", element, read_filters(asked), language="en", inside=path,
                    limit=7, cursor=cursor,
                )  # fmt: skip
                found += page["items"]
                cursor = page["next"]
                if not cursor:
                    break
            told = [(one["case_number"], one["waiting_seconds"], one["is_late"]) for one in found]
            assert sorted(told) == sorted(expected), (asked, element)
            waited = [one["waiting_seconds"] for one in found]
            assert waited == sorted(waited, reverse=True)
            seen += len(found)
    assert seen > 500
