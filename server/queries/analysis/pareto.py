"""What are most complaints about? Counted by one fact, the largest first, with the share they make up together."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from server.i18n import N_
from server.persistence.models import CaseFact
from server.queries.analysis.filters import DIMENSIONS, NOT_STATED, choice
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table, share

MEASURES: Mapping[str, str] = {"count": N_("Complaints"), "cost": N_("Cost")}


def pareto(ground: Ground, args: Mapping[str, str]) -> Answer:
    """`column` of the arguments: a fact of DIMENSIONS; `measure`: count or cost. Raises Rejected `malformed.choice`."""
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
    costs = ground.version.application.costs
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
    money = [Column("cost", _money(ground), "money", "bar" if measure == "cost" else None)] if costs else []
    columns = [
        Column("label", ground.title(name), draw="label"),
        Column("count", ground.say(N_("Complaints")), "count", "bar" if measure == "count" else None),
        *money,
        Column("share", ground.say(N_("Share")), "share"),
        Column("cumulated", ground.say(N_("Together with those above")), "share", "share"),
    ]
    said = [ground.say(N_("Duplicates count only in the complaint that stays."))]
    if costs is not None:
        said.append(
            ground.say(N_("Cost: the money that was entered, and the working hours of all steps at their rate."))
        )
    title = ground.say(N_("Complaints by: {fact}"), fact=ground.title(name))
    return Table("pareto", title, columns, shown, said, leads="pareto")


def _ranked(ground: Ground, name: str, measure: str) -> list[dict[str, Any]]:
    """`value`, `count` and `cost` of every group, the largest first, equal ones by their name."""
    fact: Any = getattr(CaseFact, name)
    query = select(fact, func.count(), func.sum(CaseFact.cost)).where(*ground.cases()).group_by(fact)
    rows = [{"value": value, "count": count, "cost": cost or 0.0} for value, count, cost in ground.rows(query)]
    if ground.version.application.costs is None:
        rows = [{"value": row["value"], "count": row["count"]} for row in rows]
    return sorted(rows, key=lambda row: (-row[measure], row["value"] is None, row["value"] or ""))


def _money(ground: Ground) -> str:
    costs = ground.version.application.costs
    return ground.say(N_("Cost ({currency})"), currency=costs.currency if costs else "")


__all__: Sequence[str] = ("MEASURES", "pareto")
