"""Keep what was filled into a task's form so far; nothing of it is in the case file yet."""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import exists, update

from server.casework.attachments import claim_attachments
from server.casework.case_work import LIVE
from server.casework.command import Answer, Command, Reply
from server.casework.task_drafts import draft_version, require_same_draft
from server.casework.task_in_hand import open_task, require_unclaimed
from server.casework.work import Work
from server.domain.case_file import apply_patch, require_revision
from server.persistence.models import ProcessInstance, UserTask


@dataclass(frozen=True, kw_only=True)
class SaveDraft(Command):
    """A draft may be incomplete; only fields the form does not have, and values that are no JSON, are refused.

    With `draft_version`, the version of the draft the writer saw, another one is not written over unseen.
    """

    verb: ClassVar[str] = "save_draft"
    task_id: str
    data: dict[str, Any]
    revision: int | None = None
    draft_version: str | None = None
    window: str | None = None
    """Names the open page that saves; its own earlier drafts, whose answer it may have missed, are no news to it."""

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        require_same_draft(task, self.draft_version, self.data, self.window)
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
        if self.revision is not None:
            require_revision(self.revision, case.revision)
        claim_attachments(work, case.case_id, view, case.data, applied.case)
        # Nobody took it, and the case goes on, at the very moment of writing: a draft moves no version of the case.
        live = exists().where(ProcessInstance.id == UserTask.instance_id, ProcessInstance.state.in_(LIVE))
        holder = UserTask.claimed_by == task.row.claimed_by if task.row.claimed_by else UserTask.claimed_by.is_(None)
        draft: dict[str, Any] = {"data": self.data}
        draft["revision"] = case.revision if self.revision is None else self.revision
        draft |= {"window": self.window} if self.window else {}
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open", holder, live)
            .values(draft=draft, draft_by=work.actor_id)
        )
        return Answer(200, task.answer() | {"draft_version": draft_version(draft)})
