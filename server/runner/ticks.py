"""What happens by the clock. APScheduler only ticks; what is due stands in the database, and firing is a claim."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import delete, select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.fire_timers import FireTimers
from server.domain.rejection import Rejected
from server.jobs import ledger
from server.mail.smtp import SmtpSender, parse_smtp_url
from server.persistence.models import CommandRecord, ProcessInstance, Timer
from server.persistence.trouble import DatabaseAway, DatabaseBusy
from server.runner.local_dispatcher import LocalDispatcher
from server.runner.lost_jobs import free_lost_jobs
from server.runner.mail_desk import send_due

log = structlog.get_logger(__name__)

COMMANDS_KEPT = timedelta(days=30)
PAUSE_AFTER_FAULT = timedelta(minutes=1)
BATCH = 100


class Ticks:
    def __init__(self, context: Context, dispatcher: LocalDispatcher | None = None):
        self._context = context
        self._dispatcher = dispatcher
        self._paused: dict[str, datetime] = {}
        # Our jobs are the same at every start, so the scheduler needs no store of its own.
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})

    def start(self) -> None:
        self._every(1, self.fire_timers)
        self._every(10, self.sweep_jobs)
        self._every(86_400, self.forget_commands)
        if self._context.settings.smtp_url:
            sender = SmtpSender(parse_smtp_url(self._context.settings.smtp_url))
            self._every(2, lambda: send_due(self._context, sender))
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)

    def _every(self, seconds: int, act: Callable[[], object]) -> None:
        self._scheduler.add_job(_patient(act), "interval", seconds=seconds, misfire_grace_time=None)

    def fire_timers(self) -> None:
        """Fire what is due; an instance whose process cannot go on is left alone for a minute."""
        now = self._context.clock.now()
        query = (
            select(Timer.instance_id)
            .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
            .where(Timer.due_at <= now, ProcessInstance.state.in_(("active", "incident")))
            .distinct()
            .limit(BATCH)
        )
        with self._context.read() as connection:
            due = list(connection.execute(query).scalars())
        for instance_id in due:
            if self._paused.get(instance_id, now) > now:
                continue
            try:
                self._context.execute(FireTimers(actor=SYSTEM, instance_id=instance_id))
                self._paused.pop(instance_id, None)
            except Rejected as refusal:
                log.warning("timer not fired", instance=instance_id, why=str(refusal))
                self._paused[instance_id] = now + PAUSE_AFTER_FAULT

    def sweep_jobs(self) -> None:
        """Renew the leases of what runs here, free what lost processes held."""
        now = self._context.clock.now()
        if self._dispatcher is not None:
            ledger.renew(self._context.database, now, self._dispatcher.running())
        free_lost_jobs(self._context)

    def forget_commands(self) -> None:
        """Command ids are kept 30 days."""
        limit = self._context.clock.now() - COMMANDS_KEPT
        with self._context.database.write("forget_commands") as connection:
            connection.execute(delete(CommandRecord).where(CommandRecord.created_at < limit))


def _patient(act: Callable[[], object]) -> Callable[[], None]:
    """Leaves a tick out while the database is away; the next one makes up for it."""

    def tick() -> None:
        try:
            act()
        except (DatabaseAway, DatabaseBusy, Rejected) as trouble:
            log.warning("tick left out", why=str(trouble))

    return tick
