"""Keep a filter of the task list no more."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete

from server.casework.command import Answer, Command, Reply
from server.casework.own_filters import own_filter
from server.casework.work import Work
from server.persistence.models import SavedFilter


@dataclass(frozen=True, kw_only=True)
class DeleteFilter(Command):
    """By the person whose it is alone."""

    verb: ClassVar[str] = "delete_filter"
    filter_id: int

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.work")
        row = own_filter(work, self.filter_id)
        work.write(delete(SavedFilter).where(SavedFilter.id == row.id))
        return Answer(200, {"id": row.id, "state": "deleted"})
