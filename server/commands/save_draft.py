"""Keep what was filled into a task's form so far; nothing of it is in the case file yet."""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import exists, update

from server.casework.attachments import claim_attachments
from server.casework.case_work import LIVE
from server.casework.command import Answer, Command, Reply
from server.casework.task_in_hand import open_task, require_unclaimed
from server.casework.work import Work
from server.domain.case_file import apply_patch
from server.persistence.models import ProcessInstance, UserTask


@dataclass(frozen=True, kw_only=True)
class SaveDraft(Command):
    """A draft may be incomplete; only fields the form does not have, and values that are no JSON, are refused."""

    verb: ClassVar[str] = "save_draft"
    task_id: str
    data: dict[str, Any]
    revision: int | None = None

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        view = task.view()
        case = task.case
        applied = apply_patch(
            case.data,
            self.data,
            view=view,
            revision=case.revision,
            base_revision=None,
            field_revisions=case.field_revisions,
            new_id=lambda: uuid.uuid4().hex,
            draft=True,
        )
        claim_attachments(work, case.case_id, view, case.data, applied.case)
        # Nobody took it, and the case goes on, at the very moment of writing: a draft moves no version of the case.
        live = exists().where(ProcessInstance.id == UserTask.instance_id, ProcessInstance.state.in_(LIVE))
        holder = UserTask.claimed_by == task.row.claimed_by if task.row.claimed_by else UserTask.claimed_by.is_(None)
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open", holder, live)
            .values(
                draft={"data": self.data, "revision": case.revision if self.revision is None else self.revision},
                draft_by=work.actor_id,
            )
        )
        return Answer(200, task.answer())
