"""How far is a migration, and what became of each case?"""

from typing import Any

from sqlalchemy import Connection, func, select

from server.casework.context import Context
from server.casework.obstacles import kept, verdict
from server.casework.wait_rows import rfc3339
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import (
    CaseFile,
    DefinitionVersion,
    MigrationRun,
    MigrationStep,
    ProcessInstance,
    UserAccount,
)
from server.security.actor import Actor

SHOWN = 100
STATES = ("waiting", "migrated", "refused", "passed", "undone")


def migration_runs(context: Context, actor: Actor, key: str) -> dict[str, Any]:
    """`{"items", "next": null}`: the runs of an application with their counts, newest first."""
    actor.require("definition.read")
    with context.read() as connection:
        newest = _runs().where(MigrationRun.key == key).order_by(MigrationRun.id.desc()).limit(SHOWN)
        rows = connection.execute(newest).all()
        counts = _counts(connection, [row.id for row in rows])
        return {"items": [_run(row, counts[row.id]) for row in rows], "next": None}


def migration_run(
    context: Context,
    actor: Actor,
    key: str,
    run_id: int,
    language: str,
    *,
    limit: int = 1000,
    after: int = 0,
    state: str | None = None,
) -> dict[str, Any]:
    """One run with its cases in order, of one state or all; `next` is the last one's `step` where there are more.

    Raises Rejected.
    """
    actor.require("definition.migrate")
    with context.read() as connection:
        row = connection.execute(_runs().where(MigrationRun.id == run_id, MigrationRun.key == key)).one_or_none()
        if row is None:
            raise Rejected("not_found.migration", N_("There is no such migration."))
        query = (
            select(
                MigrationStep.id,
                MigrationStep.instance_id,
                MigrationStep.state,
                MigrationStep.reasons,
                CaseFile.number,
                DefinitionVersion.number.label("version"),
            )
            .join(ProcessInstance, ProcessInstance.id == MigrationStep.instance_id)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .join(DefinitionVersion, DefinitionVersion.id == MigrationStep.from_version_id)
            .where(MigrationStep.run_id == run_id, MigrationStep.id > after)
            .order_by(MigrationStep.id)
            .limit(limit + 1)
        )
        if state is not None:
            query = query.where(MigrationStep.state == state)
        steps = connection.execute(query).all()
        return _run(row, _counts(connection, [run_id])[run_id]) | {
            "items": [_step(step, language) for step in steps[:limit]],
            "next": str(steps[limit - 1].id) if len(steps) > limit else None,
        }


def _runs() -> Any:
    return (
        select(
            MigrationRun.id,
            MigrationRun.key,
            MigrationRun.state,
            MigrationRun.started_at,
            MigrationRun.ended_at,
            MigrationRun.mapping,
            DefinitionVersion.number,
            UserAccount.username,
        )
        .join(DefinitionVersion, DefinitionVersion.id == MigrationRun.version_id)
        .outerjoin(UserAccount, UserAccount.id == MigrationRun.started_by)
    )


def _counts(connection: Connection, runs: list[int]) -> dict[int, dict[str, int]]:
    """Cases by state of each of these runs."""
    counted = select(MigrationStep.run_id, MigrationStep.state, func.count().label("cases"))
    counted = counted.where(MigrationStep.run_id.in_(runs)).group_by(MigrationStep.run_id, MigrationStep.state)
    counts: dict[int, dict[str, int]] = {run_id: {} for run_id in runs}
    for row in connection.execute(counted):
        counts[row.run_id][row.state] = row.cases
    return counts


def _run(row: Any, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "to": row.number,
        "state": row.state,
        "started_at": rfc3339(row.started_at),
        "started_by": row.username or "system",
        "mapping": row.mapping or {},
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "cases": sum(counts.values()),
        "counts": {state: counts.get(state, 0) for state in STATES},
    }


def _step(row: Any, language: str) -> dict[str, Any]:
    reasons = [kept(reason) for reason in row.reasons]
    return {
        "step": row.id,
        "number": row.number,
        "instance_id": row.instance_id,
        "from": row.version,
        "state": row.state,
        "verdict": verdict(reasons) if reasons else None,
        "reasons": [reason.to_json(language) for reason in reasons],
    }
