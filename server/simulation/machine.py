"""The machine's part of the year: jobs and timers, run by the runner itself when the virtual clock says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.casework.context import Context
from server.clock import ManualClock
from server.runner.local_dispatcher import LocalDispatcher
from server.runner.ticks import Ticks
from server.runner.upcoming import has_orders, next_due

A_DAY = timedelta(days=1)
AGAIN = timedelta(minutes=1)
"""After which something that could not be done is tried again, as the runner itself does with a timer."""


class Machine:
    """`clock` is the context's."""

    def __init__(self, context: Context, clock: ManualClock) -> None:
        self._context, self._clock = context, clock
        self._dispatcher = LocalDispatcher(context)
        self._rung = True
        context.bell = self
        self._ticks = Ticks(context)
        self._swept = clock.now()
        self._not_before = clock.now()

    def next_at(self) -> datetime | None:
        """When the next timer or job is due; None when nothing is to come."""
        due = next_due(self._context)
        return None if due is None else max(due, self._not_before)

    def tick(self) -> int:
        """Fire what is due and run the jobs that are; how many attempts it were.

        What has to wait all the same is left for a minute.
        """
        now = self._clock.now()
        self._ticks.fire_timers()
        attempts = self._dispatcher.drain()
        if now - self._swept >= A_DAY:
            self._swept = now
            self._ticks.sweep_timers()
            self._ticks.forget_commands()
        due = next_due(self._context)
        self._not_before = now + AGAIN if due is not None and due <= now else now
        return attempts

    def ring(self, job_ids: Sequence[str]) -> None:
        """The machine is the bell itself: without a ring no job is new, and nobody needs to look for one."""
        self._rung = self._rung or bool(job_ids)

    def run_jobs(self) -> int:
        """Those that are new; how many attempts it were."""
        if not self._rung:
            return 0
        self._rung = False
        return self._dispatcher.drain()

    def follow_orders(self) -> None:
        """What people have ordered for many cases at once: a new calendar, a migration."""
        for _ in range(1000):
            self._ticks.recount_deadlines()
            self._ticks.migrate()
            if not has_orders(self._context):
                return
        raise RuntimeError("the runner does not come to an end with what was ordered")
