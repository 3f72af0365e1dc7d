"""How far is a repair of many cases, and what became of each?"""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.domain.rejection import Rejected
from server.i18n import N_, translate
from server.persistence.models import CaseFile, Incident, ProcessInstance, RepairRun, RepairStep, UserAccount
from server.security.actor import Actor
from server.security.visibility import visible_to

STATES = ("waiting", "running", "succeeded", "failed", "refused", "gone")
SHOWN = 50
_OUTCOMES = {
    "skipped": N_("The step was skipped meanwhile."),
    "cancelled": N_("The complaint was cancelled meanwhile."),
    "ended": N_("The complaint ended meanwhile."),
}


def repair_runs(context: Context, actor: Actor, group: str | None = None) -> dict[str, Any]:
    """`{"items", "next": null}`: the runs with counts of the cases that the actor may see, newest first."""
    actor.require("incident.repair")
    query = _runs().order_by(RepairRun.id.desc()).limit(SHOWN)
    with context.read() as connection:
        rows = connection.execute(query if group is None else query.where(RepairRun.group_key == group)).all()
        counts = _counts(connection, actor, [row.id for row in rows])
    return {"items": [_run(row, counts[row.id]) for row in rows if counts[row.id]], "next": None}


def repair_run(
    context: Context,
    actor: Actor,
    run_id: int,
    language: str,
    *,
    limit: int = 1000,
    after: int = 0,
    state: str | None = None,
) -> dict[str, Any]:
    """One run with its cases in order, of one state or all; `next`: the last one's `step` where there are more.

    Raises Rejected.
    """
    actor.require("incident.repair")
    with context.read() as connection:
        row = connection.execute(_runs().where(RepairRun.id == run_id)).one_or_none()
        counts = _counts(connection, actor, [run_id])[run_id]
        if row is None or not counts:
            raise Rejected("not_found.repair", N_("There is no such repair."))
        query = _steps(actor).where(RepairStep.run_id == run_id, RepairStep.id > after).limit(limit + 1)
        if state is not None:
            query = query.where(RepairStep.state == state)
        steps = connection.execute(query).all()
    return _run(row, counts) | {
        "items": [_step(step, language) for step in steps[:limit]],
        "next": str(steps[limit - 1].id) if len(steps) > limit else None,
    }


def _steps(actor: Actor) -> Any:
    return (
        select(
            RepairStep.id,
            RepairStep.instance_id,
            RepairStep.incident_id,
            RepairStep.state,
            RepairStep.reason,
            RepairStep.ended_at,
            CaseFile.number,
            CaseFile.title,
            Incident.state.label("incident_state"),
            Incident.group_key,
            ProcessInstance.state.label("instance_state"),
        )
        .join(ProcessInstance, ProcessInstance.id == RepairStep.instance_id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .outerjoin(Incident, Incident.id == RepairStep.incident_id)
        .where(visible_to(actor))
        .order_by(RepairStep.id)
    )


def _runs() -> Select[Any]:
    return select(
        RepairRun.id,
        RepairRun.action,
        RepairRun.parameters,
        RepairRun.reason,
        RepairRun.group_key,
        RepairRun.state,
        RepairRun.started_at,
        RepairRun.ended_at,
        UserAccount.username,
        UserAccount.display_name,
    ).outerjoin(UserAccount, UserAccount.id == RepairRun.started_by)


def _counts(connection: Connection, actor: Actor, runs: list[int]) -> dict[int, dict[str, int]]:
    counted = (
        select(RepairStep.run_id, RepairStep.state, func.count().label("cases"))
        .join(ProcessInstance, ProcessInstance.id == RepairStep.instance_id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(RepairStep.run_id.in_(runs), visible_to(actor))
        .group_by(RepairStep.run_id, RepairStep.state)
    )
    counts: dict[int, dict[str, int]] = {run_id: {} for run_id in runs}
    for row in connection.execute(counted):
        counts[row.run_id][row.state] = row.cases
    return counts


def _run(row: Any, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": row.id,
        "action": row.action,
        "parameters": row.parameters,
        "reason": row.reason,
        "group": row.group_key,
        "state": row.state,
        "started_at": rfc3339(row.started_at),
        "started_by": row.username or "system",
        "started_by_name": row.display_name or "Kesu",
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "cases": sum(counts.values()),
        "counts": {state: counts.get(state, 0) for state in STATES},
    }


def _step(row: Any, language: str) -> dict[str, Any]:
    return {
        "step": row.id,
        "incident": row.incident_id,
        "instance_id": row.instance_id,
        "case_number": row.number,
        "title": row.title,
        "state": row.state,
        "why": _why(row.reason or {}, language),
        "incident_state": row.incident_state,
        "group": row.group_key,
        "suspended": row.instance_state == "suspended",
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
    }


def _why(reason: dict[str, Any], language: str) -> str | None:
    """What a job's error says, or why nothing was done, in the reader's language."""
    if "error" in reason:
        return str(reason["error"])
    if "message" in reason:
        return translate(reason["message"], language, **reason.get("params", {}))
    if reason.get("outcome") not in (None, "succeeded"):
        return translate(_OUTCOMES.get(reason["outcome"], N_("The complaint left the step another way.")), language)
    return None
