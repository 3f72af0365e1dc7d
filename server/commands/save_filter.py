"""Keep a choice of the task list under a name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, insert

from server.casework.command import Answer, Command, Reply
from server.casework.own_filters import name_of, require_free, require_room, take_turn
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import SavedFilter

LONGEST = 200
ASKED = (
    *("view", "order", "group", "q", "number", "customer", "part", "order_no", "step", "level"),
    "assignee",
)
"""What of the list's address is kept; where one stands in it is not."""


@dataclass(frozen=True, kw_only=True)
class SaveFilter(Command):
    """For the person himself alone; `asked` are arguments of the list's address, of which those of ASKED are kept."""

    verb: ClassVar[str] = "save_filter"
    name: str
    asked: Mapping[str, str] = field(default_factory=dict)

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.work")
        name, user_id = name_of(self.name), work.actor.user_id
        asked = {key: self.asked[key].strip() for key in ASKED if self.asked.get(key, "").strip()}
        if not asked.keys() - {"view"}:
            raise Rejected("filter.empty", N_("Choose something first: without a filter there is nothing to keep."))
        if any(len(value) > LONGEST for value in asked.values()):
            raise Rejected("filter.long", N_("A filter may have {count} characters in a field at most."), count=LONGEST)
        require_free(work.connection, user_id, name)
        require_room(work.connection, user_id)
        take_turn(work)
        row = {"user_id": user_id, "name": name, "asked": asked, "created_at": work.now}
        made: dict[str, Any] = {}

        def write(connection: Connection) -> None:
            require_free(connection, user_id, name)
            require_room(connection, user_id)
            made["id"] = connection.execute(insert(SavedFilter).returning(SavedFilter.id), row).scalar_one()

        work.at_commit(write)
        return lambda: Answer(201, {"id": made["id"], "name": name, "asked": asked})
