"""Threads that claim jobs and run them. The bell wakes them; a poll each second is the safety net."""

import threading
from collections.abc import Collection, Sequence

import structlog

from server.casework.context import Context
from server.jobs import ledger
from server.jobs.ledger import Claim
from server.runner.attempt import attempt
from server.runner.lost_jobs import free_lost_jobs

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
PAUSE_AFTER_TROUBLE = 5.0


class LocalDispatcher:
    """Runs jobs in this process; it is also the Bell that commands ring."""

    def __init__(self, context: Context, *, concurrency: int = 2, topics: Collection[str] | None = None):
        self._context = context
        self._topics = frozenset(topics) if topics is not None else context.topics.topics
        self._owner = ledger.owner()
        self._wake = threading.Semaphore(0)
        self._stop = threading.Event()
        self._running: dict[str, Claim] = {}
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{number}", daemon=True) for number in range(concurrency)
        ]

    def start(self) -> None:
        """Free what a lost process of this machine held, then begin."""
        free_lost_jobs(self._context)
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the jobs in hand and end."""
        self._stop.set()
        for _thread in self._threads:
            self._wake.release()
        for thread in self._threads:
            thread.join(timeout)

    def ring(self, job_ids: Sequence[str]) -> None:
        for _job in job_ids:
            self._wake.release()

    def running(self) -> list[str]:
        """Tokens of the attempts under way, whose leases are to be renewed."""
        return [claim.token for claim in list(self._running.values())]

    def drain(self) -> int:
        """Run everything that is due now in the calling thread; returns how many attempts that were."""
        done = 0
        while claims := self._claim():
            for claim in claims:
                attempt(self._context, claim)
            done += len(claims)
        return done

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                claims = self._claim()
                for claim in claims:
                    self._run(claim)
            except Exception:
                # The database may be away for a while; the thread must outlive that.
                log.exception("the job loop stumbled")
                self._stop.wait(PAUSE_AFTER_TROUBLE)
                continue
            if not claims:
                self._wake.acquire(timeout=POLL_SECONDS)

    def _claim(self) -> list[Claim]:
        return ledger.claim(self._context.database, self._context.clock.now(), self._topics, 1, self._owner)

    def _run(self, claim: Claim) -> None:
        self._running[claim.token] = claim
        try:
            attempt(self._context, claim)
        finally:
            self._running.pop(claim.token, None)
