"""How many complaints come, are closed, and stay open, week by week or month by month?"""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from server.i18n import N_
from server.persistence.models import CaseFact
from server.queries.analysis.counting import bounds, inside
from server.queries.analysis.filters import choice
from server.queries.analysis.ground import Ground
from server.queries.analysis.periods import EVERY, Part, parts
from server.queries.analysis.shape import Answer, Column, Row, Table


def trend(ground: Ground, args: Mapping[str, str]) -> Answer:
    """`every` of the arguments: week, month, quarter or year. Raises Rejected `malformed.value`."""
    every = choice(args, "every", EVERY, "month")
    span = parts(ground.filters.first, ground.filters.last, every)
    received, closed = _counts(ground, span, CaseFact.received_at), _counts(ground, span, CaseFact.ended_at)
    open_ = _open_before(ground)
    rows = []
    for place, part in enumerate(span):
        open_ += received.get(place, 0) - closed.get(place, 0)
        counts = {"received": received.get(place, 0), "closed": closed.get(place, 0), "open": open_}
        narrow = {"from": part.first.isoformat(), "to": part.last.isoformat()}
        rows.append(Row({"part": part.name, **counts}, narrow))
    columns = [
        Column("part", ground.say(N_("Period")), draw="label"),
        Column("received", ground.say(N_("Received")), "count", "bar"),
        Column("closed", ground.say(N_("Closed")), "count", "bar"),
        Column("open", ground.say(N_("Open at its end")), "count", "line"),
    ]
    said = [
        ground.say(N_("A complaint counts as received by its date of receipt and as closed by the day it ended.")),
        ground.say(N_("Duplicates count only in the complaint that stays.")),
    ]
    title = ground.say(N_("Complaints received, closed and open"))
    return Answer([Table("trend", title, columns, rows, said, series=True, leads="pareto")])


def _counts(ground: Ground, span: Sequence[Part], moment: object) -> dict[int, int]:
    part = bounds(ground, span)
    query = (
        select(part.c.place, func.count())
        .join_from(part, CaseFact, inside(part, moment))
        .where(*ground.mine())
        .group_by(part.c.place)
    )
    return dict(ground.rows(query))


def _open_before(ground: Ground) -> int:
    begins, _ends = ground.filters.span(ground.zone)
    received = select(func.count()).where(*ground.mine(), CaseFact.received_at < begins).scalar_subquery()
    closed = select(func.count()).where(*ground.mine(), CaseFact.ended_at < begins).scalar_subquery()
    ((before,),) = ground.rows(select(received - closed))
    return int(before)
