"""How was the period, in one line of figures, beside the one before it?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func, select

from server.i18n import N_
from server.persistence.models import CaseFact, StepRecord
from server.queries.analysis.filters import midnight
from server.queries.analysis.ground import Ground
from server.queries.analysis.periods import Part
from server.queries.analysis.shape import Column, Row, Table, share

_DAY = 86_400


def figures(ground: Ground, spans: Sequence[Part]) -> Table:
    """A row for each span. Complaints count as in the trend; a promise is that of a step that ended in the span."""
    best = next(iter(ground.options("satisfied")), None) if ground.declared("satisfied") else None
    costs = ground.version.application.costs
    columns = [
        Column("part", ground.say(N_("Period")), draw="label"),
        Column("received", ground.say(N_("Received")), "count"),
        Column("closed", ground.say(N_("Closed")), "count"),
        Column("open", ground.say(N_("Open at its end")), "count"),
        Column("late", ground.say(N_("Of them late")), "count"),
        Column("repeats", ground.say(N_("Come back")), "count"),
        Column("kept", ground.say(N_("Promises kept")), "share"),
        Column("days", ground.say(N_("Days to the end (mean)")), "days"),
    ]
    if best is not None:
        columns.append(Column("satisfied", ground.say(N_("Share satisfied")), "share"))
    if costs is not None:
        columns.append(Column("cost", ground.say(N_("Cost ({currency})"), currency=costs.currency), "money"))
    rows = [Row(_cells(ground, span, best)) for span in spans]
    said = [
        ground.say(N_("Late: a step that stood open at the end of the period was past its promise.")),
        ground.say(N_("Promises kept: of the steps with a promise that were completed in the period.")),
        ground.say(N_("Days, satisfaction and cost are those of the complaints closed in the period.")),
    ]
    return Table("figures", ground.say(N_("The figures")), columns, rows, said, series=True)


def _cells(ground: Ground, span: Part, best: str | None) -> dict[str, Any]:
    begins, ends = _moments(ground, span)
    received = _within(CaseFact.received_at, begins, ends)
    ((came, again),) = ground.rows(
        select(func.count(), func.sum(case((CaseFact.repeat == 1, 1), else_=0))).where(*ground.mine(), *received)
    )
    ended = ground.rows(
        select(CaseFact.received_at, CaseFact.ended_at, CaseFact.satisfied, CaseFact.cost).where(
            *ground.mine(), *_within(CaseFact.ended_at, begins, ends)
        )
    )
    days = [(until - since).total_seconds() / _DAY for since, until, _satisfied, _cost in ended]
    answers = [satisfied for _since, _until, satisfied, _cost in ended if satisfied is not None]
    return {
        "part": span.name,
        "received": came,
        "closed": len(ended),
        "open": _open(ground, ends),
        "late": _late(ground, ends),
        "repeats": int(again or 0),
        "kept": _kept(ground, begins, ends),
        "days": sum(days) / len(days) if days else None,
        "satisfied": share(answers.count(best), len(answers)) if best is not None else None,
        "cost": sum(cost or 0.0 for *_rest, cost in ended),
    }


def _open(ground: Ground, ends: datetime) -> int:
    ((count,),) = ground.rows(
        select(func.count()).where(*ground.mine(), CaseFact.received_at < ends, not_ended(CaseFact.ended_at, ends))
    )
    return int(count)


def _late(ground: Ground, ends: datetime) -> int:
    query = (
        select(func.count(distinct(StepRecord.case_id)))
        .join(CaseFact, CaseFact.case_id == StepRecord.case_id)
        .where(*ground.mine(), *standing_at(ends), StepRecord.due_at < ends)
    )
    ((count,),) = ground.rows(query)
    return int(count)


def _kept(ground: Ground, begins: datetime, ends: datetime) -> float | None:
    kept = case((StepRecord.ended_at <= StepRecord.due_at, 1), else_=0)
    query = (
        select(func.count(), func.sum(kept))
        .join(CaseFact, CaseFact.case_id == StepRecord.case_id)
        .where(
            *ground.mine(),
            StepRecord.outcome == "completed",
            StepRecord.due_at.is_not(None),
            *_within(StepRecord.ended_at, begins, ends),
        )
    )
    ((promised, held),) = ground.rows(query)
    return share(int(held or 0), promised)


def standing_at(moment: datetime) -> list[ColumnElement[bool]]:
    """Conditions on `step_record`: a case was to be found at the step then."""
    return [StepRecord.stands == 1, StepRecord.begun_at < moment, not_ended(StepRecord.ended_at, moment)]


def not_ended(ended_at: Any, moment: datetime) -> ColumnElement[bool]:
    """Condition: it was still open at the moment."""
    found: ColumnElement[bool] = ended_at.is_(None) | (ended_at >= moment)
    return found


def _within(moment: Any, begins: datetime, ends: datetime) -> list[ColumnElement[bool]]:
    return [moment >= begins, moment < ends]


def _moments(ground: Ground, span: Part) -> tuple[datetime, datetime]:
    return midnight(span.first, ground.zone), midnight(span.last + timedelta(days=1), ground.zone)
