"""Propose a draft for publication, so that a second person looks at it; nobody changes it meanwhile."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework import definition_events
from server.casework.command import Answer, Command, Reply
from server.casework.drafting import draft_bundle, open_draft, require_seen
from server.casework.publishing import require_good
from server.casework.work import Work
from server.persistence.models import DefinitionDraft


@dataclass(frozen=True, kw_only=True)
class ProposeDraft(Command):
    """`revision`: that of the draft as it was looked at. Raises Rejected as publishing does for what is not good."""

    verb: ClassVar[str] = "propose_draft"
    draft_id: int
    revision: int
    note: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.edit")
        draft = open_draft(work.connection, self.draft_id)
        require_seen(draft, self.revision)
        require_good(work, draft_bundle(work.context, work.connection, draft), draft.base_version_id)
        same = (DefinitionDraft.id == draft.id, DefinitionDraft.revision == draft.revision)
        stamp = {"proposed_at": work.now, "proposed_by": work.actor_id}
        work.write_one(
            update(DefinitionDraft)
            .where(*same, DefinitionDraft.state == "open")
            .values(state="proposed", note=self.note.strip(), **stamp)
        )
        work.at_commit(
            lambda connection: definition_events.tell(
                connection,
                work,
                draft.key,
                definition_events.PROPOSED,
                draft_id=draft.id,
                title=draft.title,
                note=self.note.strip(),
            )
        )
        return Answer(200, {"id": draft.id, "state": "proposed"})
