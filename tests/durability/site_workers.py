"""Workers of a site, some of them bad ones."""

import os
import time
from datetime import timedelta
from pathlib import Path

from server.jobs.api import BpmnError, Job, RetryLater, worker

EFFECTS = "DURABILITY_EFFECTS"


@worker("durability.broken@1")
def broken(job: Job) -> None:
    """Raises as long as the case says that something is broken."""
    if "broken" in job.case["problem"]["description"]:
        raise RuntimeError("the press is broken")


@worker("durability.refuses@1")
def refuses(job: Job) -> None:
    raise BpmnError("refused")


@worker("durability.waits@1")
def waits(job: Job) -> None:
    """Asks to be tried again later until the case says that it is ready."""
    if "ready" not in job.case["problem"]["description"]:
        raise RetryLater(timedelta(hours=2))


@worker("durability.slow@1", parameters={"type": "object", "required": ["seconds"]})
def slow(job: Job) -> None:
    """Has an outside effect, takes its time, and wants a mail to be sent."""
    if EFFECTS in os.environ:
        with Path(os.environ[EFFECTS]).open("a", encoding="utf-8") as effects:
            effects.write(f"{job.key} {os.getpid()}\n")
    time.sleep(float(job.parameters["seconds"]))
    job.outbox.send("customer@example.com", f"{job.number}", "done")
