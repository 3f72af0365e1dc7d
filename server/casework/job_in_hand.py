"""One attempt at a job in hand, with its case: only the attempt that still holds the lease may end it."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from server.casework.case_work import CaseWork, case_of
from server.casework.statements import JOB_ENDED
from server.casework.work import Work
from server.persistence.models import Job

_HELD = select(Job).where(Job.id == bindparam("job"), Job.state == "locked", Job.attempt_token == bindparam("token"))

_ENDS = {"done": "succeeded", "failed": "boundary"}


class LateAttempt(Exception):
    """The lease went to another attempt, or the job was cancelled: what this attempt did is not recorded."""


class JobInHand:
    def __init__(self, work: Work, row: Row[Any], case: CaseWork):
        self.work, self.row, self.case = work, row, case
        self.id: str = row.id

    def end(self, state: str, **changed: Any) -> None:
        """Queue the end of this attempt, fenced by its token; `changed` are columns of JOB_ENDED."""
        row = self.row
        self.work.finished.add(self.id)
        if state in _ENDS:
            self.case.job_ends[self.id] = _ENDS[state]
        kept = {"run_at": row.run_at, "error": row.error, "fingerprint": row.fingerprint}
        ended = {"ended_at": self.work.now if state in ("done", "failed") else None, "retries_left": row.retries_left}
        key = {"job": self.id, "token": row.attempt_token, "state": state}
        self.work.write_one(JOB_ENDED, key | kept | ended | changed)


def job_in_hand(work: Work, job_id: str, token: str) -> JobInHand:
    """The locked job `job_id` of the attempt `token`; raises LateAttempt."""
    row = work.read(_HELD, {"job": job_id, "token": token}).one_or_none()
    case = case_of(work, row.instance_id) if row is not None else None
    if row is None or case is None or case.state in ("completed", "cancelled"):
        raise LateAttempt(job_id)
    return JobInHand(work, row, case)
