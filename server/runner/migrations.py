"""Carries migration runs out, case by case; what another process or an earlier life left over is gone on with."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import exists, select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.obstacles import does_not_run
from server.commands.migrate_instance import MigrateInstance
from server.commands.undo_migration import UndoMigration
from server.domain.rejection import Rejected
from server.persistence.models import MigrationRun, MigrationStep
from server.persistence.trouble import DatabaseAway, DatabaseBusy

log = structlog.get_logger(__name__)

BATCH = 50


def continue_runs(context: Context, seconds: float) -> None:
    """Go on with every run that is not done, for about so many seconds."""
    until = time.monotonic() + seconds
    with context.read() as connection:
        query = select(MigrationRun.id, MigrationRun.state).where(MigrationRun.state.in_(("running", "undoing")))
        runs = connection.execute(query).all()
    for run in runs:
        if time.monotonic() < until:
            (carry_out if run.state == "running" else take_back)(context, run.id, until=until)


def carry_out(
    context: Context, run_id: int, *, until: float | None = None, progress: Callable[[], None] | None = None
) -> None:
    """Carry a run out to its end, or until that moment of the monotonic clock.

    A step that others kept us from is left for the next time.
    """
    left: set[int] = set()
    while steps := _waiting(context, run_id, left):
        for step_id in steps:
            if until is not None and time.monotonic() >= until:
                return
            try:
                context.execute(MigrateInstance(actor=SYSTEM, step_id=step_id))
            except Rejected as refusal:
                log.warning("case not migrated", step=step_id, why=str(refusal))
                left.add(step_id)
            except (DatabaseAway, DatabaseBusy):
                raise
            except Exception as fault:
                # The others are not kept waiting, and trying this one again every second would end the same way.
                log.exception("case not migrated", step=step_id)
                _refuse(context, step_id, fault)
            if progress is not None:
                progress()
    _close(context, run_id)


def _refuse(context: Context, step_id: int, fault: Exception) -> None:
    waiting = update(MigrationStep).where(MigrationStep.id == step_id, MigrationStep.state == "waiting")
    told = [does_not_run(repr(fault)).keep()]
    with context.database.write("migration_refused") as connection:
        connection.execute(waiting.values(state="refused", reasons=told, ended_at=context.clock.now()))


def take_back(context: Context, run_id: int, *, until: float | None = None) -> None:
    """Take back every case of a run that has not moved since, or go on until that moment of the monotonic clock."""
    while steps := _migrated(context, run_id):
        for step in steps:
            if until is not None and time.monotonic() >= until:
                return
            try:
                context.execute(UndoMigration(actor=SYSTEM, step_id=step.id, by=step.undone_by))
            except Rejected as refusal:
                log.info("case not taken back", step=step.id, why=str(refusal))
            _undoing(context, run_id, undo_after=step.id)
    _undoing(context, run_id, state="done", ended_at=context.clock.now())


def _migrated(context: Context, run_id: int) -> Sequence[Any]:
    query = select(MigrationStep.id, MigrationRun.undone_by).join(MigrationRun, MigrationRun.id == MigrationStep.run_id)
    left = (MigrationStep.state == "migrated", MigrationStep.id > MigrationRun.undo_after)
    query = query.where(MigrationRun.id == run_id, MigrationRun.state == "undoing", *left)
    with context.read() as connection:
        return connection.execute(query.order_by(MigrationStep.id).limit(BATCH)).all()


def _undoing(context: Context, run_id: int, **values: Any) -> None:
    same = update(MigrationRun).where(MigrationRun.id == run_id, MigrationRun.state == "undoing")
    with context.database.write("migration_undone") as connection:
        connection.execute(same.values(**values))


def _waiting(context: Context, run_id: int, left: set[int]) -> list[int]:
    query = select(MigrationStep.id).where(MigrationStep.run_id == run_id, MigrationStep.state == "waiting")
    with context.read() as connection:
        found = connection.execute(query.order_by(MigrationStep.id).limit(BATCH + len(left))).scalars()
        return [step_id for step_id in found if step_id not in left]


def _close(context: Context, run_id: int) -> None:
    waiting = exists().where(MigrationStep.run_id == run_id, MigrationStep.state == "waiting")
    done = update(MigrationRun).where(MigrationRun.id == run_id, MigrationRun.state == "running", ~waiting)
    with context.database.write("migration_done") as connection:
        connection.execute(done.values(state="done", ended_at=context.clock.now()))
