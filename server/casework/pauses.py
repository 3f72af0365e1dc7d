"""When a case's clock stood."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from server.casework.work import Work
from server.domain.deadline import Pause
from server.domain.deadline_terms import Reason
from server.domain.working_time import rfc3339
from server.persistence.models import ClockPause, ProcessInstance

if TYPE_CHECKING:
    from server.casework.case_work import CaseWork


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


def stop_clock(case: "CaseWork", kind: str, text: str) -> None:
    """Queue that the clock of `case` stands from now on; count its promises anew afterwards."""
    work = case.work
    row = {
        "case_id": case.case_id,
        "kind": kind,
        "text": text,
        "started_at": work.now,
        "started_by": work.actor_id,
    }
    case.pauses().append(Pause(kind, text, work.now, None))
    work.write(insert(ClockPause), [row])
    work.write(
        update(ProcessInstance).where(ProcessInstance.id == case.instance_id).values(pauses=ProcessInstance.pauses + 1)
    )


def start_clock(case: "CaseWork", *, suspended: bool) -> int:
    """Queue the end of what stops the clock: the suspension, or else whatever a person stopped it for.

    Returns how many pauses ended.
    """
    work, pauses = case.work, case.pauses()
    ended = 0
    for position, pause in enumerate(pauses):
        if pause.ended_at is None and (pause.kind == "suspended") == suspended:
            pauses[position] = Pause(pause.kind, pause.text, pause.started_at, work.now)
            ended += 1
    same = ClockPause.kind == "suspended" if suspended else ClockPause.kind != "suspended"
    if ended:
        work.write(
            update(ClockPause)
            .where(ClockPause.case_id == case.case_id, ClockPause.ended_at.is_(None), same)
            .values(ended_at=work.now, ended_by=work.actor_id)
        )
    return ended
