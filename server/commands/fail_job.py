"""Record a failed attempt at a job: another attempt after a pause, or an incident when none is left."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from server.casework.causes import cause_of
from server.casework.command import Answer, Command, Reply
from server.casework.incidents import open_incident
from server.casework.job_in_hand import job_in_hand
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType

LONGEST_PAUSE = timedelta(hours=1)
ERROR_LENGTH = 4000


@dataclass(frozen=True, kw_only=True)
class FailJob(Command):
    """`delay` is a worker's own wish (RetryLater) and uses up no retry; else the pause grows from try to try.

    `final`: an incident at once, however many retries are left. `traceback` is kept with the incident alone, where only
    who repairs reads it.
    """

    verb: ClassVar[str] = "fail_job"
    mends: ClassVar[frozenset[str]] = frozenset({"error", "traceback"})
    job_id: str
    token: str
    error: str
    delay: timedelta | None = None
    final: bool = False
    traceback: str | None = None

    def handle(self, work: Work) -> Reply:
        job = job_in_hand(work, self.job_id, self.token)
        # A worker's error may quote anything, and no database keeps a NUL character.
        case, error = job.case, self.error.replace("\0", "\N{SYMBOL FOR NULL}")[:ERROR_LENGTH]
        left = 0 if self.final else job.row.retries_left - (self.delay is None)
        case.record(
            EventType.JOB_FAILED, job.row.element_id, job_id=job.id, error=error, attempt=job.row.attempt, left=left
        )
        cause = cause_of(case.version, case.data, job.row.element_id, job.row.topic, error)
        common = {"error": error, "fingerprint": cause["fingerprint"], "retries_left": max(left, 0)}
        if left > 0:
            pause = self.delay or _pause(job.row.retry_base, job.row.attempt - job.row.tries_before)
            job.end("ready", run_at=work.now + pause, **common)
        else:
            job.end("incident", **common)
            at, trace = job.row.element_id, self.traceback
            open_incident(case, kind="job", element_id=at, message=error, job=job.row, traceback=trace)
        save(case)
        return Answer(200, {"instance_id": case.instance_id, "retries_left": max(left, 0)})


def _pause(base: float, attempt: int) -> timedelta:
    """`base` to the power of the attempt, in seconds."""
    seconds = min(max(base, 1.0) ** min(attempt, 12), LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=seconds)
