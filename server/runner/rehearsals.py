"""Carries rehearsals out behind the page, a few cases at a time; whoever comes first goes on where the last ended."""

import time
from datetime import timedelta
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import Row, insert, or_, select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.obstacles import verdict
from server.casework.rehearsing import concerned, draft_version, look_at
from server.domain.bundle import Bundle
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import RehearsalCase, RehearsalRun
from server.persistence.trouble import DatabaseAway, DatabaseBusy

log = structlog.get_logger(__name__)

BATCH = 25
LEASE = timedelta(seconds=60)
"""Far more than a batch takes: whoever holds a run longer is dead."""


def continue_rehearsals(context: Context, seconds: float) -> None:
    """Go on with every rehearsal that nobody is at, for about so many seconds."""
    until = time.monotonic() + seconds
    free = or_(RehearsalRun.lock_until.is_(None), RehearsalRun.lock_until < context.clock.now())
    query = select(RehearsalRun.id).where(RehearsalRun.state == "running", free).order_by(RehearsalRun.id)
    with context.read() as connection:
        runs = list(connection.execute(query).scalars())
    for run_id in runs:
        if time.monotonic() < until and _take(context, run_id, free):
            _go_on(context, run_id, until)


def _take(context: Context, run_id: int, free: Any) -> bool:
    mine = update(RehearsalRun).where(RehearsalRun.id == run_id, RehearsalRun.state == "running", free)
    with context.database.write("rehearsal_taken") as connection:
        return connection.execute(mine.values(lock_until=context.clock.now() + LEASE)).rowcount == 1


def _go_on(context: Context, run_id: int, until: float) -> None:
    try:
        while (more := _batch(context, run_id, until)) and time.monotonic() < until:
            pass
        if more:
            _set(context, run_id, lock_until=None)
    except Rejected as refusal:
        _fail(context, run_id, {"message": refusal.message, "params": _plain(refusal.params)})
    except (DatabaseAway, DatabaseBusy):
        raise
    except Exception as fault:
        # Whoever waits for the page is told; trying it again every second would end the same way.
        log.exception("rehearsal failed", run=run_id)
        _fail(context, run_id, {"message": N_("The rehearsal failed: {why}"), "params": {"why": repr(fault)[:300]}})


def _batch(context: Context, run_id: int, until: float) -> bool:
    """Look at the next few cases and keep what was found; False when none is left or somebody else is at it."""
    with context.read() as connection:
        run = connection.execute(select(*RehearsalRun.__table__.columns).where(RehearsalRun.id == run_id)).one()
        if run.state != "running":
            return False
        target = _target(context, run)
        rows = connection.execute(concerned(run.key, target.id, run.after).limit(BATCH)).all()
    mapping = CaseMapping.read(run.mapping)
    found: list[dict[str, Any]] = []
    for row in rows:
        found.append(_look(context, run_id, row, target, mapping))
        if time.monotonic() >= until:
            break
    is_last = len(rows) < BATCH and len(found) == len(rows)
    return _keep(context, run, found, is_last=is_last) and not is_last


def _look(context: Context, run_id: int, row: Row[Any], target: PublishedVersion, mapping: CaseMapping) -> Any:
    steps, reasons = look_at(context, SYSTEM, row, target, mapping)
    return {
        "run_id": run_id,
        "case_id": row.case_id,
        "instance_id": row.instance_id,
        "version_id": row.version_id,
        "verdict": verdict(reasons),
        "steps": steps,
        "reasons": [reason.keep() for reason in reasons],
    }


def _keep(context: Context, run: Row[Any], found: list[dict[str, Any]], *, is_last: bool) -> bool:
    """In one transaction, and only where the last batch ended: each case is counted once, whoever is at it."""
    now = context.clock.now()
    done = run.done + len(found)
    values: dict[str, Any] = {"done": done, "lock_until": now + LEASE, "cases": max(run.cases, done)}
    if found:
        values["after"] = found[-1]["case_id"]
    if is_last:
        values |= {"state": "done", "cases": done, "ended_at": now, "lock_until": None, "bundle": None}
    here = (RehearsalRun.id == run.id, RehearsalRun.state == "running", RehearsalRun.after == run.after)
    with context.database.write("rehearsal_batch") as connection:
        if connection.execute(update(RehearsalRun).where(*here).values(**values)).rowcount != 1:
            return False
        if found:
            connection.execute(insert(RehearsalCase), found)
    return True


def _target(context: Context, run: Row[Any]) -> PublishedVersion:
    if run.version_id is not None:
        return context.library.version(run.version_id)
    return _drafted(run.digest, run.bundle)


@lru_cache(maxsize=4)
def _drafted(_digest: str, bundle: bytes) -> PublishedVersion:
    """Read once for all ticks of a run."""
    return draft_version(Bundle.from_zip(bundle))


def _fail(context: Context, run_id: int, problem: dict[str, Any]) -> None:
    ended = {"state": "failed", "ended_at": context.clock.now(), "lock_until": None, "bundle": None}
    _set(context, run_id, problem=problem, **ended)


def _set(context: Context, run_id: int, **values: Any) -> None:
    with context.database.write("rehearsal_left") as connection:
        running = (RehearsalRun.id == run_id, RehearsalRun.state == "running")
        connection.execute(update(RehearsalRun).where(*running).values(**values))


def _plain(params: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items()}
