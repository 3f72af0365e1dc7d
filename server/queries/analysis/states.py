"""How do the complaints of the period stand now? (S9: status statistics)"""

from collections.abc import Mapping

from sqlalchemy import func, select

from server.domain.instance_states import STATES
from server.i18n import N_
from server.persistence.models import CaseFact
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table, share


def states(ground: Ground, _args: Mapping[str, str]) -> Answer:
    """Those received in the period, by their state and, once ended, by how they ended."""
    query = (
        select(CaseFact.state, CaseFact.end_event, func.count())
        .where(*ground.mine(), *ground.within(CaseFact.received_at))
        .group_by(CaseFact.state, CaseFact.end_event)
    )
    found = ground.rows(query)
    total = sum(count for _state, _end, count in found)
    order = list(STATES)
    found.sort(key=lambda row: (order.index(row[0]), -row[2], row[1] or ""))
    rows = [Row(_cells(ground, state, end, count, total)) for state, end, count in found]
    columns = [
        Column("state", ground.say(N_("State")), draw="label"),
        Column("end", ground.say(N_("How it ended"))),
        Column("count", ground.say(N_("How many")), "count", "bar"),
        Column("share", ground.say(N_("Share")), "share"),
    ]
    said = [ground.say(N_("The complaints received in the period, as they stand when the report is made."))]
    return Answer([Table("states", ground.say(N_("Status")), columns, rows, said)])


def _cells(ground: Ground, state: str, end: str | None, count: int, total: int) -> dict[str, object]:
    ended = ground.step(None, end) if end else None
    return {"state": ground.say(STATES[state]), "end": ended, "count": count, "share": share(count, total)}
