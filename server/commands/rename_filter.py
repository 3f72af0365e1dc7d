"""Call a kept filter of the task list otherwise."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection, update

from server.casework.command import Answer, Command, Reply
from server.casework.own_filters import name_of, own_filter, require_free, take_turn
from server.casework.work import Work
from server.persistence.models import SavedFilter


@dataclass(frozen=True, kw_only=True)
class RenameFilter(Command):
    """By the person whose it is alone."""

    verb: ClassVar[str] = "rename_filter"
    filter_id: int
    name: str

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.work")
        row, name = own_filter(work, self.filter_id), name_of(self.name)
        require_free(work.connection, row.user_id, name, row.id)
        take_turn(work)

        def write(connection: Connection) -> None:
            require_free(connection, row.user_id, name, row.id)
            connection.execute(update(SavedFilter).where(SavedFilter.id == row.id).values(name=name))

        work.at_commit(write)
        return Answer(200, {"id": row.id, "name": name, "asked": row.asked})
