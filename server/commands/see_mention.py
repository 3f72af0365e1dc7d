"""Note that one has seen where one was mentioned."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import TaskRequest


@dataclass(frozen=True, kw_only=True)
class SeeMention(Command):
    """Seen twice is seen. No event: nothing of the complaint changes."""

    verb: ClassVar[str] = "see_mention"
    request_id: str

    def handle(self, work: Work) -> Reply:
        mine = TaskRequest.id == self.request_id, TaskRequest.asked_of == work.actor.user_id
        row = work.read(select(TaskRequest).where(*mine, TaskRequest.kind == "mention")).one_or_none()
        if row is None:
            raise Rejected("not_found.request", N_("Nothing like this was asked, or you may not see it."))
        if row.state == "open":
            work.write(
                update(TaskRequest)
                .where(TaskRequest.id == row.id)
                .values(state="seen", ended_at=work.now, ended_by=work.actor.user_id)
            )
        return Answer(200, {"request": row.id, "task": row.task_id, "kind": row.kind, "state": "seen"})
