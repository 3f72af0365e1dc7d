"""What are most complaints about? Counted by one fact, the largest first, with the share they make up together."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from server.i18n import N_
from server.persistence.models import CaseFact, StepRecord
from server.queries.analysis.filters import DIMENSIONS, NOT_STATED, choice
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table, share

MEASURES: Mapping[str, str] = {"count": N_("Number of complaints"), "cost": N_("Cost")}
SECONDS = 3600
"""Of an hour, which is what a rate is for."""


def pareto(ground: Ground, args: Mapping[str, str]) -> Answer:
    """`column` of the arguments: a fact of DIMENSIONS; `measure`: count or cost. Raises Rejected `malformed.value`."""
    name = choice(args, "column", DIMENSIONS, "defect")
    measure = choice(args, "measure", MEASURES, "count")
    costs = ground.version.application.costs
    missing = ground.undeclared(name)
    if measure == "cost" and costs is None:
        missing.append(ground.say(N_("The application declares no costs, so complaints are counted instead.")))
        measure = "count"
    if not ground.declared(name):
        return Answer([], missing)
    return Answer([_table(ground, name, measure)], missing)


def _table(ground: Ground, name: str, measure: str) -> Table:
    rows = _ranked(ground, name, measure)
    total = sum(row[measure] for row in rows)
    so_far = 0
    shown = []
    for row in rows:
        so_far += row[measure]
        value = row.pop("value")
        shares = {"share": share(row[measure], total), "cumulated": share(so_far, total)}
        label = {"label": ground.label(name, value)}
        shown.append(Row(label | row | shares, {name: NOT_STATED if value is None else value}))
    money = [Column("cost", _money(ground), "money", "bar")] if measure == "cost" else []
    columns = [
        Column("label", ground.title(name), draw="label"),
        Column("count", ground.say(N_("How many")), "count", "bar" if measure == "count" else None),
        *money,
        Column("share", ground.say(N_("Share")), "share"),
        Column("cumulated", ground.say(N_("Together with those above")), "share", "share"),
    ]
    said = [ground.say(N_("Duplicates count only in the complaint that stays."))]
    if measure == "cost":
        said.append(
            ground.say(N_("Cost: the money that was entered, and the working hours of ended steps at their rate."))
        )
    title = ground.say(N_("Complaints by: {fact}"), fact=ground.title(name))
    return Table("pareto", title, columns, shown, said, leads="pareto")


def _ranked(ground: Ground, name: str, measure: str) -> list[dict[str, Any]]:
    """`value`, `count` and `cost` of every group, the largest first, equal ones by their name."""
    fact: Any = getattr(CaseFact, name)
    query = select(fact, func.count(), func.sum(CaseFact.cost)).where(*ground.cases()).group_by(fact)
    rows = ground.rows(query)
    work = _work(ground, fact) if measure == "cost" else None
    found = [
        {"value": value, "count": count} | ({"cost": (money or 0.0) + work.get(value, 0.0)} if work is not None else {})
        for value, count, money in rows
    ]
    return sorted(found, key=lambda row: (-row[measure], row["value"] is None, row["value"] or ""))


def _work(ground: Ground, fact: Any) -> dict[str | None, float]:
    """What the ended steps of the complaints cost, by the value of `fact`."""
    query = (
        select(fact, func.sum(StepRecord.worked * StepRecord.rate))
        .join(StepRecord, StepRecord.case_id == CaseFact.case_id)
        .where(*ground.cases(), StepRecord.worked.is_not(None), StepRecord.rate.is_not(None))
        .group_by(fact)
    )
    return {value: float(paid) / SECONDS for value, paid in ground.rows(query)}


def _money(ground: Ground) -> str:
    costs = ground.version.application.costs
    return ground.say(N_("Cost ({currency})"), currency=costs.currency if costs else "")
