"""Take back every complaint of a migration that has not moved since."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import MigrationRun


@dataclass(frozen=True, kw_only=True)
class UndoRun(Command):
    """Ordered here; whoever carries runs out does it case by case. Who has moved on stays in the version."""

    verb: ClassVar[str] = "undo_run"
    key: str
    run_id: int

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.migrate")
        same = (MigrationRun.id == self.run_id) & (MigrationRun.key == self.key)
        state = work.read(select(MigrationRun.state).where(same)).scalar_one_or_none()
        if state is None:
            raise Rejected("not_found.migration", N_("There is no such migration."))
        if state == "running":
            raise Rejected("migration.running", N_("The migration is still under way. Wait until it is done."))
        if state == "done":
            again = {"state": "undoing", "ended_at": None, "undone_by": work.actor_id, "undo_after": 0}
            work.write_one(update(MigrationRun).where(same, MigrationRun.state == "done").values(**again))
        return Answer(202, {"id": self.run_id, "key": self.key, "state": "undoing"})
