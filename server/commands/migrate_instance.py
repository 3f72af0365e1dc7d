"""Bring one complaint to another version of its process, as a step of a run."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from server.casework.case_work import CaseFault, CaseWork, case_query
from server.casework.command import Answer, Command, Reply
from server.casework.migrating import OPEN, examine, move
from server.casework.migration_rows import follow, move_drafts, moved_tasks, snapshot
from server.casework.obstacles import Obstacle, does_not_run, verdict
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.engine import MigrationRefused
from server.i18n import N_
from server.persistence.models import MigrationRun, MigrationStep, ProcessInstance


@dataclass(frozen=True, kw_only=True)
class MigrateInstance(Command):
    """Tried on a copy first: a case that does not fit stays as it is, and its step says why.

    What is unsure in both versions alike does not keep a case back. A step is carried out once, whoever comes to it.
    """

    verb: ClassVar[str] = "migrate_instance"
    keeps_faults: ClassVar[bool] = False
    step_id: int

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.migrate")
        step = _step(work, self.step_id)
        if step.state != "waiting":
            return Answer(200, {"state": step.state})
        row = work.read(case_query().where(ProcessInstance.id == step.instance_id)).one()
        if row.instance_state not in OPEN or row.version_id == step.version_id:
            return self._settle(work, step, "passed")
        target = work.context.library.version(step.version_id)
        mapping = CaseMapping.read(step.mapping or {})
        before = snapshot(work, row)
        found = [each for each in examine(work.context, work.actor, row, target, mapping) if each.verdict != "unsure"]
        if found:
            return self._settle(work, step, "refused", found)
        case = CaseWork(work, row)
        case.way_out, old = "migrated", case.version
        try:
            waits = move(case, target, mapping)
        except (MigrationRefused, CaseFault) as error:
            # It went well on the copy a moment ago: only a clock or a table of the moment can make a difference.
            return self._settle(work, step, "refused", [does_not_run(str(error))])
        told = {"version": target.number, "before": old.number, "run": step.run_id}
        if mapping:
            told["mapping"] = mapping.to_json()
        told |= {"tasks": tasks} if (tasks := moved_tasks(case, waits)) else {}
        case.recorder.record(work.now, step.started_by, EventType.INSTANCE_MIGRATED, None, **told)
        save(case)
        follow(case, waits)
        move_drafts(work, row.instance_id, mapping)
        moved = update(ProcessInstance).where(ProcessInstance.id == case.instance_id)
        work.write(moved.values(version_id=target.id))
        return self._settle(work, step, "migrated", lock_version=row.lock_version + 1, before=before)

    def _settle(
        self, work: Work, step: Row[Any], state: str, reasons: list[Obstacle] | None = None, **kept: Any
    ) -> Reply:
        told = [reason.keep() for reason in reasons or ()]
        work.write_one(
            update(MigrationStep)
            .where(MigrationStep.id == step.id, MigrationStep.state == "waiting")
            .values(state=state, reasons=told, ended_at=work.now, **kept)
        )
        answer: dict[str, Any] = {"state": state, "instance_id": step.instance_id}
        if reasons:
            answer |= {"verdict": verdict(reasons), "reasons": [each.to_json(work.actor.language) for each in reasons]}
        return Answer(200, answer)


def _step(work: Work, step_id: int) -> Row[Any]:
    query = (
        select(
            MigrationStep.id,
            MigrationStep.run_id,
            MigrationStep.instance_id,
            MigrationStep.state,
            MigrationRun.version_id,
            MigrationRun.mapping,
            MigrationRun.started_by,
        )
        .join(MigrationRun, MigrationRun.id == MigrationStep.run_id)
        .where(MigrationStep.id == step_id)
    )
    step = work.read(query).one_or_none()
    if step is None:
        raise Rejected("not_found.migration", N_("There is no such migration."))
    return step
