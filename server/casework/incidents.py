"""A fault of the process becomes an incident a person sees; the case stands where it stood."""

import re
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update

from server.casework.case_work import CaseFault, CaseWork
from server.domain.history import EventType
from server.persistence.models import Incident

MESSAGE_LENGTH = 4000


def fingerprint(message: str) -> str:
    """Equal for errors that differ only in numbers and ids, so that they can be counted together."""
    return sha256(re.sub(r"[0-9a-f]{8,}|\d+", "#", message).encode()).hexdigest()[:16]


def open_incident(
    case: CaseWork, *, kind: str, element_id: str | None, message: str, job_id: str | None = None
) -> None:
    """Queue an open incident and its event; the instance's state becomes `incident`. Save the case afterwards."""
    case.state = "incident" if case.state == "active" else case.state
    row: dict[str, Any] = {
        "instance_id": case.instance_id,
        "case_id": case.case_id,
        "job_id": job_id,
        "element_id": element_id,
        "kind": kind,
        "message": message[:MESSAGE_LENGTH],
        "fingerprint": fingerprint(message),
        "state": "open",
        "created_at": case.work.now,
    }
    case.work.write(insert(Incident), [row])
    case.record(EventType.INCIDENT_OPENED, element_id, cause=kind, error=message[:MESSAGE_LENGTH], job_id=job_id)


def open_fault(case: CaseWork, fault: CaseFault) -> bool:
    """As `open_incident` for a fault of the diagram, once per cause; False when the same one is open already."""
    same = select(Incident.id).where(
        Incident.instance_id == case.instance_id,
        Incident.state == "open",
        Incident.fingerprint == fingerprint(fault.message),
    )
    if case.work.read(same).first() is not None:
        return False
    open_incident(case, kind="fault", element_id=fault.element_id, message=fault.message)
    return True


def resolve(case: CaseWork, incident_id: int, others_open: bool) -> None:
    """Queue the end of an incident; the instance is `active` again when it was the last."""
    case.work.write_one(
        update(Incident)
        .where(Incident.id == incident_id, Incident.state == "open")
        .values(state="resolved", ended_at=case.work.now, ended_by=case.work.actor_id)
    )
    if not others_open and case.state == "incident":
        case.state = "active"
    case.record(EventType.INCIDENT_RESOLVED, incident_id=incident_id)
