"""Take one complaint back to the version it came from, as long as it has not moved since."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from server.casework.case_work import CaseWork, case_query
from server.casework.command import Answer, Command, Reply
from server.casework.migration_rows import begun_jobs, move_drafts, restore, restored_tasks, unpack
from server.casework.save_case import save
from server.casework.step_money import end_money, move_money
from server.casework.step_records import go_back
from server.casework.work import Work
from server.domain import case_file
from server.domain.history import EventType
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.domain.wait_changes import wait_changes
from server.i18n import N_
from server.persistence.models import CaseFact, MigrationRun, MigrationStep, ProcessInstance


@dataclass(frozen=True, kw_only=True)
class UndoMigration(Command):
    """State, case file, tasks, jobs, timers and messages are as they were; drafts written since are kept."""

    verb: ClassVar[str] = "undo_migration"
    step_id: int
    key: str | None = None
    """Of the application, where the caller names it."""
    by: int | None = None
    """The person who had a whole run taken back, where the system does it for him."""

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.migrate")
        query = select(*MigrationStep.__table__.columns, MigrationRun.key, MigrationRun.mapping).join(
            MigrationRun, MigrationRun.id == MigrationStep.run_id
        )
        step = work.read(query.where(MigrationStep.id == self.step_id)).one_or_none()
        if step is None or self.key not in (None, step.key):
            raise Rejected("not_found.migration", N_("There is no such migration."))
        if step.state == "undone":
            return Answer(200, {"state": "undone", "instance_id": step.instance_id})
        row = work.read(case_query().where(ProcessInstance.id == step.instance_id)).one()
        if step.state != "migrated":
            raise Rejected("migration.not_done", N_("Complaint {number} was not migrated by it."), number=row.number)
        if row.lock_version != step.lock_version:
            raise _moved(row)
        before = unpack(step.before)
        if begun_jobs(work, row.instance_id, before):
            raise _moved(row)
        self._undo(work, row, step, before)
        return Answer(200, {"state": "undone", "instance_id": step.instance_id})

    def _undo(self, work: Work, row: Row[Any], step: Row[Any], before: dict[str, Any]) -> None:
        case = CaseWork(work, row)
        new, case.version = case.version, work.context.library.version(before["version_id"])
        case.state, case.state_reason = before["instance_state"], before["state_reason"]
        changes = case_file.diff(case.data, before["data"])
        if changes:
            case.data.clear()
            case.data.update(before["data"])
            case.changes += changes
            case.field_revisions = case_file.stamp(changes, case.field_revisions, case.revision + 1)
            case.record(EventType.CASE_CHANGED, changes=[change.to_json() for change in changes])
        move_drafts(work, case.instance_id, CaseMapping.read(step.mapping or {}).backwards())
        go_back(work, case.instance_id, row.case_id, case.clock, case.version, before, row.waits)
        cancelled, reopened = restore(work, case.instance_id, before)
        for task_id, element_id in cancelled.items():
            case.record(EventType.TASK_CANCELLED, element_id, task_id=task_id)
        told = {"version": case.version.number, "before": new.number, "run": step.run_id}
        by = work.actor_id if self.by is None else self.by
        told |= {"undone": True, "reopened": reopened, "tasks": restored_tasks(before)}
        if changed := wait_changes(row.waits, before["waits"]):
            told["waits"] = changed
        case.recorder.record(work.now, by, EventType.INSTANCE_MIGRATED, None, **told)
        save(case)
        work.write(
            update(ProcessInstance)
            .where(ProcessInstance.id == case.instance_id)
            .values(
                version_id=before["version_id"],
                engine_state=before["engine_state"],
                waits=before["waits"],
                ended_at=before["instance_ended_at"],
                end_event=before["end_event"],
            )
        )
        _count_as_before(work, case, before)
        work.write_one(
            update(MigrationStep)
            .where(MigrationStep.id == step.id, MigrationStep.state == "migrated")
            .values(state="undone", before=None, ended_at=work.now)
        )


def _count_as_before(work: Work, case: CaseWork, before: dict[str, Any]) -> None:
    """What managers count by follows the end of the case, too, which `save` does not take back."""
    ended = {"ended_at": before["instance_ended_at"], "end_event": before["end_event"]}
    work.write(update(CaseFact).where(CaseFact.case_id == case.case_id).values(**ended))
    move_money(work, case.version, case.row.case_id, case.row.site, case.data)
    end_money(work, case.row.case_id, before["instance_ended_at"])


def _moved(row: Row[Any]) -> Rejected:
    return Rejected(
        "migration.moved",
        N_("Complaint {number} has moved on since it was migrated; it stays in its version."),
        number=row.number,
    )
