"""What comes again: the same defect of the same part at the same customer, and complaints that follow others."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from server.i18n import N_
from server.persistence.models import CaseFact, CaseFile, CaseLink, ProcessInstance
from server.persistence.models.links import SUCCESSOR
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table

ALIKE = ("customer", "part_no", "defect")
"""Complaints with the same of all these, as far as the application declares them, are repeats."""
_DAY = 86_400


def repeats(ground: Ground, _args: Mapping[str, str]) -> Answer:
    """Of the complaints that were received or closed in the period."""
    names = [name for name in ALIKE if ground.declared(name)]
    missing = ground.undeclared(*ALIKE)
    tables = [_alike(ground, names)] if "defect" in names else []
    return Answer([*tables, _followers(ground)], missing)


def _alike(ground: Ground, names: list[str]) -> Table:
    facts: list[Any] = [getattr(CaseFact, name) for name in names]
    counted = (func.count(), func.min(CaseFact.received_at), func.max(CaseFact.received_at))
    query = (
        select(*facts, *counted)
        .where(*ground.cases(), *(fact.is_not(None) for fact in facts))
        .group_by(*facts)
        .having(func.count() > 1)
    )
    found = sorted(ground.rows(query), key=lambda row: (-row[len(names)], *row[: len(names)]))
    rows = []
    for row in found:
        values = dict(zip(names, row, strict=False))
        count, first, last = row[len(names) :]
        labels = {name: ground.label(name, value) for name, value in values.items()}
        days = {"first": _day(ground, first), "last": _day(ground, last)}
        together = {"label": " · ".join(labels.values()), "count": count, "again": count - 1}
        rows.append(Row(labels | together | days, values))
    columns = [
        Column("label", ground.say(N_("Complaint")), draw="label"),
        Column("count", ground.say(N_("How many")), "count", "bar"),
        Column("again", ground.say(N_("Of them repeats")), "count"),
        Column("first", ground.say(N_("First received")), "date"),
        Column("last", ground.say(N_("Last received")), "date"),
    ]
    said = [
        ground.say(
            N_("Equal in: {facts}. Complaints where one of them is not stated are left out, and duplicates, too."),
            facts=", ".join(ground.title(name) for name in names),
        )
    ]
    return Table("alike", ground.say(N_("The same again")), columns, rows, said, lying=True)


def _followers(ground: Ground) -> Table:
    """Complaints reported as recurrences, each beside the one it follows as far as the reader may see that."""
    earlier, own, ended = aliased(CaseFact), aliased(CaseFile), aliased(ProcessInstance)
    before = aliased(CaseFile)
    query = (
        select(own.number, before.number, CaseFact.customer, CaseFact.part_no, CaseFact.defect)
        .add_columns(CaseFact.received_at, ended.ended_at)
        .join(CaseLink, (CaseLink.case_id == CaseFact.case_id) & (CaseLink.kind == SUCCESSOR))
        .join(own, own.id == CaseFact.case_id)
        .outerjoin(earlier, (earlier.case_id == CaseLink.other_id) & _all(ground.seen(earlier.site, earlier.case_id)))
        .outerjoin(before, before.id == earlier.case_id)
        .outerjoin(ended, ended.case_id == earlier.case_id)
        .where(*ground.cases(), CaseFact.repeat == 1)
        .order_by(CaseFact.received_at.desc(), own.number)
    )
    rows = [Row(_cells(ground, *row)) for row in ground.rows(query)]
    facts = [Column(name, ground.title(name)) for name in ALIKE if ground.declared(name)]
    columns = [
        Column("number", ground.say(N_("Complaint")), "number"),
        Column("follows", ground.say(N_("Follows")), "number"),
        *facts,
        Column("received", ground.say(N_("Received")), "date"),
        Column("days", ground.say(N_("Days after the end of the earlier one")), "days"),
    ]
    return Table("followers", ground.say(N_("Reported as come back")), columns, rows)


def _cells(ground: Ground, number: str, follows: str | None, *rest: Any) -> dict[str, Any]:
    customer, part_no, defect, received_at, ended_at = rest
    days = (received_at - ended_at).total_seconds() / _DAY if ended_at is not None else None
    facts = {"customer": customer, "part_no": part_no, "defect": defect}
    labels = {name: ground.label(name, value) for name, value in facts.items()}
    return {"number": number, "follows": follows, **labels, "received": _day(ground, received_at), "days": days}


def _day(ground: Ground, moment: Any) -> Any:
    return moment.astimezone(ground.zone).date()


def _all(conditions: list[Any]) -> Any:
    first, *others = conditions
    for other in others:
        first = first & other
    return first
