"""What happens by the clock. APScheduler only ticks; what is due stands in the database, and firing is a claim."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import bindparam, delete, select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.kept_posts import LIFE as POSTS_KEPT
from server.casework.statements import TIMERS_OF_ENDED_TASKS
from server.commands.fire_timers import STILL_MEANT, FireTimers
from server.commands.recount_deadlines import RecountDeadlines
from server.domain.rejection import Rejected
from server.domain.wording import EDITION
from server.jobs import ledger
from server.mail.smtp import SmtpSender, parse_smtp_url
from server.persistence.models import (
    CaseFile,
    CommandRecord,
    KeptPost,
    ProcessInstance,
    RehearsalCase,
    RehearsalRun,
    SiteCalendar,
    Timer,
    UserTask,
)
from server.persistence.trouble import DatabaseAway, DatabaseBusy
from server.runner.alerts import AlertWatch
from server.runner.digests import DigestDesk
from server.runner.facts import follow_columns
from server.runner.local_dispatcher import LocalDispatcher
from server.runner.lost_jobs import free_lost_jobs
from server.runner.mail_desk import send_due
from server.runner.migrations import continue_runs
from server.runner.notices import tell_of_tasks
from server.runner.rehearsals import continue_rehearsals
from server.runner.repairs import continue_repairs
from server.runner.reports import send_reports
from server.runner.steps import add_up_steps, count_steps
from server.runner.wordings import index_wordings, renew_wordings

log = structlog.get_logger(__name__)

COMMANDS_KEPT = timedelta(days=30)
REHEARSALS_KEPT = timedelta(days=30)
PAUSE_AFTER_FAULT = timedelta(minutes=1)
BATCH = 100
MIGRATING_SECONDS = 3.0
REHEARSING_SECONDS = 2.5
REPAIRING_SECONDS = 2.5
INDEXING_SECONDS = 1.0
READING_SECONDS = 1.0
COUNTING_SECONDS = 1.5
TELLING_SECONDS = 2.0
OPEN = ("active", "incident", "suspended")
_DUE = (
    select(Timer.instance_id)
    .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
    .outerjoin(UserTask, UserTask.id == Timer.user_task_id)
    .where(STILL_MEANT)
    .where(
        Timer.state == "waiting", Timer.due_at <= bindparam("now"), ProcessInstance.state.in_(("active", "incident"))
    )
    .distinct()
    .limit(BATCH)
)


class Ticks:
    def __init__(self, context: Context, dispatcher: LocalDispatcher | None = None):
        self._context = context
        self._dispatcher = dispatcher
        self._paused: dict[str, datetime] = {}
        self._renewed = False
        self._alerts = AlertWatch(context)
        self._digests = DigestDesk(context)
        # Our jobs are the same at every start, so the scheduler needs no store of its own.
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})

    def start(self) -> None:
        self._every(1, self.fire_timers)
        self._every(1, self.recount_deadlines)
        self._every(1, self.migrate)
        self._every(1, self.rehearse)
        self._every(1, self.repair)
        self._every(2, self.index_wordings)
        self._every(5, self.follow_columns)
        self._every(5, self.count_steps)
        self._every(10, self.sweep_jobs)
        self._every(60, self.sweep_timers)
        self._every(60, self.send_reports)
        self._every(60, self._alerts.look)
        self._every(3, self.tell_of_tasks)
        self._every(5, self.send_digests)
        self._every(86_400, self.forget_commands)
        self._every(86_400, self.forget_rehearsals)
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
        with self._context.read() as connection:
            due = list(connection.execute(_DUE, {"now": now}).scalars())
        for instance_id in due:
            if self._paused.get(instance_id, now) > now:
                continue
            try:
                self._context.execute(FireTimers(actor=SYSTEM, instance_id=instance_id))
                self._paused.pop(instance_id, None)
            except Rejected as refusal:
                log.warning("timer not fired", instance=instance_id, why=str(refusal))
                self._paused[instance_id] = now + PAUSE_AFTER_FAULT

    def recount_deadlines(self) -> None:
        """Where a site's calendar has changed, count the promises of its next few complaints anew."""
        with self._context.read() as connection:
            query = select(SiteCalendar.site, SiteCalendar.version, SiteCalendar.recount_after)
            changed = connection.execute(query.where(SiteCalendar.recount_after.is_not(None))).all()
        for calendar in changed:
            self._recount(calendar.site, calendar.version, calendar.recount_after)

    def _recount(self, site: str, version: int, after: str) -> None:
        query = (
            select(ProcessInstance.id)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .where(CaseFile.site == site, ProcessInstance.id > after, ProcessInstance.state.in_(OPEN))
            .order_by(ProcessInstance.id)
            .limit(BATCH)
        )
        with self._context.read() as connection:
            batch = list(connection.execute(query).scalars())
        for instance_id in batch:
            try:
                self._context.execute(RecountDeadlines(actor=SYSTEM, instance_id=instance_id))
            except Rejected as refusal:
                log.warning("deadlines not counted anew", instance=instance_id, why=str(refusal))
        # Under the version that was counted by: a calendar that changed again meanwhile begins from the start.
        same = (SiteCalendar.site == site) & (SiteCalendar.version == version)
        with self._context.database.write("recounted") as connection:
            connection.execute(update(SiteCalendar).where(same).values(recount_after=batch[-1] if batch else None))

    def migrate(self) -> None:
        """Go on with the migrations that were ordered, for a few seconds: the server may be about to end."""
        continue_runs(self._context, MIGRATING_SECONDS)

    def rehearse(self) -> None:
        """Go on with the rehearsals that were asked for in the browser."""
        continue_rehearsals(self._context, REHEARSING_SECONDS)

    def repair(self) -> None:
        """Go on with the repairs that were ordered for many cases."""
        continue_repairs(self._context, REPAIRING_SECONDS)

    def index_wordings(self) -> None:
        """What was filed or reworded since the last time is found as a similar complaint from now on."""
        if not self._renewed:
            renew_wordings(self._context, EDITION)
            self._renewed = True
        index_wordings(self._context, INDEXING_SECONDS)

    def follow_columns(self) -> None:
        """What managers count by is read again where the application's columns say otherwise now."""
        follow_columns(self._context, READING_SECONDS)

    def count_steps(self) -> None:
        """Working times of steps are those of the calendars as they are now; what is over is added up."""
        count_steps(self._context, COUNTING_SECONDS)
        add_up_steps(self._context, COUNTING_SECONDS)

    def sweep_jobs(self) -> None:
        """Renew the leases of what runs here, free what lost processes held."""
        now = self._context.clock.now()
        if self._dispatcher is not None:
            ledger.renew(self._context.database, now, self._dispatcher.running())
        free_lost_jobs(self._context)

    def send_reports(self) -> None:
        """Reports of weeks, months and years that are over go to those who ordered them."""
        send_reports(self._context)

    def tell_of_tasks(self) -> None:
        """Who got a task is told so."""
        tell_of_tasks(self._context, TELLING_SECONDS)

    def send_digests(self) -> None:
        """Where a shift has begun everybody gets his overview."""
        self._digests.send(TELLING_SECONDS)

    def sweep_timers(self) -> None:
        """Reminders and rungs of tasks that have ended go."""
        with self._context.database.write("sweep_timers") as connection:
            connection.execute(TIMERS_OF_ENDED_TASKS)

    def forget_rehearsals(self) -> None:
        """What was found so long ago holds no longer; who wants to know rehearses again."""
        old = RehearsalRun.ended_at < self._context.clock.now() - REHEARSALS_KEPT
        with self._context.database.write("forget_rehearsals") as connection:
            runs = select(RehearsalRun.id).where(old)
            connection.execute(delete(RehearsalCase).where(RehearsalCase.run_id.in_(runs)))
            connection.execute(delete(RehearsalRun).where(old))

    def forget_commands(self) -> None:
        """Command ids are kept 30 days, what was sent without a session seven."""
        now = self._context.clock.now()
        limit = now - COMMANDS_KEPT
        with self._context.database.write("forget_commands") as connection:
            connection.execute(delete(CommandRecord).where(CommandRecord.created_at < limit))
            connection.execute(delete(KeptPost).where(KeptPost.created_at < now - POSTS_KEPT))


def _patient(act: Callable[[], object]) -> Callable[[], None]:
    """Leaves a tick out while the database is away; the next one makes up for it."""

    def tick() -> None:
        try:
            act()
        except (DatabaseAway, DatabaseBusy, Rejected) as trouble:
            log.warning("tick left out", why=str(trouble))

    return tick
