"""Complete a service task's job: result, mails and files are recorded with the step that moves the case."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import insert

from server.casework.command import Answer, Command, Reply
from server.casework.job_in_hand import job_in_hand
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.json_gate import check_plain
from server.persistence.models import Attachment, OutboxMail


@dataclass(frozen=True)
class Effects:
    """What a worker wants to be kept: rows for `attachment` and `outbox_mail`, without case and time."""

    files: list[dict[str, Any]] = field(default_factory=list)
    mails: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CompleteJob(Command):
    """Raises LateAttempt when `token` is no longer the attempt that holds the job."""

    verb: ClassVar[str] = "complete_job"
    keeps_faults: ClassVar[bool] = False
    job_id: str
    token: str
    result: dict[str, Any] | None
    effects: Effects = field(default_factory=Effects)

    def handle(self, work: Work) -> Reply:
        job = job_in_hand(work, self.job_id, self.token)
        if self.result is not None:
            check_plain(self.result)
        check_plain(self.effects.mails)
        case = job.case
        self._keep_effects(work, case.case_id)
        case.record(
            EventType.JOB_COMPLETED,
            job.row.element_id,
            job_id=job.id,
            topic=job.row.topic,
            result=self.result,
            attempt=job.row.attempt,
            mails=[mail["recipient"] for mail in self.effects.mails],
            files=[row["name"] for row in self.effects.files],
        )
        case.advance(lambda engine: engine.complete_job(job.row.engine_task_id, self.result), job.row.element_id)
        job.end("done")
        save(case)
        return Answer(200, {"instance_id": case.instance_id})

    def _keep_effects(self, work: Work, case_id: int | None) -> None:
        if self.effects.files:
            rows = [row | {"case_id": case_id, "created_at": work.now} for row in self.effects.files]
            work.write(insert(Attachment), rows)
        if self.effects.mails:
            common = {"case_id": case_id, "state": "queued", "attempts": 0, "run_at": work.now, "created_at": work.now}
            work.write(insert(OutboxMail), [row | common for row in self.effects.mails])
