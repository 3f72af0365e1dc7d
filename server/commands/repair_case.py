"""Repair one case as a step of a run."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.move_instance import MoveInstance
from server.commands.resume_instance import ResumeInstance
from server.commands.retry_incident import RetryIncident
from server.commands.skip_job import SkipJob
from server.commands.suspend_instance import SuspendInstance
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, ProcessInstance, RepairRun, RepairStep


@dataclass(frozen=True, kw_only=True)
class RepairCase(Command):
    """The act and the step's result are written together, so that no step is carried out twice or forgotten.

    A retry's step is `running` until its job says how it went (casework/incidents.py); all others are settled here.
    Raises Rejected where the act is refused: runner/repairs.py writes that down.
    """

    verb: ClassVar[str] = "repair_case"
    keeps_faults: ClassVar[bool] = False
    step_id: int

    def handle(self, work: Work) -> Reply:
        step = _step(work, self.step_id)
        if step.state != "waiting":
            return Answer(200, {"state": step.state})
        reply = self._act(step).handle(work)
        answer = reply if isinstance(reply, Answer) else Answer(200, {})
        values: dict[str, Any] = {"state": "succeeded", "ended_at": work.now}
        if step.action == "retry":
            values = _of_retry(work, answer.body)
        same = update(RepairStep).where(RepairStep.id == step.id, RepairStep.state == "waiting")
        work.write_one(same.values(**values))
        return Answer(200, {"state": values["state"]})

    def _act(self, step: Row[Any]) -> Command:
        actor, reason, instance = self.actor, step.reason_of_run, step.instance_id
        wanted = step.parameters
        if step.action == "retry":
            return RetryIncident(actor=actor, incident_id=step.incident_id, reason=reason)
        if step.action == "skip":
            return SkipJob(actor=actor, incident_id=step.incident_id, reason=reason, result=wanted.get("result"))
        if step.action == "amend":
            return AmendCase(actor=actor, number=step.number, data=wanted["data"], reason=reason)
        if step.action == "move":
            return MoveInstance(actor=actor, instance_id=instance, target=wanted["target"], reason=reason)
        act: Any = {"suspend": SuspendInstance, "resume": ResumeInstance, "cancel": CancelInstance}[step.action]
        command: Command = act(actor=actor, instance_id=instance, reason=reason)
        return command


def _of_retry(work: Work, told: dict[str, Any]) -> dict[str, Any]:
    """Columns of a retry's step by what RetryIncident answered; a fault of the diagram is settled at once."""
    state = told["state"]
    if state == "retrying":
        return {"state": "running"}
    ended: dict[str, Any] = {"ended_at": work.now}
    if state == "open":
        return ended | {"state": "failed", "reason": {"error": told["error"]}}
    return ended | {"state": "succeeded" if state == "resolved" else "gone"}


def _step(work: Work, step_id: int) -> Row[Any]:
    query = (
        select(
            RepairStep.id,
            RepairStep.instance_id,
            RepairStep.incident_id,
            RepairStep.state,
            RepairRun.action,
            RepairRun.parameters,
            RepairRun.reason.label("reason_of_run"),
            CaseFile.number,
        )
        .join(RepairRun, RepairRun.id == RepairStep.run_id)
        .join(ProcessInstance, ProcessInstance.id == RepairStep.instance_id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(RepairStep.id == step_id)
    )
    step = work.read(query).one_or_none()
    if step is None:
        raise Rejected("not_found.repair", N_("There is no such repair."))
    return step
