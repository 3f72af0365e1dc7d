"""Try again what an incident stopped."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, update

from server.casework.case_work import CaseFault, CaseWork
from server.casework.cases import visible_case
from server.casework.command import Answer, Command, Reply
from server.casework.incidents import close, incident_to_repair, reopen, require_open
from server.casework.save_case import save
from server.casework.trial import fault_on_completion
from server.casework.wait_rows import DEFAULT_RETRIES
from server.casework.work import Work
from server.commands.fire_timers import FireTimers
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.engine import EngineError
from server.i18n import N_
from server.persistence.models import Incident, Job, ProcessInstance


@dataclass(frozen=True, kw_only=True)
class RetryIncident(Command):
    """Gives the failed job its retries again; the incident is `retrying` until the job has succeeded or failed again.

    A fault of the diagram: the advance is tried at once, and the answer tells how it went (`outcome`).
    """

    verb: ClassVar[str] = "retry_incident"
    keeps_faults: ClassVar[bool] = False
    incident_id: int
    reason: str = ""

    def handle(self, work: Work) -> Reply:
        row = incident_to_repair(work, self.incident_id)
        case = visible_case(work, ProcessInstance.id == row.instance_id, str(row.instance_id))
        require_open(work, row)
        case.require_live()
        if row.job_id is None:
            return self._advance_again(case, row)
        engine_task = next((line["task_id"] for line in case.waits if line["id"] == row.job_id), None)
        renewed = self._renew(case, engine_task) if engine_task is not None else None
        values: dict[str, Any] = {"state": "ready", "run_at": work.now, "retries_left": DEFAULT_RETRIES}
        values |= {"lost_in_a_row": 0, "tries_before": Job.attempt}
        values |= {} if renewed is None else {"parameters": renewed}
        work.write_one(update(Job).where(Job.id == row.job_id, Job.state == "incident").values(**values))
        work.new_jobs.append(row.job_id)
        told = {"job_id": row.job_id, "incident_id": row.id, "reason": self.reason.strip()}
        case.record(EventType.JOB_RETRIED, row.element_id, **told, parameters=renewed is not None)
        self._trying(work, row)
        save(case)
        return self._answer(case, row, "retrying")

    def _renew(self, case: CaseWork, engine_task: str) -> dict[str, Any] | None:
        """What the worker is handed now, where the case says otherwise than when the job began."""
        try:
            wanted = case.engine.job_parameters(engine_task)
            before = next(wait.parameters for wait in case.engine.waits() if wait.task_id == engine_task)
            if wanted == before:
                return None
            case.advance(lambda engine: engine.renew_job(engine_task))
        except (EngineError, CaseFault) as fault:
            why = getattr(fault, "message", str(fault))
            raise Rejected(
                "process.parameters",
                N_("What this step hands over cannot be worked out: {why}. Change that field, then try again."),
                why=why,
            ) from fault
        return wanted

    def _trying(self, work: Work, row: Row[Any]) -> None:
        values = {"state": "retrying", "retried_at": work.now, "retried_by": work.actor_id}
        work.write_one(update(Incident).where(Incident.id == row.id, Incident.state == "open").values(**values))

    def _advance_again(self, case: CaseWork, row: Row[Any]) -> Reply:
        """Of a fault: really what failed, where the clock did it; else on a copy, since a person's answer is gone."""
        work, origin = case.work, row.origin or {}
        if origin.get("verb") == "fire_timers":
            return self._fire(case, row)
        line = next((line for line in case.waits if line["id"] and line["id"] == origin.get("task_id")), None)
        if origin.get("task_id") and line is None:
            close(case, row, "left")
            save(case)
            return self._answer(case, row, "obsolete")
        fault = fault_on_completion(case, line)
        if fault is not None:
            return self._failed_again(work, row, fault)
        self._trying(work, row)
        case.record(EventType.INCIDENT_RETRIED, row.element_id, incident_id=row.id)
        save(case)
        return self._answer(case, row, "retrying", outcome="way_free")

    def _fire(self, case: CaseWork, row: Row[Any]) -> Reply:
        try:
            fired = FireTimers(actor=self.actor, instance_id=case.instance_id).handle(case.work)
        except CaseFault as fault:
            return self._failed_again(case.work, row, fault)
        if isinstance(fired, Answer) and fired.body["fired"]:
            return self._answer(case, row, "resolved", outcome="succeeded")
        close(case, row, "left")
        save(case)
        return self._answer(case, row, "obsolete")

    def _failed_again(self, work: Work, row: Row[Any], fault: CaseFault) -> Reply:
        # What the failed advance left in memory is of no use: the incident is told on the case as it was saved.
        case = visible_case(work, ProcessInstance.id == row.instance_id, str(row.instance_id))
        reopen(case, row, fault.message, topic=None)
        save(case)
        return self._answer(case, row, "open", outcome="failed", error=fault.message)

    def _answer(self, case: CaseWork, row: Row[Any], state: str, **more: Any) -> Answer:
        return Answer(200, {"id": row.id, "instance_id": case.instance_id, "state": state, **more})
