"""Go back to an earlier version of an application: new cases start with it again."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection, select

from server.casework import definition_events
from server.casework.command import Answer, Command, Reply
from server.casework.publishing import current_version, make_current
from server.casework.work import Conflict, Work
from server.domain.rejection import Rejected
from server.engine import DiagramRefused
from server.i18n import N_
from server.persistence.models import DefinitionVersion, ProcessApplication


@dataclass(frozen=True, kw_only=True)
class RollBackVersion(Command):
    """Cases that run keep their version. No check is asked: what ran before runs again, whatever rules came since."""

    verb: ClassVar[str] = "roll_back_version"
    key: str
    to: int
    note: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.publish")
        wanted = work.read(
            select(DefinitionVersion.id).where(DefinitionVersion.key == self.key, DefinitionVersion.number == self.to)
        ).scalar_one_or_none()
        if wanted is None:
            raise Rejected(
                "not_found.version",
                N_("There is no version {to} of the application “{key}”."),
                field="/to",
                key=self.key[:64],
                to=self.to,
            )
        current = current_version(work, self.key)
        seen = None if current is None else int(current.id)
        if seen == wanted:
            return Answer(200, {"key": self.key, "version": self.to})
        title = self._title(work, int(wanted))
        work.at_commit(lambda connection: self._turn(connection, work, int(wanted), seen, title))
        return Answer(200, {"key": self.key, "version": self.to})

    def _title(self, work: Work, version_id: int) -> str:
        """Of the version, which must still be one that today's engine runs."""
        try:
            return work.context.library.version(version_id).application.title
        except DiagramRefused as error:
            raise Rejected(
                "definition.refused", N_("Version {to} cannot run any more: {why}"), to=self.to, why=str(error)
            ) from error

    def _turn(self, connection: Connection, work: Work, version_id: int, seen: int | None, title: str) -> None:
        held = select(ProcessApplication.current_version_id).where(ProcessApplication.key == self.key)
        if connection.execute(held.with_for_update()).scalar_one() != seen:
            raise Conflict
        make_current(connection, self.key, version_id, title)
        work.after_commit(lambda: work.context.library.turned(self.key, version_id))
        definition_events.tell(
            connection,
            work,
            self.key,
            definition_events.ROLLED_BACK,
            version_id=version_id,
            note=self.note.strip(),
        )
