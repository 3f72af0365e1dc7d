"""Order that running complaints are brought to a version of their process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, or_, select

from server.casework import definition_events
from server.casework.command import Answer, Command, Reply
from server.casework.migrating import OPEN
from server.casework.rehearsing import require_mapping
from server.casework.work import Work
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, DefinitionVersion, MigrationRun, MigrationStep, ProcessInstance


@dataclass(frozen=True, kw_only=True)
class StartMigration(Command):
    """Writes the run with a step for each case; whoever carries runs out does the rest, case by case.

    `instances`: ids or complaint numbers; None means every open case that is not in the version yet. `mapping`: where
    cases go on that stand at or hold what the version does not have, see domain.mapping.
    """

    verb: ClassVar[str] = "start_migration"
    key: str
    to: int
    instances: tuple[str, ...] | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.migrate")
        wanted = select(DefinitionVersion.id).where(
            DefinitionVersion.key == self.key, DefinitionVersion.number == self.to
        )
        version_id = work.read(wanted).scalar_one_or_none()
        if version_id is None:
            raise Rejected(
                "not_found.version",
                N_("There is no version {to} of the application “{key}”."),
                field="/to",
                key=self.key[:64],
                to=self.to,
            )
        mapping = CaseMapping.read(self.mapping)
        require_mapping(work.context, mapping, work.context.library.version(version_id))
        cases = self._cases(work, version_id)
        made: dict[str, int] = {}
        work.at_commit(lambda connection: made.update(run=self._insert(connection, work, version_id, cases)))
        return lambda: Answer(202, {"id": made["run"], "key": self.key, "to": self.to, "cases": len(cases)})

    def _cases(self, work: Work, version_id: int) -> list[Any]:
        query = (
            select(ProcessInstance.id, ProcessInstance.version_id, CaseFile.number)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .where(CaseFile.application == self.key, ProcessInstance.state.in_(OPEN))
            .order_by(CaseFile.id)
        )
        if self.instances is None:
            return list(work.read(query.where(ProcessInstance.version_id != version_id)))
        wanted = or_(ProcessInstance.id.in_(self.instances), CaseFile.number.in_(self.instances))
        found = list(work.read(query.where(wanted)))
        known = {name for row in found for name in (row.id, row.number)}
        if strange := [name for name in self.instances if name not in known]:
            raise Rejected(
                "not_found.case",
                N_("There is no open complaint {name} of this application."),
                field="/instances",
                name=", ".join(strange)[:200],
            )
        return found

    def _insert(self, connection: Connection, work: Work, version_id: int, cases: list[Any]) -> int:
        run = {
            "key": self.key,
            "version_id": version_id,
            "state": "running" if cases else "done",
            "started_at": work.now,
            "started_by": work.actor_id,
            "ended_at": None if cases else work.now,
            "mapping": dict(self.mapping),
        }
        run_id = int(connection.execute(insert(MigrationRun).values(**run).returning(MigrationRun.id)).scalar_one())
        steps = [
            {"run_id": run_id, "instance_id": row.id, "from_version_id": row.version_id, "reasons": []} for row in cases
        ]
        if steps:
            connection.execute(insert(MigrationStep), steps)
        kind = definition_events.MIGRATED
        definition_events.tell(connection, work, self.key, kind, version_id=version_id, cases=len(cases), run=run_id)
        return run_id
