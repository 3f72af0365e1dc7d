"""Publish a draft as the next version of its application."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, update

from server.casework.command import Answer, Command, Reply
from server.casework.drafting import draft_bundle, find_draft, open_draft, require_seen
from server.casework.publishing import current_version, insert_version, require_good, require_tests
from server.casework.work import Conflict, Work
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionDraft


@dataclass(frozen=True, kw_only=True)
class PublishDraft(Command):
    """`revision`: that of the draft as it was looked at. With KESU_PUBLISH_FOUR_EYES it must be proposed by another.

    `despite_tests`: recorded tests that do not pass are no reason to refuse; then `note` must say why.
    Raises Rejected `draft.…`, `definition.…`, `forbidden.second_person`.
    """

    verb: ClassVar[str] = "publish_draft"
    draft_id: int
    revision: int
    note: str = ""
    despite_tests: bool = False

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.publish")
        draft = find_draft(work.connection, self.draft_id)
        if draft.state != "proposed":
            draft = open_draft(work.connection, self.draft_id)
        self._require_second_person(work, draft)
        require_seen(draft, self.revision)
        current = current_version(work, draft.key)
        if (None if current is None else current.id) != draft.base_version_id:
            raise Rejected(
                "draft.outdated",
                N_("Version {number} was published since this draft was begun. Bring the draft up to date first."),
                number=0 if current is None else current.number,
            )
        bundle = draft_bundle(work.context, work.connection, draft)
        if current is not None and current.digest == bundle.digest:
            raise Rejected("draft.nothing", N_("The draft changes nothing. Change something, or give it up."))
        require_good(work, bundle, draft.base_version_id)
        if not self.despite_tests:
            require_tests(work, bundle)
        elif not (self.note.strip() or draft.note):
            raise Rejected(
                "draft.note_missing",
                N_("Say in the note why it is right that recorded tests do not pass."),
                field="/note",
            )
        made: dict[str, int] = {}
        work.at_commit(lambda connection: made.update(self._insert(connection, work, draft, bundle)))
        return lambda: Answer(201, {"key": draft.key, **made})

    def _require_second_person(self, work: Work, draft: Row[Any]) -> None:
        if not work.context.settings.publish_four_eyes or work.actor_id is None:
            return
        if draft.state != "proposed":
            raise Rejected(
                "forbidden.second_person",
                N_("A second person has to agree before a version is published. Propose the draft."),
            )
        if work.actor_id in (draft.proposed_by, draft.updated_by):
            raise Rejected(
                "forbidden.second_person",
                N_("You proposed or changed this draft yourself, so somebody else has to publish it."),
            )

    def _insert(self, connection: Connection, work: Work, draft: Row[Any], bundle: Bundle) -> dict[str, int]:
        note = self.note.strip() or draft.note
        made = insert_version(connection, work, bundle, note, draft.base_version_id, draft.id)
        same = (DefinitionDraft.id == draft.id, DefinitionDraft.revision == draft.revision)
        done = update(DefinitionDraft).where(*same, DefinitionDraft.state == draft.state)
        if connection.execute(done.values(state="published", version_id=made["id"], note=note)).rowcount != 1:
            raise Conflict
        return made
