"""Every number of the analysis, under many filters, is what a slow count over history and case files gives."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from server.casework.context import Context
from server.queries.analysis.ask import ask, ground_of
from server.queries.analysis.shape import Answer
from server.runner.facts import follow_columns
from server.runner.steps import count_steps
from tests.durability.audit_steps import between
from tests.house import actor
from tests.population.by_hand import FACTS, Case, Step, cases, day_of
from tests.population.playing import Population

SEEDS = range(16)
NONE = "~"


@dataclass(frozen=True)
class Year:
    context: Context
    cases: list[Case]
    first: date
    last: date

    def day(self, moment: Any) -> date:
        return day_of(moment, self.context)


@dataclass(frozen=True)
class Asked:
    """Filters as arguments, and as a count by hand understands them."""

    year: Year
    first: date
    last: date
    by: str
    facts: Mapping[str, str]

    @property
    def args(self) -> dict[str, str]:
        return {"from": f"{self.first}", "to": f"{self.last}", "by": self.by, **self.facts}

    def inside(self, moment: Any) -> bool:
        return moment is not None and self.first <= self.year.day(moment) <= self.last

    def like(self, case: Case) -> bool:
        return all(case.facts[name] == (None if value == NONE else value) for name, value in self.facts.items())

    def mine(self) -> list[Case]:
        """Without duplicates, whenever they were received."""
        return [case for case in self.year.cases if not case.duplicate and self.like(case)]

    def cases(self) -> list[Case]:
        moments = {"received": lambda case: case.received_at, "closed": lambda case: case.ended_at}
        return [case for case in self.mine() if self.inside(moments[self.by](case))]

    def answer(self, question: str, **more: str) -> Answer:
        args = {**self.args, **more}
        return ask(ground_of(self.year.context, actor(self.year.context, "manager"), args, "en"), question, args)


@pytest.fixture(scope="module")
def year(population: Population) -> Year:
    context = population.context
    follow_columns(context, 120)
    count_steps(context, 120)
    found = cases(context)
    days = sorted(day_of(case.received_at, context) for case in found)
    assert len(found) > 100
    assert sum(case.duplicate for case in found) > 0
    return Year(context, found, days[0], day_of(population.until, context))


@pytest.fixture(params=SEEDS)
def asked(year: Year, request: pytest.FixtureRequest) -> Asked:
    """The first seed asks for everything, the others for some part of it."""
    chance = random.Random(request.param)
    if request.param == 0:
        return Asked(year, year.first, year.last, "received", {})
    length = (year.last - year.first).days
    first = year.first + timedelta(days=chance.randrange(-20, length))
    last = first + timedelta(days=chance.choice((0, 6, 30, 91, 400)))
    # Values of one complaint, so that something is left.
    one = chance.choice(year.cases)
    names = chance.sample(FACTS, chance.choice((0, 1, 1, 2)))
    facts = {name: NONE if one.facts[name] is None else str(one.facts[name]) for name in names}
    return Asked(year, first, last, chance.choice(("received", "closed")), facts)


def cells(answer: Answer, key: str, *columns: str) -> list[tuple[Any, ...]]:
    (table,) = [table for table in answer.tables if table.key == key]
    return [tuple(row.cells[column] for column in columns) for row in table.rows]


def narrows(answer: Answer, key: str) -> list[Mapping[str, str]]:
    (table,) = [table for table in answer.tables if table.key == key]
    return [row.narrow or {} for row in table.rows]


NAMES: Mapping[str, Callable[[date], str]] = {
    "week": lambda day: "{}-W{:02d}".format(*day.isocalendar()[:2]),
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month - 1) // 3 + 1}",
    "year": lambda day: f"{day.year}",
}


def test_trend(asked: Asked) -> None:
    for every, name in NAMES.items():
        days = [asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]
        ends = {name(day): day for day in days}
        expected = []
        for part, end in ends.items():
            received = [case for case in asked.mine() if _in_part(asked, case.received_at, part, name)]
            closed = [case for case in asked.mine() if _in_part(asked, case.ended_at, part, name)]
            open_ = [
                case
                for case in asked.mine()
                if asked.year.day(case.received_at) <= end
                and (case.ended_at is None or asked.year.day(case.ended_at) > end)
            ]
            expected.append((part, len(received), len(closed), len(open_)))
        answer = asked.answer("trend", every=every)
        assert cells(answer, "trend", "part", "received", "closed", "open") == expected


def _in_part(asked: Asked, moment: Any, part: str, name: Callable[[date], str]) -> bool:
    return asked.inside(moment) and name(asked.year.day(moment)) == part


@pytest.mark.parametrize("measure", ["count", "cost"])
def test_pareto(asked: Asked, measure: str) -> None:
    for column in FACTS:
        counts: Counter[str | None] = Counter()
        costs: defaultdict[str | None, float] = defaultdict(float)
        for case in asked.cases():
            counts[case.facts[column]] += 1
            costs[case.facts[column]] += case.money + _work(asked.year.context, case.steps)
        answer = asked.answer("pareto", column=column, measure=measure)
        values = [None if each[column] == NONE else each[column] for each in narrows(answer, "pareto")]
        rows = cells(answer, "pareto", "count", measure, "share", "cumulated")
        assert dict(zip(values, [row[0] for row in rows], strict=True)) == counts
        ranked = [row[1] for row in rows]
        assert ranked == sorted(ranked, reverse=True)
        weights = counts if measure == "count" else costs
        assert ranked == pytest.approx([weights[value] for value in values])
        total = sum(weights.values())
        if total:
            assert [row[2] for row in rows] == pytest.approx([each / total for each in ranked])
            together = [sum(ranked[: place + 1]) / total for place in range(len(ranked))]
            assert [row[3] for row in rows] == pytest.approx(together)


def _work(context: Context, steps: Iterable[Step]) -> float:
    calendar = context.calendars.newest(context.settings.site)
    return sum(
        between(calendar, step.begun_at, step.ended_at) / 3600 * step.rate
        for step in steps
        if step.ended_at is not None and step.rate is not None
    )


def test_lead_times_of_steps(asked: Asked) -> None:
    context = asked.year.context
    calendar = context.calendars.newest(context.settings.site)
    found: defaultdict[tuple[str, ...], list[Step]] = defaultdict(list)
    for case in asked.year.cases:
        for step in case.steps if asked.like(case) else ():
            if step.completed and asked.inside(step.ended_at) and step.kind in ("user_task", "call"):
                found[step.kind, step.process_id, step.element_id].append(step)
    expected = {}
    for place, steps in found.items():
        hours = sorted(between(calendar, step.begun_at, step.ended_at) / 3600 for step in steps)  # type: ignore[arg-type]
        late = [step for step in steps if step.due_at is not None and step.ended_at > step.due_at]  # type: ignore[operator]
        promised = [step for step in steps if step.due_at is not None]
        share = len(late) / len(promised) if promised else None
        counts = (len(steps), len(promised), len(late))
        expected[place] = (*counts, share, _median(hours), sum(hours) / len(hours), _nine_of_ten(hours))
    answer = asked.answer("times")
    rows = cells(answer, "steps", "count", "promised", "late", "share", "median", "mean", "high")
    places = cells(answer, "steps", "kind", "process_id", "element_id")
    assert set(places) == set(expected)
    for place, row in zip(places, rows, strict=True):
        assert row == pytest.approx(expected[place]), place


def _median(values: list[float]) -> float:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _nine_of_ten(values: list[float]) -> float:
    """The smallest that at least nine of ten do not exceed."""
    return next(value for value in values if sum(each <= value for each in values) * 10 >= len(values) * 9)


def test_lead_times_of_complaints(asked: Asked) -> None:
    spans: defaultdict[str | None, list[float]] = defaultdict(list)
    for case in asked.mine():
        if asked.inside(case.ended_at):
            spans[case.facts["level"]].append((case.ended_at - case.received_at).total_seconds() / 86400)  # type: ignore[operator]
    every = [span for found in spans.values() for span in found]
    labels = {"(not stated)" if level is None else level: found for level, found in spans.items()}
    if len(spans) > 1:
        labels["All together"] = every
    expected = {
        label: (len(found), _median(sorted(found)), sum(found) / len(found), _nine_of_ten(sorted(found)))
        for label, found in labels.items()
    }
    rows = cells(asked.answer("times"), "whole", "label", "count", "median", "mean", "high")
    assert {row[0] for row in rows} == set(expected)
    for row in rows:
        assert row[1:] == pytest.approx(expected[row[0]])


def test_milestones(asked: Asked) -> None:
    done: Counter[str] = Counter()
    promised: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for case in asked.mine():
        for step in case.steps:
            if step.milestone and step.completed and asked.inside(step.ended_at):
                done[step.milestone] += 1
                promised[step.milestone] += step.due_at is not None
                kept[step.milestone] += step.due_at is not None and step.ended_at <= step.due_at  # type: ignore[operator]
    expected = [
        (name, done[name], promised[name], kept[name], promised[name] - kept[name], _part(kept[name], promised[name]))
        for name in sorted(done)
    ]
    answer = asked.answer("on-time")
    assert cells(answer, "on_time", "milestone", "done", "promised", "kept", "late", "share") == expected


def _part(some: int, every: int) -> float | None:
    return some / every if every else None


def test_what_went_back(asked: Asked) -> None:
    total = len(asked.cases())
    for kind in ("sent_back", "round"):
        often: Counter[tuple[str | None, ...]] = Counter()
        whose: defaultdict[tuple[str | None, ...], set[str]] = defaultdict(set)
        for case in asked.cases():
            for each, led, target, loop in case.returns:
                if each == kind:
                    often[led, target, loop] += 1
                    whose[led, target, loop].add(case.number)
        expected = {(led, target): 0 for led, target, _loop in often}
        assert len(expected) == len(often), "two loops of one way"
        rows = cells(asked.answer("loops"), kind, "from_element", "to_element", "count", "cases", "share")
        assert {row[:2]: row[2:] for row in rows} == {
            (led, target): (count, len(whose[led, target, loop]), len(whose[led, target, loop]) / total)
            for (led, target, loop), count in often.items()
        }


def test_repeats(asked: Asked) -> None:
    alike: defaultdict[tuple[str, ...], list[date]] = defaultdict(list)
    for case in asked.cases():
        key = tuple(case.facts[name] for name in ("customer", "part_no", "defect"))
        if None not in key:
            alike[key].append(asked.year.day(case.received_at))  # type: ignore[index]
    expected = {key: (len(days), len(days) - 1, min(days), max(days)) for key, days in alike.items() if len(days) > 1}
    answer = asked.answer("repeats")
    keys = [tuple(each[name] for name in ("customer", "part_no", "defect")) for each in narrows(answer, "alike")]
    assert dict(zip(keys, cells(answer, "alike", "count", "again", "first", "last"), strict=True)) == expected
    by_number = {case.number: case for case in asked.year.cases}
    following = {}
    for case in asked.cases():
        if case.follows is not None:
            ended = by_number[case.follows].ended_at
            days = (case.received_at - ended).total_seconds() / 86400 if ended is not None else None
            following[case.number] = (case.follows, days)
    rows = cells(answer, "followers", "number", "follows", "days")
    assert {row[0]: row[1] for row in rows} == {number: follows for number, (follows, _days) in following.items()}
    # The case file tells its receipt in milliseconds.
    assert [row[2] for row in rows] == [pytest.approx(following[row[0]][1], abs=1e-6) for row in rows]


def test_satisfaction(asked: Asked) -> None:
    closed = [case for case in asked.mine() if asked.inside(case.ended_at)]
    answer = asked.answer("satisfaction", every="week")
    for key in ("time", "customer", "level"):
        groups: defaultdict[str | None, list[str | None]] = defaultdict(list)
        for case in closed:
            name = NAMES["week"](asked.year.day(case.ended_at)) if key == "time" else case.facts[key]
            groups[name].append(case.facts["satisfied"])
        labels = [None if row[0] == "(not stated)" else row[0] for row in cells(answer, key, "label")]
        assert set(groups) <= set(labels)
        assert len(labels) == len(set(labels))
        rows = cells(answer, key, "closed", "value_yes", "value_partly", "value_no", "value_unknown", "not_stated")
        shares = [row[0] for row in cells(answer, key, "share")]
        for label, row, share in zip(labels, rows, shares, strict=True):
            found = groups.get(label, [])
            stated = [value for value in found if value is not None]
            counts = [found.count(value) for value in ("yes", "partly", "no", "unknown", None)]
            assert row == (len(found), *counts)
            assert share == (pytest.approx(found.count("yes") / len(stated)) if stated else None)


def test_the_complaints_themselves(asked: Asked) -> None:
    expected = {
        case.number: (
            asked.year.day(case.received_at),
            None if case.ended_at is None else asked.year.day(case.ended_at),
        )
        for case in asked.cases()
    }
    rows = cells(asked.answer("cases"), "cases", "number", "received", "closed")
    assert {row[0]: row[1:] for row in rows} == expected
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)


def test_the_year_has_something_of_everything(year: Year) -> None:
    """Otherwise the tests above would compare nothing with nothing."""
    assert sum(case.follows is not None for case in year.cases) > 0
    assert {kind for case in year.cases for kind, *_rest in case.returns} == {"sent_back", "round"}
    assert {step.kind for case in year.cases for step in case.steps if step.completed} >= {"user_task", "call"}
    assert sum(case.money for case in year.cases) > 0
    for name in ("defect", "department", "cause", "level", "satisfied"):
        assert len({case.facts[name] for case in year.cases} - {None}) > 1, name
