"""Send a proposed draft back to be worked on; who proposed it may take it back himself."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework import definition_events
from server.casework.command import Answer, Command, Reply
from server.casework.drafting import find_draft
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionDraft


@dataclass(frozen=True, kw_only=True)
class ReturnDraft(Command):
    """`note` says what is to be done otherwise. Raises Rejected `draft.not_proposed`."""

    verb: ClassVar[str] = "return_draft"
    draft_id: int
    note: str = ""

    def handle(self, work: Work) -> Reply:
        draft = find_draft(work.connection, self.draft_id)
        if work.actor_id is None or draft.proposed_by != work.actor_id:
            work.actor.require("definition.publish")
        if draft.state != "proposed":
            raise Rejected("draft.not_proposed", N_("The draft “{title}” is not proposed."), title=draft.title)
        work.write_one(
            update(DefinitionDraft)
            .where(DefinitionDraft.id == draft.id, DefinitionDraft.state == "proposed")
            .values(state="open", proposed_at=None, proposed_by=None)
        )
        work.at_commit(
            lambda connection: definition_events.tell(
                connection,
                work,
                draft.key,
                definition_events.RETURNED,
                draft_id=draft.id,
                title=draft.title,
                note=self.note.strip(),
            )
        )
        return Answer(200, {"id": draft.id, "state": "open"})
