"""When there is next something to do for the machine: for a clock that is moved by hand."""

from datetime import datetime

from sqlalchemy import bindparam, select

from server.casework.context import Context
from server.commands.fire_timers import STILL_MEANT
from server.persistence.models import Job, MigrationRun, ProcessInstance, SiteCalendar, Timer, UserTask

_RUNNING = ProcessInstance.state.in_(("active", "incident"))
_TIMER = (
    select(Timer.due_at)
    .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
    .outerjoin(UserTask, UserTask.id == Timer.user_task_id)
    .where(STILL_MEANT)
    .where(Timer.state == "waiting", _RUNNING)
    .order_by(Timer.due_at)
    .limit(1)
)
_JOB = (
    select(Job.run_at)
    .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
    .where(Job.state == "ready", _RUNNING, Job.topic.in_(bindparam("topics", expanding=True)))
    .order_by(Job.run_at)
    .limit(1)
)
_NEXT = select(_TIMER.scalar_subquery(), _JOB.scalar_subquery())


def next_due(context: Context) -> datetime | None:
    """The moment of the earliest timer or job that is to come, perhaps passed already; None when there is none."""
    with context.read() as connection:
        found = connection.execute(_NEXT, {"topics": sorted(context.topics.topics)}).one()
    return min((moment for moment in found if moment is not None), default=None)


def has_orders(context: Context) -> bool:
    """Whether people have ordered something for many cases at once that is not carried out yet."""
    calendars = select(SiteCalendar.site).where(SiteCalendar.recount_after.is_not(None)).limit(1)
    runs = select(MigrationRun.id).where(MigrationRun.state == "running").limit(1)
    with context.read() as connection:
        return any(connection.execute(query).first() is not None for query in (calendars, runs))
