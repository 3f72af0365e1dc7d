"""Bring a draft up to date: its own changes laid over the version that was published since it was begun."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Row, delete, update

from server.casework import definition_events
from server.casework.command import Answer, Command, Reply
from server.casework.drafting import base_files, both_changed, changed_files, open_draft
from server.casework.publishing import current_version
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionDraft, DefinitionDraftFile

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, kw_only=True)
class RenewDraft(Command):
    """`keep`: for each file that both changed, `mine` or `theirs`.

    Raises Rejected `draft.both_changed` naming the files for which nothing is said.
    """

    verb: ClassVar[str] = "renew_draft"
    draft_id: int
    keep: Mapping[str, str] = field(default_factory=dict)

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.edit")
        draft = open_draft(work.connection, self.draft_id)
        current = current_version(work, draft.key)
        if current is None or current.id == draft.base_version_id:
            return Answer(200, {"id": draft.id, "revision": draft.revision})
        before, now = base_files(work.context, draft), work.context.library.version(current.id).bundle
        own = changed_files(work.connection, draft.id)
        open_ones = [path for path in both_changed(before, now, own) if self.keep.get(path) not in (MINE, THEIRS)]
        if open_ones:
            raise Rejected(
                "draft.both_changed",
                N_("Both the draft and the newer version change {paths}. Choose for each which one stays."),
                details=[{"field": path} for path in open_ones],
                paths=", ".join(open_ones)[:300],
            )
        # What is like the newer version already is no change of the draft any more.
        given_up = [path for path, data in own.items() if self.keep.get(path) == THEIRS or now.get(path) == data]
        self._write(work, draft, int(current.id), given_up)
        return Answer(200, {"id": draft.id, "revision": draft.revision + 1})

    def _write(self, work: Work, draft: Row[Any], version_id: int, given_up: list[str]) -> None:
        same = (DefinitionDraft.id == draft.id, DefinitionDraft.revision == draft.revision)
        stamp = {"updated_at": work.now, "updated_by": work.actor_id}
        work.write_one(
            update(DefinitionDraft)
            .where(*same, DefinitionDraft.state == "open")
            .values(base_version_id=version_id, revision=draft.revision + 1, **stamp)
        )
        if given_up:
            gone = DefinitionDraftFile.path.in_(given_up)
            work.write(delete(DefinitionDraftFile).where(DefinitionDraftFile.draft_id == draft.id, gone))
        work.at_commit(
            lambda connection: definition_events.tell(
                connection,
                work,
                draft.key,
                definition_events.RENEWED,
                version_id=version_id,
                draft_id=draft.id,
                title=draft.title,
            )
        )
