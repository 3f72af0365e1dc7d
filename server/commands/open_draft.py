"""Open a draft of an application, upon a version of it or, for a new application, upon nothing."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection, func, insert, select

from server.casework import definition_events
from server.casework.command import Answer, Command, Reply
from server.casework.drafting import bundle_of
from server.casework.work import Work
from server.domain.bundle import KEY, Bundle
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionDraft, DefinitionDraftFile, DefinitionVersion, ProcessApplication

LONGEST_TITLE = 120


@dataclass(frozen=True, kw_only=True)
class OpenDraft(Command):
    """`base`: number of the version it begins with, by default the current one.

    `bundle`: a zip whose files the draft has from the start, which may be an application of its own that is not
    published yet; then `key` is its key.
    """

    verb: ClassVar[str] = "open_draft"
    key: str
    title: str = ""
    base: int | None = None
    bundle: bytes | None = None

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.edit")
        if not KEY.fullmatch(self.key):
            raise Rejected(
                "draft.key",
                N_("An application's key has up to 64 small letters, digits and _, like complaint; “{key}” has not."),
                field="/key",
                key=self.key[:70],
            )
        version_id = self._base(work)
        changes = self._changes(work, version_id)
        made: dict[str, int] = {}
        work.at_commit(lambda connection: made.update(id=self._insert(connection, work, version_id, changes)))
        return lambda: Answer(201, {"id": made["id"], "key": self.key})

    def _base(self, work: Work) -> int | None:
        current = select(ProcessApplication.current_version_id).where(ProcessApplication.key == self.key)
        if self.base is None:
            found = work.read(current).scalar_one_or_none()
            if found is None and self.bundle is None:
                raise Rejected(
                    "not_found.definition",
                    N_("No process application “{key}” is published. Publish one with kesu deploy."),
                    key=self.key,
                )
            return found
        numbered = select(DefinitionVersion.id).where(
            DefinitionVersion.key == self.key, DefinitionVersion.number == self.base
        )
        version_id: int | None = work.read(numbered).scalar_one_or_none()
        if version_id is None:
            raise Rejected(
                "not_found.version",
                N_("There is no version {to} of the application “{key}”."),
                field="/base",
                key=self.key,
                to=self.base,
            )
        return version_id

    def _changes(self, work: Work, version_id: int | None) -> dict[str, bytes | None]:
        """What the zip has otherwise than the base."""
        if self.bundle is None:
            return {}
        brought = bundle_of(self.key, Bundle.from_zip(self.bundle))
        base = {} if version_id is None else work.context.library.version(version_id).bundle
        gone = dict.fromkeys(path for path in base if path not in brought)
        return {path: data for path, data in brought.items() if base.get(path) != data} | gone

    def _insert(
        self, connection: Connection, work: Work, version_id: int | None, changes: dict[str, bytes | None]
    ) -> int:
        title = self.title.strip()[:LONGEST_TITLE]
        if not title:
            count = select(func.count()).select_from(DefinitionDraft).where(DefinitionDraft.key == self.key)
            title = f"{self.key} {connection.execute(count).scalar_one() + 1}"
        stamp = {"updated_at": work.now, "updated_by": work.actor_id}
        row = {
            "key": self.key,
            "base_version_id": version_id,
            "title": title,
            "created_at": work.now,
            "created_by": work.actor_id,
            **stamp,
        }
        draft_id = int(
            connection.execute(insert(DefinitionDraft).values(**row).returning(DefinitionDraft.id)).scalar_one()
        )
        files = [
            {"draft_id": draft_id, "path": path, "content": data, "revision": 1, **stamp}
            for path, data in changes.items()
        ]
        if files:
            connection.execute(insert(DefinitionDraftFile), files)
        definition_events.tell(
            connection, work, self.key, definition_events.OPENED, version_id=version_id, draft_id=draft_id, title=title
        )
        return draft_id
