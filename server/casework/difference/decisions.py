"""Consequences of other tables and conditions: open complaints are asked both ways, with what they hold today."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from server.casework.deadlines import TABLE
from server.casework.difference.consequence import Consequence, of
from server.casework.difference.ground import Ground, OpenCase, Shown
from server.casework.difference.sentences import (
    DECIDED,
    DECIDED_ALREADY,
    DECIDED_OTHERWISE,
    GOES_OTHERWISE,
    UNDECIDED,
    WAY_CHANGED,
)
from server.domain.case_changes import same
from server.engine import DecisionTable, ExpressionError, ProcessFault
from server.engine.difference import Change
from server.engine.outlook import Spot
from server.i18n import N_

_UNTOLD = frozenset({"description", "name"})
_WAYS = frozenset({"condition", "default", "order", "flow"})
_Answers = dict[tuple[Any, Any], list[OpenCase]]


def of_decisions(ground: Ground) -> Iterator[Consequence]:
    """One consequence for each table that is changed and asked by a step."""
    done: set[str] = set()
    for change in ground.changes:
        told = change.aspect.rpartition(".")[2] not in _UNTOLD
        if change.sort == "decision" and change.subject not in (TABLE, *done) and change.kind != "removed" and told:
            done.add(change.subject)
            table = ground.target.definition.decisions.get(change.subject)
            if table is not None:
                yield from _of_table(ground, table, change)


def _of_table(ground: Ground, table: DecisionTable, change: Change) -> Iterator[Consequence]:
    spots = ground.made(ground.target).outlook.deciding(table.id)
    before: dict[str, _Answers] = {}
    already: list[OpenCase] = []
    undecided: list[OpenCase] = []
    for case in ground.cases:
        old = case.version.definition.decisions.get(table.id)
        if old is None or old == table:
            continue
        one, other = _answer(ground, case.version, case, old), _answer(ground, ground.target, case, table)
        if one is None or other is None:
            undecided.append(case)
            continue
        outputs = [name for name in table.outputs if not same(one.get(name), other.get(name))]
        ahead = any(_ahead(ground, case, spot) for spot in spots)
        if outputs and not ahead and any(_held(case, name) is not None for name in outputs):
            already.append(case)
        elif outputs and ahead:
            for name in outputs:
                before.setdefault(name, {}).setdefault((_key(one.get(name)), _key(other.get(name))), []).append(case)
    yield _told(ground, table, change, before, already, undecided)


def _told(
    ground: Ground,
    table: DecisionTable,
    change: Change,
    before: dict[str, _Answers],
    already: list[OpenCase],
    undecided: list[OpenCase],
) -> Consequence:
    found = of("decision", change)
    named = {"table": ground.shown(table.name or table.id)}
    every = {case.number: case for answers in before.values() for cases in answers.values() for case in cases}
    found.count("otherwise", every.values(), DECIDED_OTHERWISE, **named)
    for output, answers in before.items():
        what = ground.column(change.file, table.id, output)
        for (old, new), cases in sorted(answers.items(), key=lambda each: -len(each[1])):
            found.told("answers", len(cases), DECIDED, what=what, old=Shown(old), new=Shown(new))
    found.count("already", already, DECIDED_ALREADY, **named)
    found.count("undecided", undecided, UNDECIDED, **named)
    found.say(N_("New complaints are decided by the changed table “{table}”."), **named)
    return found


def _answer(ground: Ground, version: Any, case: OpenCase, table: DecisionTable) -> dict[str, Any] | None:
    try:
        return ground.ask(version, case).decide(table)
    except (ExpressionError, ProcessFault):
        return None


def _held(case: OpenCase, path: str) -> Any:
    """What a case holds at a dotted path."""
    here: Any = case.data
    for name in path.split("."):
        here = here.get(name) if isinstance(here, dict) else None
    return here


def _key(value: Any) -> Any:
    """A value by which answers are put together."""
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else value


def _ahead(ground: Ground, case: OpenCase, spot: Spot) -> bool:
    there = ground.there(case)
    return there is not None and spot in ground.made(ground.target).outlook.ahead(there)


def of_ways(ground: Ground) -> Iterator[Consequence]:
    """One consequence for each gateway whose conditions, order, default or flows are others."""
    done: set[Spot] = set()
    for change in ground.changes:
        if change.aspect not in _WAYS:
            continue
        spot = _gateway(ground, change)
        if spot is not None and spot not in done:
            done.add(spot)
            yield _of_gateway(ground, spot, change)


def _gateway(ground: Ground, change: Change) -> Spot | None:
    """The element of the target whose ways a change is about."""
    version = ground.base if change.kind == "removed" else ground.target
    element = version.definition.element(change.process or "", change.subject)
    if element is None:
        return None
    spot = (element.process_id, element.source or element.id)
    return ground.now(ground.base).get(spot) if change.kind == "removed" else spot


def _of_gateway(ground: Ground, spot: Spot, change: Change) -> Consequence:
    element = ground.element(spot)
    process = ground.target.definition.process_of(spot[0])
    found = Consequence("way", ground.file_of(spot) or change.file, process, element.id)
    reach = ground.reach(spot, ground.cases)
    gateway = ground.name(element)
    if spot not in ground.made(ground.target).choices:
        found.count("ahead", reach.all, WAY_CHANGED, gateway=gateway)
        return found
    answers: _Answers = {}
    undecided = []
    for case in reach.all:
        was = ground.was(case.version, spot)
        if was is None or was not in ground.made(case.version).choices:
            continue
        ways = _taken(ground, case, was, spot)
        if ways is None:
            undecided.append(case)
        elif ways[0] != ways[1]:
            answers.setdefault(ways, []).append(case)
    for (old, new), cases in sorted(answers.items(), key=lambda each: -len(each[1])):
        named = {"old": ground.named(spot[0], old), "new": ground.named(spot[0], new)}
        found.count("otherwise", cases, GOES_OTHERWISE, gateway=gateway, **named)
    found.counts.setdefault("otherwise", 0)
    found.counts["before"] = len(reach.all)
    if not answers:
        found.say(
            N_("No open complaint would take another way at “{gateway}” with what it holds today."), gateway=gateway
        )
    found.count("undecided", undecided, UNDECIDED, table=gateway)
    found.say(N_("For new complaints the changed conditions at “{gateway}” count."), gateway=gateway)
    return found


def _taken(ground: Ground, case: OpenCase, was: Spot, spot: Spot) -> tuple[Any, Any] | None:
    """Where the case would go on then and now, by ids of the target; ids of what is gone stay; None: nobody can say."""
    now = ground.now(case.version)
    try:
        old = ground.made(case.version).choices.taken(was, _ask(ground, case.version, case))
        new = ground.made(ground.target).choices.taken(spot, _ask(ground, ground.target, case))
    except ExpressionError:
        return None
    return tuple(now.get((was[0], each), (was[0], each))[1] for each in old), new


def _ask(ground: Ground, version: Any, case: OpenCase) -> Callable[[str], Any]:
    return ground.ask(version, case).evaluate
