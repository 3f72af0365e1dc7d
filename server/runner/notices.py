"""Tells people of the tasks that came to them, those of a short time together."""

import time
from datetime import timedelta

from sqlalchemy import select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.task_notices import IS_NEW, untold
from server.commands.note_new_task import NoteNewTask
from server.commands.tell_tasks import TellTasks
from server.persistence.models import UserTask

QUIET = timedelta(seconds=15)
"""So long nothing more must have come to somebody: who is handed fifty tasks gets one mail."""
LONGEST = timedelta(minutes=2)
"""So long the first of them waits at most."""
BATCH = 200
_NEW = select(UserTask.id).where(IS_NEW).order_by(UserTask.created_at, UserTask.id).limit(BATCH)


def tell_of_tasks(context: Context, seconds: float) -> int:
    """Go on for so many seconds at most; returns how many mails were queued. Any number of processes may do it."""
    until, mails = time.monotonic() + seconds, 0
    with context.read() as connection:
        new = list(connection.execute(_NEW).scalars())
    for task_id in new:
        if time.monotonic() > until:
            return mails
        context.execute(NoteNewTask(actor=SYSTEM, task_id=task_id))
    now = context.clock.now()
    with context.read() as connection:
        waiting = connection.execute(untold()).all()
    for row in waiting:
        if time.monotonic() > until:
            return mails
        if row.last <= now - QUIET or row.first <= now - LONGEST:
            mails += context.execute(TellTasks(actor=SYSTEM, user_id=row.user_id)).body["mails"]
    return mails
