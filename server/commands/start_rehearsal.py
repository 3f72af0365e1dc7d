"""Order that a draft or a published version is tried on every open complaint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, select

from server.casework.command import Answer, Command, Reply
from server.casework.drafting import draft_bundle, find_draft
from server.casework.library import PublishedVersion
from server.casework.rehearsing import draft_version, how_many, origins, published_version, require_mapping
from server.casework.words import words_of
from server.casework.work import Work
from server.domain.mapping import CaseMapping
from server.persistence.models import RehearsalRun


@dataclass(frozen=True, kw_only=True)
class StartRehearsal(Command):
    """Of the draft `draft_id` as it is now, else of the version `to` of `key`, by default the current one.

    `mapping`: where cases go on that stand at or hold what it does not have, see domain.mapping. Whoever ticks does
    the rest; the same rehearsal is not begun twice at once.
    """

    verb: ClassVar[str] = "start_rehearsal"
    draft_id: int | None = None
    key: str = ""
    to: int | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.migrate")
        row, target = self._draft(work) if self.draft_id is not None else self._version(work)
        mapping = CaseMapping.read(self.mapping)
        require_mapping(work.context, mapping, target)
        row |= {"key": target.key, "mapping": mapping.to_json(), "digest": target.bundle.digest}
        under_way = self._under_way(work, row)
        if under_way is not None:
            return Answer(202, {"id": under_way})
        row |= {"cases": work.read(how_many(target.key, target.id)).scalar_one()}
        row |= {"words": words_of(target, origins(work.context, target), mapping)}
        row |= {"started_at": work.now, "started_by": work.actor_id}
        made: dict[str, int] = {}
        work.at_commit(lambda connection: made.update(id=_insert(connection, row)))
        return lambda: Answer(202, {"id": made["id"]})

    def _draft(self, work: Work) -> tuple[dict[str, Any], PublishedVersion]:
        draft = find_draft(work.connection, self.draft_id or 0)
        bundle = draft_bundle(work.context, work.connection, draft)
        told = {"draft_id": draft.id, "draft_revision": draft.revision, "bundle": bundle.to_zip()}
        return told, draft_version(bundle)

    def _version(self, work: Work) -> tuple[dict[str, Any], PublishedVersion]:
        target = published_version(work.context, self.key, self.to)
        return {"version_id": target.id}, target

    def _under_way(self, work: Work, row: Mapping[str, Any]) -> int | None:
        same = [RehearsalRun.state == "running", RehearsalRun.key == row["key"], RehearsalRun.digest == row["digest"]]
        found = work.read(select(RehearsalRun.id, RehearsalRun.mapping, RehearsalRun.draft_id).where(*same))
        alike = [each.id for each in found if (each.mapping, each.draft_id) == (row["mapping"], row.get("draft_id"))]
        return max(alike, default=None)


def _insert(connection: Connection, row: Mapping[str, Any]) -> int:
    made = insert(RehearsalRun).values(**row).returning(RehearsalRun.id)
    return int(connection.execute(made).scalar_one())
