"""The ledger of jobs: claim, renew, free. Completion and failure belong to commands, since they move the case.

States: `ready` (may run from `run_at` on), `locked` (an attempt runs, until `lock_until`), `done`, `failed`
(ended at an error boundary event), `incident` (waits for a person), `cancelled`.
"""

import os
import socket
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psutil
from sqlalchemy import Connection, bindparam, select, update

from server.persistence.database import Database
from server.persistence.models import Job, ProcessInstance

LEASE = timedelta(seconds=60)
LOST_IN_A_ROW = 10


# Asked again and again, mostly in vain: put together once.
_DUE = (
    select(Job.id, Job.instance_id, Job.case_id, Job.element_id, Job.topic, Job.parameters, Job.attempt)
    .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
    .where(
        Job.topic.in_(bindparam("topics", expanding=True)),
        ProcessInstance.state.in_(("active", "incident")),
        Job.state == "ready",
        Job.run_at <= bindparam("now"),
    )
    .order_by(Job.run_at)
)
_ONE_DUE = _DUE.limit(1)
_LOCKED = (
    update(Job)
    .where(Job.id == bindparam("job"))
    .values(
        {
            name: bindparam(name, type_=Job.__table__.c[name].type)
            for name in ("state", "attempt", "attempt_token", "locked_by", "lock_until")
        }
    )
)


@dataclass(frozen=True)
class Claim:
    """A job this process may run until its lease ends; `token` fences a late completion."""

    id: str
    token: str
    instance_id: str
    case_id: int
    element_id: str
    topic: str
    parameters: Mapping[str, Any]
    attempt: int


def owner() -> str:
    """This process by host, number and start, so that a number used again is not taken for the old process."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(psutil.Process())}"


def claim(database: Database, now: datetime, topics: Collection[str], limit: int, who: str) -> list[Claim]:
    """Lock up to `limit` jobs that are due, oldest first; jobs of suspended or ended instances stay.

    A lease that ran out is none of this: `free_lost` frees its job, so that a lost attempt is counted as one.
    """
    asked = {"topics": sorted(topics), "now": now}
    with database.read() as connection:
        if connection.execute(_ONE_DUE, asked).first() is None:
            return []
    with database.write("claim_jobs") as connection:
        rows = connection.execute(_DUE.limit(limit).with_for_update(skip_locked=True, of=Job), asked).all()
        return [_lock(connection, row, now, who) for row in rows]


def _lock(connection: Connection, row: Any, now: datetime, who: str) -> Claim:
    token = uuid.uuid4().hex
    values = {
        "job": row.id,
        "state": "locked",
        "attempt": row.attempt + 1,
        "attempt_token": token,
        "locked_by": who,
        "lock_until": now + LEASE,
    }
    connection.execute(_LOCKED, values)
    return Claim(
        row.id, token, row.instance_id, row.case_id, row.element_id, row.topic, row.parameters, row.attempt + 1
    )


def renew(database: Database, now: datetime, tokens: Iterable[str]) -> None:
    """Lengthen the leases of attempts that still run."""
    wanted = list(tokens)
    if wanted:
        with database.write("renew_jobs") as connection:
            connection.execute(
                update(Job).where(Job.attempt_token.in_(wanted), Job.state == "locked").values(lock_until=now + LEASE)
            )


def free_lost(database: Database, now: datetime) -> dict[str, str]:
    """Free the jobs of processes that no longer live on this machine, and those whose lease ran out.

    Such an attempt uses up no retry. One lost LOST_IN_A_ROW times in a row stays locked: returns those by id with the
    token that locks them now, for an incident (runner.lost_jobs).
    """
    query = select(Job.id, Job.locked_by, Job.lock_until, Job.attempt_token, Job.lost_in_a_row)
    with database.read() as connection:
        # In one order for all who do this, so that no two wait for each other's rows.
        locked = connection.execute(query.where(Job.state == "locked").order_by(Job.id)).all()
    lost = [row for row in locked if row.lock_until < now or not _alive(row.locked_by)]
    if not lost:
        return {}
    with database.write("free_jobs") as connection:
        freed = [(row.id, _free(connection, row, now)) for row in lost]
    return {job_id: token for job_id, token in freed if token}


def _free(connection: Connection, row: Any, now: datetime) -> str | None:
    """The token of a job that stays locked, None for one that is free again or went to another attempt."""
    times = row.lost_in_a_row + 1
    values: dict[str, Any] = {"state": "ready", "run_at": now, "attempt_token": None, "lost_in_a_row": times}
    token = None
    if times >= LOST_IN_A_ROW:
        # Still held by the lost process: should this one be lost too, the next one finds the job again.
        token = uuid.uuid4().hex
        values = {"attempt_token": token, "lock_until": now + LEASE}
    same = (Job.id == row.id, Job.state == "locked", Job.attempt_token == row.attempt_token)
    done = connection.execute(update(Job).where(*same).values(**values))
    return token if done.rowcount else None


def _alive(who: str | None) -> bool:
    """Whether the process lives; one on another machine is believed to, until its lease ends."""
    if not who:
        return False
    host, number, started = who.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    try:
        process = psutil.Process(int(number))
        return _started(process) == started and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _started(process: psutil.Process) -> str:
    """When the process began, told the same way before and after the computer's clock was set."""
    began = process.create_time()
    if psutil.LINUX:
        # Counted from boot there; psutil adds the boot time, which moves when the clock is set.
        began -= psutil.boot_time()
    return f"{began:.2f}"
