"""Bring a draft up to date: its own changes laid over the version that was published since it was begun."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Row, delete, insert, update

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
        kept = changed_files(work.connection, draft.id)
        own = {path: data for path, data in kept.items() if data != before.get(path)}
        open_ones = [path for path in both_changed(before, now, own) if self.keep.get(path) not in (MINE, THEIRS)]
        if open_ones:
            raise Rejected(
                "draft.both_changed",
                N_("Both the draft and the newer version change {paths}. Choose for each which one stays."),
                details=[{"field": path} for path in open_ones],
                paths=", ".join(open_ones)[:300],
            )
        mine = {path for path, data in own.items() if self.keep.get(path) != THEIRS and now.get(path) != data}
        theirs = {path for path in {*before, *now} if before.get(path) != now.get(path)} - mine
        self._write(work, draft, int(current.id), {path: now.get(path) for path in theirs})
        return Answer(200, {"id": draft.id, "revision": draft.revision + 1})

    def _write(self, work: Work, draft: Row[Any], version_id: int, theirs: Mapping[str, bytes | None]) -> None:
        """theirs: what the newer version brings."""
        same = (DefinitionDraft.id == draft.id, DefinitionDraft.revision == draft.revision)
        stamp = {"updated_at": work.now, "updated_by": work.actor_id}
        work.write_one(
            update(DefinitionDraft)
            .where(*same, DefinitionDraft.state == "open")
            .values(base_version_id=version_id, revision=draft.revision + 1, **stamp)
        )
        # Under a revision of its own: who still has the text of the former base open is told when he saves.
        for path, content in theirs.items():
            row = {"draft_id": draft.id, "path": path, "content": content, "revision": draft.revision + 1, **stamp}
            one = (DefinitionDraftFile.draft_id == draft.id, DefinitionDraftFile.path == path)
            work.write(delete(DefinitionDraftFile).where(*one))
            work.write(insert(DefinitionDraftFile).values(**row))
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
