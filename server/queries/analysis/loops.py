"""Where does work go back: from which step to which, how often, and in how many of the complaints?"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from server.domain.returns import ROUND, SENT_BACK
from server.i18n import N_
from server.persistence.models import CaseFact, CaseReturn
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table, share


def loops(ground: Ground, _args: Mapping[str, str]) -> Answer:
    """Of the complaints that were received or closed in the period, whenever their work went back."""
    ((total,),) = ground.rows(select(func.count()).where(*ground.cases()))
    sent = _table(ground, SENT_BACK, ground.say(N_("Sent back by people")), total)
    rounds = _table(ground, ROUND, ground.say(N_("Further rounds")), total)
    return Answer([sent, rounds])


def _table(ground: Ground, kind: str, title: str, total: int) -> Table:
    back = (CaseReturn.loop, CaseReturn.from_element, CaseReturn.to_element)
    query = (
        select(*back, func.count(), func.count(CaseReturn.case_id.distinct()))
        .join(CaseFact, CaseFact.case_id == CaseReturn.case_id)
        .where(*ground.cases(), CaseReturn.kind == kind)
        .group_by(*back)
    )
    found = sorted(ground.rows(query), key=lambda row: (-row[3], row[1] or "", row[2] or "", row[0] or ""))
    rows = [Row(_cells(ground, row, total)) for row in found]
    loop = [Column("loop", ground.say(N_("Loop")))] if kind == ROUND else []
    columns = [
        Column("way", ground.say(N_("From → to")), draw="label"),
        *loop,
        Column("count", ground.say(N_("How often")), "count", "bar"),
        Column("cases", ground.say(N_("In how many complaints")), "count"),
        Column("share", ground.say(N_("Share of all {count} complaints"), count=total), "share"),
    ]
    said = {
        SENT_BACK: ground.say(N_("Somebody sent a task back to an earlier step, with a reason.")),
        ROUND: ground.say(N_("A step was done again because its outcome was refused, sent back or not good enough.")),
    }
    return Table(kind, title, columns, rows, [said[kind]], lying=True)


def _cells(ground: Ground, row: Any, total: int) -> dict[str, Any]:
    name, from_element, to_element, count, cases = row
    loop = ground.version.application.loops.get(name or "")
    return {
        "from_element": from_element,
        "to_element": to_element,
        "way": f"{ground.step(None, from_element)} → {ground.step(None, to_element)}",
        "loop": ground.line(loop.title) if loop is not None else name or "",
        "count": count,
        "cases": cases,
        "share": share(cases, total),
    }
