"""When there is next something to do for the machine: for a clock that is moved by hand."""

from datetime import datetime

from sqlalchemy import select

from server.casework.context import Context
from server.commands.fire_timers import STILL_MEANT
from server.persistence.models import Job, MigrationRun, ProcessInstance, SiteCalendar, Timer, UserTask

RUNNING = ("active", "incident")


def next_due(context: Context) -> datetime | None:
    """The moment of the earliest timer or job that is to come, perhaps passed already; None when there is none."""
    timers = (
        select(Timer.due_at)
        .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
        .outerjoin(UserTask, UserTask.id == Timer.user_task_id)
        .where(STILL_MEANT)
        .where(Timer.state == "waiting", ProcessInstance.state.in_(RUNNING))
        .order_by(Timer.due_at)
        .limit(1)
    )
    jobs = (
        select(Job.run_at)
        .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .where(Job.state == "ready", ProcessInstance.state.in_(RUNNING), Job.topic.in_(sorted(context.topics.topics)))
        .order_by(Job.run_at)
        .limit(1)
    )
    with context.read() as connection:
        found = [connection.execute(query).scalar_one_or_none() for query in (timers, jobs)]
    return min((moment for moment in found if moment is not None), default=None)


def has_orders(context: Context) -> bool:
    """Whether people have ordered something for many cases at once that is not carried out yet."""
    calendars = select(SiteCalendar.site).where(SiteCalendar.recount_after.is_not(None)).limit(1)
    runs = select(MigrationRun.id).where(MigrationRun.state == "running").limit(1)
    with context.read() as connection:
        return any(connection.execute(query).first() is not None for query in (calendars, runs))
