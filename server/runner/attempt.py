"""One attempt at one job: run the worker, then record how it ended."""

import time
import traceback
from datetime import timedelta

import structlog

from server.casework.command import SYSTEM, Command
from server.casework.context import Context
from server.casework.job_in_hand import LateAttempt
from server.commands.complete_job import CompleteJob, Effects
from server.commands.fail_job import FailJob
from server.commands.throw_error import ThrowError
from server.domain.rejection import Rejected
from server.jobs.api import BpmnError, RetryLater
from server.jobs.ledger import Claim
from server.runner.job_desk import lay_out

log = structlog.get_logger(__name__)

ROUNDS = 5
"""Of as many tries each as `execute` makes."""
AGAIN = {"case.conflict": 0.0, "unavailable": 4.0}
"""Refusals after which recording is tried again, with seconds to wait; all rounds fit into one lease."""


def attempt(context: Context, claim: Claim) -> None:
    """Never raises for what a worker does: a failed attempt is recorded, a late one is dropped."""
    try:
        try:
            _record(context, _run(context, claim))
        except Rejected as refusal:
            # The worker is done, but the process cannot take its result: a failed attempt like any other.
            context.execute(_failed(claim, str(refusal)))
    except LateAttempt:
        log.warning("late attempt dropped", job=claim.id, topic=claim.topic)


def _record(context: Context, command: Command) -> None:
    """Carry out how the attempt ended.

    A worker's work is not done again only because people were at the case, or the database was away for a moment.
    """
    for _round in range(ROUNDS - 1):
        try:
            context.execute(command)
        except Rejected as refusal:
            if refusal.code not in AGAIN:
                raise
            time.sleep(AGAIN[refusal.code])
        else:
            return
    context.execute(command)


def _run(context: Context, claim: Claim) -> Command:
    effects = Effects()
    try:
        result = context.topics.run(lay_out(context, claim, effects))
    except BpmnError as error:
        return ThrowError(actor=SYSTEM, job_id=claim.id, token=claim.token, code=error.code, payload=error.payload)
    except RetryLater as wish:
        return FailJob(actor=SYSTEM, job_id=claim.id, token=claim.token, error=str(wish), delay=wish.delay)
    except Rejected as refusal:
        if refusal.code != "unavailable":
            return _failed(claim, str(refusal))
        wait = timedelta(seconds=AGAIN[refusal.code])  # no fault of the worker, and no retry of its own
        return FailJob(actor=SYSTEM, job_id=claim.id, token=claim.token, error=str(refusal), delay=wait)
    except Exception as error:
        log.exception("worker failed", job=claim.id, topic=claim.topic)
        told = "".join(traceback.format_exception_only(error)).strip()
        return _failed(claim, told, "".join(traceback.format_exception(error)))
    return CompleteJob(actor=SYSTEM, job_id=claim.id, token=claim.token, result=result, effects=effects)


def _failed(claim: Claim, error: str, trace: str | None = None) -> FailJob:
    return FailJob(actor=SYSTEM, job_id=claim.id, token=claim.token, error=error, traceback=trace)
