"""Fire what is due in one instance: timer events of its process, reminders, rungs of the ladder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import bindparam, or_, select, update

from server.casework.case_work import LIVE, CaseWork, case_of
from server.casework.command import Answer, Command, Reply
from server.casework.escalation import WHO, LateTask
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.persistence.models import Timer, UserTask

STILL_MEANT = or_(Timer.user_task_id.is_(None), UserTask.state == "open")
"""Rows of a task that has ended stay until they are swept; Timer is to be outer-joined with UserTask."""
_DUE = (
    select(Timer.id, Timer.kind, Timer.rung, Timer.user_task_id)
    .outerjoin(UserTask, UserTask.id == Timer.user_task_id)
    .where(STILL_MEANT)
    .where(Timer.instance_id == bindparam("instance"), Timer.state == "waiting", Timer.due_at <= bindparam("now"))
    .order_by(Timer.due_at, Timer.rung, Timer.id)
)
_FIRED = update(Timer).where(Timer.id == bindparam("timer"), Timer.state == "waiting").values(state="fired")
_TASKS = select(*WHO).where(UserTask.id.in_(bindparam("tasks", expanding=True)))


@dataclass(frozen=True, kw_only=True)
class FireTimers(Command):
    """Firing is a claim on the row: of two processes that tick at once, one finds nothing due any more."""

    verb: ClassVar[str] = "fire_timers"
    instance_id: str

    def handle(self, work: Work) -> Reply:
        case = case_of(work, self.instance_id)
        if case is None or case.state not in LIVE:
            return Answer(200, {"fired": []})
        due = work.read(_DUE, {"instance": self.instance_id, "now": work.now}).all()
        if any(row.kind == "event" for row in due):
            # Promises come with the next tick: an event may have ended their tasks.
            return self._fire_events(case)
        if due:
            self._keep_promises(work, case, due)
            save(case)
        return Answer(200, {"fired": [row.kind for row in due]})

    def _fire_events(self, case: CaseWork) -> Answer:
        fired = case.advance(lambda engine: engine.fire_timers())
        if not fired:
            # Another process was faster: what did not move leaves no trace.
            return Answer(200, {"fired": []})
        for element_id in fired:
            case.record(EventType.TIMER_FIRED, element_id)
        save(case)
        return Answer(200, {"fired": fired})

    def _keep_promises(self, work: Work, case: CaseWork, due: Sequence[Any]) -> None:
        for row in due:
            work.write_one(_FIRED, {"timer": row.id})
        ids = sorted({row.user_task_id for row in due})
        tasks = {row.id: LateTask(case, row) for row in work.read(_TASKS, {"tasks": ids})}
        for row in due:
            task = tasks[row.user_task_id]
            if row.kind == "reminder":
                task.remind(f"reminder:{row.id}")
            elif task.level < row.rung:
                task.climb(row.rung, f"rung:{row.id}")
