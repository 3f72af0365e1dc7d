"""When a case's clock stood."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from server.casework.work import Work
from server.domain.deadline import Pause
from server.domain.deadline_terms import Reason
from server.domain.working_time import rfc3339
from server.persistence.models import ClockPause


def pauses_of(work: Work, case_id: int | None) -> list[Pause]:
    """In order of their beginning."""
    query = (
        select(ClockPause.kind, ClockPause.text, ClockPause.started_at, ClockPause.ended_at)
        .where(ClockPause.case_id == case_id)
        .order_by(ClockPause.started_at, ClockPause.id)
    )
    return [Pause(row.kind, row.text, row.started_at, row.ended_at) for row in work.read(query)]


def pauses_json(pauses: Iterable[Pause], language: str) -> list[dict[str, Any]]:
    """As interfaces.md has them, oldest first."""
    return [
        {
            "reason": pause.kind,
            "text": pause.text,
            "told": Reason(pause.kind, pause.text).text(language),
            "started_at": rfc3339(pause.started_at),
            "ended_at": rfc3339(pause.ended_at) if pause.ended_at else None,
        }
        for pause in pauses
    ]
