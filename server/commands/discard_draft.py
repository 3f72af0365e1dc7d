"""Give a draft up. Its files stay where they are, to be looked at; nothing can be done with them."""

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
class DiscardDraft(Command):
    """Raises Rejected `draft.closed` for one that is published."""

    verb: ClassVar[str] = "discard_draft"
    draft_id: int

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.edit")
        draft = find_draft(work.connection, self.draft_id)
        if draft.state == "published":
            raise Rejected("draft.closed", N_("The draft “{title}” is published and stays."), title=draft.title)
        if draft.state != "discarded":
            same = (DefinitionDraft.id == draft.id) & (DefinitionDraft.state == draft.state)
            stamp = {"updated_at": work.now, "updated_by": work.actor_id}
            work.write_one(update(DefinitionDraft).where(same).values(state="discarded", **stamp))
            work.at_commit(
                lambda connection: definition_events.tell(
                    connection,
                    work,
                    draft.key,
                    definition_events.DISCARDED,
                    draft_id=draft.id,
                    title=draft.title,
                )
            )
        return Answer(200, {"id": draft.id, "state": "discarded"})
