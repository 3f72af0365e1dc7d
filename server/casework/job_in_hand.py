"""One attempt at a job in hand, with its case: only the attempt that still holds the lease may end it."""

from typing import Any

from sqlalchemy import Row, select, update

from server.casework.case_work import CaseWork, load_case
from server.casework.work import Work
from server.persistence.models import Job, ProcessInstance


class LateAttempt(Exception):
    """The lease went to another attempt, or the job was cancelled: what this attempt did is not recorded."""


class JobInHand:
    def __init__(self, work: Work, row: Row[Any], case: CaseWork):
        self.work, self.row, self.case = work, row, case
        self.id: str = row.id

    def end(self, state: str, **values: Any) -> None:
        """Queue the end of this attempt, fenced by its token."""
        ended = {"ended_at": self.work.now} if state in ("done", "failed") else {}
        self.work.finished.add(self.id)
        self.work.write_one(
            update(Job)
            .where(Job.id == self.id, Job.state == "locked", Job.attempt_token == self.row.attempt_token)
            .values(state=state, attempt_token=None, lock_until=None, locked_by=None, **ended, **values)
        )


def job_in_hand(work: Work, job_id: str, token: str) -> JobInHand:
    """The locked job `job_id` of the attempt `token`; raises LateAttempt."""
    row = work.read(
        select(Job).where(Job.id == job_id, Job.state == "locked", Job.attempt_token == token)
    ).one_or_none()
    case = load_case(work, ProcessInstance.id == row.instance_id) if row is not None else None
    if row is None or case is None or case.state in ("completed", "cancelled"):
        raise LateAttempt(job_id)
    return JobInHand(work, row, case)
