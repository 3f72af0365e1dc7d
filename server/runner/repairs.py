"""Carries repairs out that were ordered for many cases, one by one; what a lost process left over is gone on with."""

import time
from typing import Any

import structlog
from sqlalchemy import exists, select, update

from server.casework.causes import cause_of
from server.casework.context import Context
from server.casework.incidents import UNSETTLED
from server.commands.repair_case import RepairCase
from server.domain.fingerprint import EDITION
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, Incident, Job, ProcessInstance, RepairRun, RepairStep
from server.persistence.trouble import DatabaseAway, DatabaseBusy
from server.queries.sign_in import actor_of
from server.security.actor import Actor

log = structlog.get_logger(__name__)

BATCH = 50
LATER = frozenset({"case.conflict", "unavailable"})
"""Refusals after which a step is left for the next time."""
GONE = frozenset({"instance.incident_closed", "instance.ended"})
_OPEN = ("waiting", "running")


def continue_repairs(context: Context, seconds: float) -> None:
    """Go on with every run that is not done, for about so many seconds."""
    until = time.monotonic() + seconds
    renew_causes(context)
    with context.read() as connection:
        query = select(RepairRun.id, RepairRun.started_by).where(RepairRun.state == "running").order_by(RepairRun.id)
        runs = connection.execute(query).all()
    for run in runs:
        if time.monotonic() < until:
            carry_out(context, run.id, actor_of(context, run.started_by or 0), until=until)


def carry_out(context: Context, run_id: int, actor: Actor | None, *, until: float | None = None) -> None:
    """Take every step of a run that waits, as the one who ordered it; the run is done when each has its result.

    A step that others kept us from, or that an unknown fault stopped, does not keep the others waiting.
    """
    after = 0
    while steps := _waiting(context, run_id, after):
        for step_id in steps:
            if until is not None and time.monotonic() >= until:
                return
            _take(context, step_id, actor)
        after = steps[-1]
    _close(context, run_id)


def _take(context: Context, step_id: int, actor: Actor | None) -> None:
    try:
        if actor is None:
            raise Rejected("forbidden.repair", N_("Who ordered this repair may no longer log in."))
        context.execute(RepairCase(actor=actor, step_id=step_id))
    except Rejected as refusal:
        if refusal.code in LATER:
            log.warning("case not repaired yet", step=step_id, why=str(refusal))
            return
        state = "gone" if refusal.code in GONE or refusal.code.startswith("not_found.") else "refused"
        told = {"code": refusal.code, "message": refusal.message, "params": _plain(refusal.params)}
        _settle(context, step_id, state, told)
    except (DatabaseAway, DatabaseBusy):
        raise
    except Exception as fault:
        log.exception("case not repaired", step=step_id)
        _settle(context, step_id, "refused", {"error": repr(fault)})


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float) else str(value)[:500] for name, value in params.items()}


def _settle(context: Context, step_id: int, state: str, reason: dict[str, Any]) -> None:
    waiting = update(RepairStep).where(RepairStep.id == step_id, RepairStep.state == "waiting")
    with context.database.write("repair_refused") as connection:
        connection.execute(waiting.values(state=state, reason=reason, ended_at=context.clock.now()))


def _waiting(context: Context, run_id: int, after: int) -> list[int]:
    query = select(RepairStep.id).where(
        RepairStep.run_id == run_id, RepairStep.state == "waiting", RepairStep.id > after
    )
    with context.read() as connection:
        return list(connection.execute(query.order_by(RepairStep.id).limit(BATCH)).scalars())


def _close(context: Context, run_id: int) -> None:
    unsettled = exists().where(RepairStep.run_id == run_id, RepairStep.state.in_(_OPEN))
    query = select(RepairRun.id).where(RepairRun.id == run_id, RepairRun.state == "running", ~unsettled)
    with context.read() as connection:
        if connection.execute(query).first() is None:
            return
    done = update(RepairRun).where(RepairRun.id == run_id, RepairRun.state == "running", ~unsettled)
    with context.database.write("repair_done") as connection:
        connection.execute(done.values(state="done", ended_at=context.clock.now()))


def renew_causes(context: Context) -> None:
    """Tell the cause of incidents anew that an older release or another version of the process told."""
    query = (
        select(Incident.id, Incident.message, Incident.element_id, Incident.job_id, ProcessInstance.version_id)
        .add_columns(CaseFile.data, Job.topic, Job.element_id.label("job_element"))
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .join(CaseFile, CaseFile.id == Incident.case_id)
        .outerjoin(Job, Job.id == Incident.job_id)
        .where(Incident.state.in_(UNSETTLED), Incident.edition < EDITION)
        .order_by(Incident.id)
        .limit(BATCH)
    )
    with context.read() as connection:
        rows = connection.execute(query).all()
    if not rows:
        return
    with context.database.write("renew_causes") as connection:
        for row in rows:
            version, element_id = context.library.version(row.version_id), row.job_element or row.element_id
            values = cause_of(version, row.data, element_id, row.topic, row.message) | {"element_id": element_id}
            same = (Incident.id == row.id) & (Incident.message == row.message)
            connection.execute(update(Incident).where(same).values(**values))
