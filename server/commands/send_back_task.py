"""Send the work back to an earlier step, with a reason."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.case_work import CaseFault
from server.casework.command import Answer, Command, Reply
from server.casework.save_case import save
from server.casework.steps_back import steps_back
from server.casework.task_in_hand import TaskInHand, open_task, require_not_delegated, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class SendBackTask(Command):
    """`target` is the element id of an earlier user task; by default the diagram's `sendBackTo`, else the step before.

    Parallel work behind the target is cancelled and named in the answer; the case file keeps its values.
    """

    verb: ClassVar[str] = "send_back_task"
    task_id: str
    reason: str
    target: str | None = None

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        require_not_delegated(task)
        if not self.reason.strip():
            raise Rejected("task.reason_missing", N_("Say why the work goes back."), field="/reason")
        target = self._target(work, task)
        case = task.case
        task.record(EventType.TASK_SENT_BACK, to=target, reason=self.reason.strip())
        case.way_out = "sent_back"
        try:
            gone = case.advance(lambda engine: engine.send_back(task.row.engine_task_id, target), target)
        except CaseFault as fault:
            # No completed occurrence lies before the task: the wish cannot be met, but nothing is wrong with the case.
            raise Rejected(
                "task.cannot_send_back",
                N_("From here the work cannot go back to “{target}”: {why}"),
                field="/target",
                target=target,
                why=fault.message,
            ) from fault
        save(case)
        cancelled = [wait.element_id for wait in gone if wait.task_id != task.row.engine_task_id]
        return Answer(200, task.answer(state="cancelled") | {"cancelled": cancelled})

    def _target(self, work: Work, task: TaskInHand) -> str:
        possible = [
            step.element_id for step in steps_back(work.connection, task.case.version, task.row, task.case.data)
        ]
        target = self.target or next(iter(possible), None)
        if target is None or target not in possible:
            raise Rejected(
                "task.no_way_back",
                N_("The work cannot go back to “{target}”. Possible steps: {steps}."),
                field="/target",
                target=(target or "–")[:60],
                steps=", ".join(possible) or "–",
            )
        return target
