"""Complete a user task with the data of its form."""

from dataclasses import dataclass
from typing import Any, ClassVar

from server.casework.command import Answer, Command, Reply
from server.casework.four_eyes import require_other_eyes
from server.casework.lapsing import lapse_requests
from server.casework.save_case import save
from server.casework.signing import await_signatures
from server.casework.statements import TASK_COMPLETED
from server.casework.task_drafts import require_nothing_to_fill, require_same_draft
from server.casework.task_in_hand import open_task, require_not_delegated, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType


@dataclass(frozen=True, kw_only=True)
class CompleteTask(Command):
    """`data` is a JSON Merge Patch on the case file within the task's form, based on `revision` when given.

    While somebody is to sign what was filled in, it is kept as a draft and the answer names him in `signing`.
    """

    verb: ClassVar[str] = "complete_task"
    task_id: str
    data: dict[str, Any]
    revision: int | None = None
    draft_version: str | None = None
    window: str | None = None
    """As in SaveDraft."""
    unseen: bool = False
    """Nobody looked at the form: then it is completed only if there is nothing to fill in."""

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        require_not_delegated(task)
        require_other_eyes(task)
        if self.unseen:
            require_nothing_to_fill(task)
        require_same_draft(task, self.draft_version, self.data, self.window)
        case = task.case
        signers = await_signatures(task, self.data, self.revision)
        if signers:
            case.check(task.view(), self.data, self.revision)
            save(case)
            holder = task.row.claimer_name or work.actor.username
            return Answer(200, task.answer(claimed_by=holder) | {"signing": signers})
        changes = case.submit(task.view(), self.data, self.revision)
        task.record(
            EventType.TASK_COMPLETED,
            claimed_by=task.row.claimer_name,
            changes=[change.to_json() for change in changes],
        )
        work.finished.add(task.id)
        case.advance(lambda engine: engine.complete_user_task(task.row.engine_task_id), task.row.element_id)
        lapse_requests(work, [task.id] if task.row.requests else [])
        work.write_one(TASK_COMPLETED, {"task": task.id, "ended_at": work.now, "ended_by": work.actor_id})
        save(case)
        return Answer(200, task.answer(state="completed"))
