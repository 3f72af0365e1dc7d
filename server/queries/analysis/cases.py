"""Which complaints are behind a number? Those that fit the filters, newest first."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from server.i18n import N_
from server.persistence.models import CaseFact, CaseFile
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table

MOST = 2000
"""The register as a file has them all."""
STATES: Mapping[str, str] = {
    "active": N_("in progress"),
    "incident": N_("needs repair"),
    "suspended": N_("suspended"),
    "completed": N_("closed"),
    "cancelled": N_("cancelled"),
}
_SHOWN = ("customer", "product", "defect", "department", "level")


def cases(ground: Ground, _args: Mapping[str, str]) -> Answer:
    """The newest MOST of the complaints that were received or closed in the period."""
    names = [name for name in _SHOWN if ground.declared(name)]
    facts: list[Any] = [getattr(CaseFact, name) for name in names]
    query = (
        select(CaseFile.number, CaseFact.received_at, CaseFact.ended_at, CaseFact.state, *facts)
        .join(CaseFile, CaseFile.id == CaseFact.case_id)
        .where(*ground.cases())
        .order_by(CaseFact.received_at.desc(), CaseFact.case_id.desc())
        .limit(MOST)
    )
    ((total,),) = ground.rows(select(func.count()).where(*ground.cases()))
    rows = [Row(_cells(ground, names, *row)) for row in ground.rows(query)]
    columns = [
        Column("number", ground.say(N_("Complaint")), "number"),
        *(Column(name, ground.title(name)) for name in names),
        Column("received", ground.say(N_("Received")), "date"),
        Column("closed", ground.say(N_("Closed")), "date"),
        Column("state", ground.say(N_("State"))),
    ]
    said = [ground.say(N_("{count} complaints fit the filters; duplicates are left out."), count=total)]
    if total > MOST:
        said.append(
            ground.say(N_("Only the newest {count} are shown. Narrow the filters to see the others."), count=MOST)
        )
    return Answer([Table("cases", ground.say(N_("The complaints")), columns, rows, said)])


def _cells(ground: Ground, names: list[str], number: str, received: Any, ended: Any, *rest: Any) -> dict[str, Any]:
    state, *values = rest
    facts = {name: ground.label(name, value) for name, value in zip(names, values, strict=True)}
    days = {"received": _day(ground, received), "closed": _day(ground, ended)}
    return {"number": number, **facts, **days, "state": ground.say(STATES.get(state, state))}


def _day(ground: Ground, moment: Any) -> Any:
    return None if moment is None else moment.astimezone(ground.zone).date()
