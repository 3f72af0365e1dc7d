"""Change files of a draft: save, add, leave out; several at once or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import Row, delete, insert, select, update

from server.casework.command import Answer, Command, Reply
from server.casework.drafting import base_files, laid_over, open_draft
from server.casework.work import Work
from server.domain import bundle_zip
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionDraft, DefinitionDraftFile, DefinitionDraftPast

LARGEST = 2_000_000
ONE_SITTING = timedelta(minutes=10)
"""What one person saves again within it replaces what he saved before; anything longer ago is kept as the past."""


@dataclass(frozen=True, kw_only=True)
class ChangeDraft(Command):
    """`files`: new content by path, None leaves the file out.

    `based_on`: the revision of each file that the change was made on (0: as in the base); a path that is not in it is
    overwritten whatever it holds. Answers `{"revision", "files"}`: the draft's, and that of each file. Raises Rejected
    `draft.changed` naming the first file that somebody else changed meanwhile.
    """

    verb: ClassVar[str] = "change_draft"
    draft_id: int
    files: Mapping[str, bytes | None]
    based_on: Mapping[str, int] = field(default_factory=dict)

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.edit")
        draft = open_draft(work.connection, self.draft_id)
        rows = self._rows(work)
        for path, content in self.files.items():
            self._check(path, content, rows)
        base = base_files(work.context, draft)
        mine = {path: row.content for path, row in rows.items()} | dict(self.files)
        whole = laid_over(base, mine)
        bundle_zip.check_sizes({path: len(data) for path, data in whole.items()})
        if any(content is not None for content in self.files.values()):
            bundle_zip.check_paths(whole)
        standing = {**base, **{path: row.content for path, row in rows.items()}}
        changes = {path: data for path, data in self.files.items() if standing.get(path) != data}
        revision = draft.revision + 1 if changes else draft.revision
        if changes:
            self._write(work, draft, changes, rows, base)
        return Answer(200, {"revision": revision, "files": self._revisions(changes, rows, base, revision)})

    def _revisions(
        self, changes: Mapping[str, bytes | None], rows: Mapping[str, Row[Any]], base: Mapping[str, bytes], now: int
    ) -> dict[str, int]:
        """What is as in the base again has revision 0, as if it had never been touched."""
        kept = {path: rows[path].revision if path in rows else 0 for path in self.files}
        return kept | {path: 0 if data == base.get(path) else now for path, data in changes.items()}

    def _rows(self, work: Work) -> dict[str, Row[Any]]:
        query = select(*DefinitionDraftFile.__table__.columns).where(DefinitionDraftFile.draft_id == self.draft_id)
        return {row.path: row for row in work.read(query)}

    def _check(self, path: str, content: bytes | None, rows: Mapping[str, Row[Any]]) -> None:
        bundle_zip.check_path(path)
        if content is not None and len(content) > LARGEST:
            raise Rejected(
                "draft.size",
                N_("{path} has more than {limit} bytes. Split it, or make its pictures smaller."),
                path=path[:200],
                limit=LARGEST,
            )
        if path not in self.based_on:
            return
        row = rows.get(path)
        if (0 if row is None else row.revision) != self.based_on[path]:
            raise Rejected(
                "draft.changed",
                N_("{path} was changed by somebody else meanwhile. Look at both, and choose which one stays."),
                field="/files",
                path=path[:200],
            )

    def _write(
        self,
        work: Work,
        draft: Row[Any],
        changes: Mapping[str, bytes | None],
        rows: Mapping[str, Row[Any]],
        base: Mapping[str, bytes],
    ) -> None:
        stamp = {"updated_at": work.now, "updated_by": work.actor_id}
        revision = draft.revision + 1
        # Under the revision that was read: of two who save at once the second comes back and is told.
        work.write_one(
            update(DefinitionDraft)
            .where(
                DefinitionDraft.id == draft.id,
                DefinitionDraft.revision == draft.revision,
                DefinitionDraft.state == draft.state,
            )
            .values(revision=revision, **stamp)
        )
        for path, content in changes.items():
            _keep_past(work, draft.id, path, rows.get(path))
            one = (DefinitionDraftFile.draft_id == draft.id, DefinitionDraftFile.path == path)
            if content == base.get(path):
                work.write(delete(DefinitionDraftFile).where(*one))
            elif path in rows:
                work.write(update(DefinitionDraftFile).where(*one).values(content=content, revision=revision, **stamp))
            else:
                row = {"draft_id": draft.id, "path": path, "content": content, "revision": revision, **stamp}
                work.write(insert(DefinitionDraftFile).values(**row))


def _keep_past(work: Work, draft_id: int, path: str, row: Row[Any] | None) -> None:
    """What stood there is kept, but for what the same person saved a moment ago."""
    if row is None or (row.updated_by == work.actor_id and work.now - row.updated_at < ONE_SITTING):
        return
    past = {
        "draft_id": draft_id,
        "path": path,
        "content": row.content,
        "revision": row.revision,
        "at": row.updated_at,
        "by": row.updated_by,
    }
    work.write(insert(DefinitionDraftPast).values(**past))
