"""Are customers satisfied, over time, by customer and by level?"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import func, select

from server.i18n import N_
from server.persistence.models import CaseFact
from server.queries.analysis.counting import bounds, inside
from server.queries.analysis.filters import NOT_STATED, choice
from server.queries.analysis.ground import Ground
from server.queries.analysis.periods import EVERY, parts
from server.queries.analysis.shape import Answer, Column, Row, Table, share

FACT = "satisfied"


def satisfaction(ground: Ground, args: Mapping[str, str]) -> Answer:
    """Of the complaints closed in the period; `every` of the arguments as for the trend.

    The first value that the form offers is the good one. Raises Rejected `malformed.value`.
    """
    every = choice(args, "every", EVERY, "month")
    if not ground.declared(FACT):
        return Answer([], ground.undeclared(FACT))
    others = [name for name in ("customer", "level") if ground.declared(name)]
    return Answer([_over_time(ground, every), *(_by(ground, name) for name in others)])


def _over_time(ground: Ground, every: str) -> Table:
    span = parts(ground.filters.first, ground.filters.last, every)
    part = bounds(ground, span)
    query = (
        select(part.c.place, CaseFact.satisfied, func.count())
        .join_from(part, CaseFact, inside(part, CaseFact.ended_at))
        .where(*ground.mine())
        .group_by(part.c.place, CaseFact.satisfied)
    )
    counts: dict[int, dict[str | None, int]] = {place: {} for place in range(len(span))}
    for place, value, count in ground.rows(query):
        counts[place][value] = count
    values = _values(ground, counts.values())
    narrow = [{"from": each.first.isoformat(), "to": each.last.isoformat()} for each in span]
    rows = [Row({"label": each.name} | _cells(counts[place], values), narrow[place]) for place, each in enumerate(span)]
    title, label = ground.say(N_("Satisfaction over time")), ground.say(N_("Closed in"))
    return Table("time", title, _columns(ground, label, values), rows, _said(ground, values), series=True)


def _by(ground: Ground, name: str) -> Table:
    fact: Any = getattr(CaseFact, name)
    query = (
        select(fact, CaseFact.satisfied, func.count())
        .where(*ground.mine(), *ground.within(CaseFact.ended_at))
        .group_by(fact, CaseFact.satisfied)
    )
    counts: dict[str | None, dict[str | None, int]] = {}
    for key, value, count in ground.rows(query):
        counts.setdefault(key, {})[value] = count
    values = _values(ground, counts.values())
    order = list(ground.options(name))
    ranked = sorted(counts, key=lambda key: (-sum(counts[key].values()), key is None, key or ""))
    ranked.sort(key=lambda key: order.index(key) if key in order else len(order))
    rows = [
        Row(
            {"label": ground.label(name, key)} | _cells(counts[key], values), {name: NOT_STATED if key is None else key}
        )
        for key in ranked
    ]
    title = ground.say(N_("Satisfaction by: {fact}"), fact=ground.title(name))
    return Table(name, title, _columns(ground, ground.title(name), values), rows, _said(ground, values))


def _values(ground: Ground, counts: Any) -> list[str | None]:
    """The form's values in its order, then others that occur, then what was not stated."""
    offered = list(ground.options(FACT))
    found = {value for each in counts for value in each if value is not None}
    return [*offered, *sorted(found.difference(offered)), None]


def _cells(counts: Mapping[str | None, int], values: Sequence[str | None]) -> dict[str, Any]:
    stated = sum(count for value, count in counts.items() if value is not None)
    cells: dict[str, Any] = {"closed": sum(counts.values())}
    cells |= {_key(value): counts.get(value, 0) for value in values}
    return cells | {"share": share(counts.get(values[0], 0), stated) if values[0] is not None else None}


def _columns(ground: Ground, label: str, values: Sequence[str | None]) -> list[Column]:
    best = [Column("share", _share_title(ground, values[0]), "share", "share")] if values[0] is not None else []
    return [
        Column("label", label, draw="label"),
        Column("closed", ground.say(N_("Closed")), "count"),
        *(Column(_key(value), ground.label(FACT, value), "count", "stack", _tone(value, values)) for value in values),
        *best,
    ]


def _tone(value: str | None, values: Sequence[str | None]) -> Literal["good", "none"] | None:
    return "none" if value is None else "good" if value == values[0] else None


def _share_title(ground: Ground, best: str) -> str:
    return ground.say(N_("Share of “{value}”"), value=ground.label(FACT, best))


def _said(ground: Ground, values: Sequence[str | None]) -> list[str]:
    said = [ground.say(N_("Complaints count by the day they were closed; duplicates are left out."))]
    if values[0] is not None:
        best = ground.label(FACT, values[0])
        said.append(ground.say(N_("Share of “{value}”: among the complaints where an answer is stated."), value=best))
    return said


def _key(value: str | None) -> str:
    return "not_stated" if value is None else f"value_{value}"
