"""A case's clock is stopped, or let go on."""

from sqlalchemy import insert, update

from server.casework.case_work import CaseWork
from server.domain.deadline import Pause
from server.persistence.models import ClockPause, ProcessInstance


def stop_clock(case: CaseWork, kind: str, text: str) -> None:
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


def start_clock(case: CaseWork, *, suspended: bool) -> int:
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
