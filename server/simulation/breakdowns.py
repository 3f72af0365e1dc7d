"""Workers that fail now and then, as they do in life: most get over it by themselves, some wait for a person."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from server.jobs.api import BpmnError, Job, RetryLater
from server.jobs.registry import Registry

ENOUGH_FOR_AN_INCIDENT = 9
"""More than a diagram has retries."""

CAUSES: Mapping[str, tuple[Exception, ...]] = {
    "customer": (
        ConnectionError("smtp.kesu.example:465: connection refused"),
        TimeoutError("smtp.kesu.example: no greeting within 30 s"),
        PermissionError("535 5.7.8 authentication failed: the password of the mailbox has expired"),
        RetryLater(timedelta(minutes=15), "450 4.2.1 the mailbox is busy, try again later"),
    ),
    "eight_d": (
        MemoryError("typesetting needed more memory than the container may have"),
        BpmnError("template_locked"),
    ),
    "archive": (OSError(28, "No space left on device", "/archive"), ConnectionError("nas01: the share is not mounted")),
    "grading": (RuntimeError("the register is being reindexed"),),
}
"""By the first word of the topic."""


class Breakdowns(Registry):
    """`registry` with chance in it; what fails depends on seed, complaint and topic alone, never on the hour."""

    def __init__(self, registry: Registry, seed: str, chance: float) -> None:
        super().__init__(registry.workers.values())
        self._seed, self._chance = seed, chance
        self._jobs: Counter[tuple[str, str]] = Counter()
        self._strikes: dict[str, tuple[int, Exception]] = {}
        self.waiting: dict[str, str] = {}
        """Complaints that may be waiting for the repair desk, with the job that failed."""

    def run(self, job: Job) -> dict[str, Any] | None:
        """One attempt; raises what the worker would raise on a bad day."""
        if job.id not in self._strikes:
            self._strikes[job.id] = self._drawn(job)
        left, cause = self._strikes[job.id]
        if left > 0:
            self._strikes[job.id] = (left - 1, cause)
            if left > 3:
                self.waiting[job.number] = job.id
            raise cause
        del self._strikes[job.id]
        return super().run(job)

    def mend(self, number: str) -> None:
        """Somebody has found and removed what kept the complaint's job from being done."""
        job_id = self.waiting.pop(number, None)
        if job_id in self._strikes:
            self._strikes[job_id] = (0, self._strikes[job_id][1])

    def _drawn(self, job: Job) -> tuple[int, Exception]:
        """(how many attempts fail, why)."""
        key = (job.number, job.topic)
        self._jobs[key] += 1
        rng = Random(f"{self._seed}/{job.number}/{job.topic}/{self._jobs[key]}")
        causes = CAUSES.get(job.topic.partition(".")[0], ())
        if not causes or rng.random() >= self._chance:
            return 0, RuntimeError()
        lasting = rng.random() < 0.3
        return (ENOUGH_FOR_AN_INCIDENT if lasting else rng.randint(1, 3)), rng.choice(causes)
