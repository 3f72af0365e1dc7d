"""Which milestones (D0 to D8) are reached on time?"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, case, func, literal_column, select

from server.i18n import N_
from server.persistence.models import CaseFact, UserTask
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table, share


def on_time(ground: Ground, _args: Mapping[str, str]) -> Answer:
    """Of the milestone tasks that were completed in the period, each time one was done."""
    kept = case((UserTask.ended_at <= UserTask.due_at, 1), else_=0)
    promised = case((UserTask.due_at.is_not(None), 1), else_=0)
    begins, ends = ground.filters.span(ground.zone)
    query = (
        select(UserTask.milestone, func.count(), func.sum(promised), func.sum(kept))
        .join(CaseFact, CaseFact.case_id == UserTask.case_id)
        .where(
            and_(UserTask.milestone.is_not(None), UserTask.state == literal_column("'completed'")),
            and_(UserTask.ended_at >= begins, UserTask.ended_at < ends),
            *ground.mine(),
        )
        .group_by(UserTask.milestone)
        .order_by(UserTask.milestone)
    )
    rows = [Row(_cells(*row)) for row in ground.rows(query)]
    columns = [
        Column("milestone", ground.say(N_("Milestone")), draw="label"),
        Column("done", ground.say(N_("Done")), "count"),
        Column("promised", ground.say(N_("With a promise")), "count"),
        Column("kept", ground.say(N_("On time")), "count", "stack", "good"),
        Column("late", ground.say(N_("Late")), "count", "stack", "bad"),
        Column("share", ground.say(N_("Share on time")), "share", "share"),
    ]
    said = [
        ground.say(N_("Each milestone counts whenever its task was completed in the period, again in each round.")),
        ground.say(N_("On time: completed not later than its due date as it stood then.")),
    ]
    return Answer([Table("on_time", ground.say(N_("Milestones on time")), columns, rows, said)])


def _cells(milestone: str, done: int, promised: Any, kept: Any) -> dict[str, Any]:
    promised, kept = int(promised or 0), int(kept or 0)
    shares = {"late": promised - kept, "share": share(kept, promised)}
    return {"milestone": milestone, "done": done, "promised": promised, "kept": kept} | shares
