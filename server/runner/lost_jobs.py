"""A job whose process was lost again and again is stopped: perhaps it is the job that ends the process."""

import structlog

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.job_in_hand import LateAttempt
from server.commands.fail_job import FailJob
from server.domain.rejection import Rejected
from server.jobs import ledger
from server.jobs.ledger import LOST_IN_A_ROW

log = structlog.get_logger(__name__)


def free_lost_jobs(context: Context) -> None:
    """Free what lost processes held, and open an incident for each job lost LOST_IN_A_ROW times in a row."""
    for job_id, token in ledger.free_lost(context.database, context.clock.now()).items():
        _give_up(context, job_id, token)


def _give_up(context: Context, job_id: str, token: str) -> None:
    error = f"The process that ran this job was lost {LOST_IN_A_ROW} times in a row."
    try:
        context.execute(FailJob(actor=SYSTEM, job_id=job_id, token=token, error=error, final=True))
    except (LateAttempt, Rejected) as why:
        # Its lease ends in a minute, and then it is found again, if nobody else has ended it.
        log.warning("lost job not stopped yet", job=job_id, why=str(why))
