"""A job whose process was lost again and again is stopped: perhaps it is the job that ends the process."""

from sqlalchemy import update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.job_in_hand import LateAttempt
from server.commands.fail_job import FailJob
from server.jobs.ledger import LOST_IN_A_ROW
from server.persistence.models import Job


def give_up(context: Context, job_id: str) -> None:
    """Open an incident for a job that is ready again after LOST_IN_A_ROW lost attempts; not if it runs meanwhile."""
    token = f"lost:{job_id}"
    with context.database.write("stop_lost_job") as connection:
        connection.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == "ready", Job.lost_in_a_row >= LOST_IN_A_ROW)
            .values(state="locked", attempt_token=token, retries_left=1)
        )
    error = f"The process that ran this job was lost {LOST_IN_A_ROW} times in a row."
    try:
        context.execute(FailJob(actor=SYSTEM, job_id=job_id, token=token, error=error))
    except LateAttempt:
        return
