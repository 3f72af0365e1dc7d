"""A fault of the process becomes an incident a person sees; the case stands where it stood.

It is closed by `save` alone, when its job or the advance that failed succeeded (`resolved`), or when the case left
the step another way (`obsolete`): having something tried again closes nothing.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update

from server.casework.case_work import CaseFault, CaseWork
from server.casework.causes import cause_of
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Incident, RepairStep, UserAccount

MESSAGE_LENGTH = 4000
TRACEBACK_LENGTH = 16_000
UNSETTLED = ("open", "retrying")


def open_incident(
    case: CaseWork,
    *,
    kind: str,
    element_id: str | None,
    message: str,
    job: Row[Any] | None = None,
    traceback: str | None = None,
    origin: Mapping[str, Any] | None = None,
) -> None:
    """Queue an open incident and its event; the instance's state becomes `incident`. Save the case afterwards.

    One that is being tried again is opened again instead, with the new error.
    """
    again = _of_job(case, job.id) if job is not None else None
    if again is not None:
        reopen(case, again, message, topic=job.topic if job is not None else None, traceback=traceback)
        return
    case.state = "incident" if case.state == "active" else case.state
    row: dict[str, Any] = {
        "instance_id": case.instance_id,
        "case_id": case.case_id,
        "job_id": None if job is None else job.id,
        "element_id": element_id,
        "kind": kind,
        "message": message[:MESSAGE_LENGTH],
        "state": "open",
        "created_at": case.work.now,
        "failures": 1,
        "traceback": _cut(traceback),
        "origin": None if origin is None else dict(origin),
        **cause_of(case.version, case.data, element_id, None if job is None else job.topic, message),
    }
    case.work.write(insert(Incident), [row])
    told = {"cause": kind, "error": message[:MESSAGE_LENGTH], "job_id": row["job_id"]}
    case.record(EventType.INCIDENT_OPENED, element_id, **told)


def reopen(case: CaseWork, row: Row[Any], message: str, *, topic: str | None, traceback: str | None = None) -> None:
    """Queue that what was tried again failed again: the same incident, with one failure more and its new error."""
    values = cause_of(case.version, case.data, row.element_id, topic, message)
    values |= {"state": "open", "failures": row.failures + 1, "failed_at": case.work.now}
    values |= {"message": message[:MESSAGE_LENGTH], "first_message": row.first_message or row.message}
    values |= {"traceback": _cut(traceback)}
    case.work.write_one(update(Incident).where(Incident.id == row.id, Incident.state == row.state).values(**values))
    case.state = "incident" if case.state == "active" else case.state
    told = {"incident_id": row.id, "error": message[:MESSAGE_LENGTH], "failures": row.failures + 1}
    case.record(EventType.INCIDENT_REOPENED, row.element_id, **told)
    tell_runs(case.work, row.id, "failed", {"error": message[:MESSAGE_LENGTH]})


def open_fault(case: CaseWork, fault: CaseFault, origin: Mapping[str, Any]) -> bool:
    """As `open_incident` for a fault of the diagram, once per cause; False when the same one is open already."""
    cause = cause_of(case.version, case.data, fault.element_id, None, fault.message)
    for row in unsettled(case):
        same_task = origin.get("task_id") is not None and (row.origin or {}).get("task_id") == origin["task_id"]
        if row.kind != "fault" or not (same_task or row.fingerprint == cause["fingerprint"]):
            continue
        if row.state == "open":
            return False
        reopen(case, row, fault.message, topic=None)
        return True
    open_incident(case, kind="fault", element_id=fault.element_id, message=fault.message, origin=origin)
    return True


def unsettled(case: CaseWork) -> list[Row[Any]]:
    """What is open in the case or being tried again, oldest first."""
    query = select(Incident).where(Incident.instance_id == case.instance_id, Incident.state.in_(UNSETTLED))
    return list(case.work.read(query.order_by(Incident.id)))


def _of_job(case: CaseWork, job_id: str) -> Row[Any] | None:
    return next((row for row in unsettled(case) if row.job_id == job_id), None)


def close(case: CaseWork, row: Row[Any], outcome: str) -> None:
    """Queue the end of an incident; `outcome` is `succeeded`, or how the case left the step otherwise."""
    state = "resolved" if outcome == "succeeded" else "obsolete"
    ended = {"state": state, "outcome": outcome, "ended_at": case.work.now, "ended_by": case.work.actor_id}
    case.work.write_one(update(Incident).where(Incident.id == row.id, Incident.state == row.state).values(**ended))
    if state == "resolved":
        case.record(EventType.INCIDENT_RESOLVED, row.element_id, incident_id=row.id, job_id=row.job_id)
    else:
        told = {"incident_id": row.id, "job_id": row.job_id, "outcome": outcome}
        case.record(EventType.INCIDENT_OBSOLETE, row.element_id, **told)
    tell_runs(case.work, row.id, "succeeded" if state == "resolved" else "gone", {"outcome": outcome})


def tell_runs(work: Work, incident_id: int, state: str, reason: dict[str, Any]) -> None:
    """Queue the result of whatever run is having this incident tried again at the moment."""
    running = update(RepairStep).where(RepairStep.incident_id == incident_id, RepairStep.state == "running")
    work.write(running.values(state=state, reason=reason, ended_at=work.now))


def incident_to_repair(work: Work, incident_id: int) -> Row[Any]:
    """The open incident for one who may repair it; raises Rejected when it is closed or being tried again."""
    work.actor.require("incident.repair")
    row = work.read(select(Incident).where(Incident.id == incident_id)).one_or_none()
    if row is None:
        raise Rejected("not_found.incident", N_("There is no incident {id}."), id=incident_id)
    return row


def require_open(work: Work, row: Row[Any]) -> None:
    """Raises Rejected unless the incident waits for somebody; the sentence says what became of it."""
    if row.state == "retrying":
        query = select(UserAccount.display_name).where(UserAccount.id == row.retried_by)
        raise Rejected(
            "instance.incident_retrying",
            N_("{name} is having this step tried again at the moment. Wait for how it goes."),
            name=work.read(query).scalar_one_or_none() or "Kesu",
        )
    if row.state != "open":
        raise Rejected("instance.incident_closed", _CLOSED.get(row.outcome, _CLOSED["left"]))


_CLOSED: Mapping[str | None, str] = {
    None: N_("This incident has already been dealt with."),
    "succeeded": N_("The step has succeeded meanwhile; there is nothing left to repair."),
    "skipped": N_("Somebody has skipped the step meanwhile; there is nothing left to repair."),
    "cancelled": N_("The complaint was cancelled meanwhile; there is nothing left to repair."),
    "ended": N_("The complaint has ended meanwhile; there is nothing left to repair."),
    "left": N_("The complaint has left this step another way meanwhile; there is nothing left to repair."),
}


def _cut(traceback: str | None) -> str | None:
    """The end of it, where the error stands."""
    return None if traceback is None else traceback.replace("\0", "\N{SYMBOL FOR NULL}")[-TRACEBACK_LENGTH:]
