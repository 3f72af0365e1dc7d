"""Let a case go on without the worker whose job failed."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from server.casework.cases import visible_case
from server.casework.command import Answer, Command, Reply
from server.casework.incidents import incident_to_repair, require_open
from server.casework.repairing import require_reason
from server.casework.save_case import save
from server.casework.task_in_hand import case_answer
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.i18n import N_
from server.jobs.registry import ContractBroken, UnknownTopic
from server.persistence.models import Job, ProcessInstance


@dataclass(frozen=True, kw_only=True)
class SkipJob(Command):
    """`result` is taken in the worker's place, checked as his would be; None: the step gives nothing.

    A job that is being tried again may be skipped as long as no worker holds it.
    """

    verb: ClassVar[str] = "skip_job"
    keeps_faults: ClassVar[bool] = False
    incident_id: int
    reason: str
    result: dict[str, Any] | None = None

    def handle(self, work: Work) -> Reply:
        row = incident_to_repair(work, self.incident_id)
        case = visible_case(work, ProcessInstance.id == row.instance_id, str(row.instance_id))
        reason = require_reason(self.reason)
        job = self._job(work, row)
        case.require_live()
        if self.result is not None:
            self._check(work, job.topic, self.result)
        work.finished.add(job.id)
        case.job_ends[job.id] = "skipped"
        told = {"job_id": job.id, "topic": job.topic, "result": self.result, "reason": reason}
        case.record(EventType.JOB_SKIPPED, row.element_id, **told)
        case.advance(lambda engine: engine.complete_job(job.engine_task_id, self.result), row.element_id)
        ended = {"state": "skipped", "ended_at": work.now}
        work.write_one(update(Job).where(Job.id == job.id, Job.state == job.state).values(**ended))
        save(case)
        return Answer(200, {"id": row.id, "state": "obsolete", "outcome": "skipped", "instance": case_answer(case)})

    def _job(self, work: Work, row: Row[Any]) -> Row[Any]:
        if row.job_id is None:
            raise Rejected(
                "instance.no_job",
                N_("Nothing was to be done by the server here, so nothing can be skipped. Move the complaint instead."),
            )
        job = work.read(select(Job).where(Job.id == row.job_id)).one()
        if row.state != "retrying":
            require_open(work, row)
        if job.state not in ("incident", "ready"):
            raise Rejected(
                "instance.job_running",
                N_("The step is running at this moment. Wait for how it goes, then decide."),
            )
        return job

    def _check(self, work: Work, topic: str, result: dict[str, Any]) -> None:
        check_plain(result)
        try:
            work.context.topics.check_result(topic, result)
        except UnknownTopic:
            return  # No worker is there who could say what its result looks like.
        except ContractBroken as broken:
            raise Rejected(
                "process.result",
                N_("This is no result of {topic}: {why}"),
                field="/result",
                topic=topic,
                why=str(broken).partition("result: ")[2],
            ) from broken
