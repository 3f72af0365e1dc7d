"""Try again what an incident stopped."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from server.casework.cases import visible_case
from server.casework.command import Answer, Command, Reply
from server.casework.incidents import resolve
from server.casework.save_case import save
from server.casework.wait_rows import DEFAULT_RETRIES
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Incident, Job, ProcessInstance


@dataclass(frozen=True, kw_only=True)
class RetryIncident(Command):
    """Gives the failed job its retries again; a fault of the diagram is only marked as looked at."""

    verb: ClassVar[str] = "retry_incident"
    incident_id: int

    def handle(self, work: Work) -> Reply:
        work.actor.require("incident.repair")
        row = self._incident(work)
        case = visible_case(work, ProcessInstance.id == row.instance_id, str(row.instance_id))
        if row.state != "open":
            raise Rejected("instance.incident_closed", N_("This incident has already been dealt with."))
        case.require_live()
        others = select(Incident.id).where(
            Incident.instance_id == row.instance_id, Incident.state == "open", Incident.id != row.id
        )
        if row.job_id is not None:
            work.write_one(
                update(Job)
                .where(Job.id == row.job_id, Job.state == "incident")
                .values(state="ready", run_at=work.now, retries_left=DEFAULT_RETRIES, lost_in_a_row=0)
            )
            work.new_jobs.append(row.job_id)
            case.record(EventType.JOB_RETRIED, row.element_id, job_id=row.job_id)
        resolve(case, row.id, others_open=work.read(others).first() is not None)
        save(case)
        return Answer(200, {"id": row.id, "instance_id": case.instance_id, "state": "resolved"})

    def _incident(self, work: Work) -> Row[Any]:
        row = work.read(select(Incident).where(Incident.id == self.incident_id)).one_or_none()
        if row is None:
            raise Rejected("not_found.incident", N_("There is no incident {id}."), id=self.incident_id)
        return row
