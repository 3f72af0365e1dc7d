"""End a job at the error boundary event of its own task (BPMN error), or open an incident when none catches it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from server.casework.causes import cause_of
from server.casework.command import Answer, Command, Reply
from server.casework.incidents import open_incident
from server.casework.job_in_hand import job_in_hand
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType


@dataclass(frozen=True, kw_only=True)
class ThrowError(Command):
    verb: ClassVar[str] = "throw_error"
    keeps_faults: ClassVar[bool] = False
    job_id: str
    token: str
    code: str
    payload: dict[str, Any] | None = None

    def handle(self, work: Work) -> Reply:
        job = job_in_hand(work, self.job_id, self.token)
        case = job.case
        caught = case.advance(lambda engine: engine.throw_error(job.row.engine_task_id, self.code, self.payload))
        message = f"BPMN error {self.code}"
        told = {"job_id": job.id, "code": self.code, "payload": self.payload, "caught": caught}
        case.record(EventType.JOB_ERROR_THROWN, job.row.element_id, **told)
        if caught:
            job.end("failed", error=message)
        else:
            message = f"{message}: no boundary event of this task catches it"
            cause = cause_of(case.version, case.data, job.row.element_id, job.row.topic, message)
            job.end("incident", error=message, fingerprint=cause["fingerprint"])
            open_incident(case, kind="job", element_id=job.row.element_id, message=message, job=job.row)
        save(case)
        return Answer(200, {"instance_id": case.instance_id, "caught": caught})
