"""The rows around a case that changes its version: what follows the new one, and what undoing brings back."""

import base64
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

import orjson
import zstandard
from sqlalchemy import delete, insert, select, update

from server.casework import step_records
from server.casework.case_work import CaseWork
from server.casework.incidents import UNSETTLED
from server.casework.step_money import move_money
from server.casework.wait_rows import DEFAULT_PRIORITY, correlation_key, rfc3339, whole
from server.casework.work import Work
from server.domain.mapping import CaseMapping
from server.engine import Wait
from server.persistence.models import Base, Incident, Job, MessageSubscription, Timer, UserTask
from server.persistence.models.base import UtcDateTime

_INSTANCE = ("version_id", "instance_state", "state_reason", "waits", "instance_ended_at", "end_event")
_FOLLOWS = ("element_id", "process_id", "name", "form_key", "candidate_group", "milestone", "priority")
_RESTORED = (*_FOLLOWS, "due_at", "due_sum", "state", "ended_at", "ended_by")
"""Columns of a user task that come back; its draft, its claim and its place on the ladder are left as they are."""
_TOLD = ("task_id", "element_id", "group")
_OPEN: Mapping[str, tuple[type[Base], Any]] = {
    "user_tasks": (UserTask, UserTask.state == "open"),
    "jobs": (Job, Job.ended_at.is_(None)),
    "timers": (Timer, Timer.state == "waiting"),
    "messages": (MessageSubscription, MessageSubscription.id.is_not(None)),
    "incidents": (Incident, Incident.state.in_(UNSETTLED)),
}


def follow(case: CaseWork, before: Mapping[str, Wait]) -> None:
    """Queue what changes in the rows of waits that stay: names, forms and groups as the new version has them.

    Drafts, claims, jobs and the moments of timers stay as they are; so do due dates, unless the new version's table
    of deadlines promises otherwise (`save` sees to that).
    """
    # Their cause names version and element: the sweep of runner/repairs.py tells it anew.
    mine = (Incident.instance_id == case.instance_id) & Incident.state.in_(UNSETTLED)
    case.work.write(update(Incident).where(mine).values(edition=0))
    step_records.follow_version(case.work, case.instance_id, case.version, case.waits)
    move_money(case.work, case.version, case.row.case_id, case.row.site, case.data)
    ids = {(line["task_id"], line["kind"]): line["id"] for line in case.waits}
    for wait in case.open_waits():
        old = before.get(wait.task_id)
        if old is None or old.kind != wait.kind or _shown(old) == _shown(wait):
            continue
        here = {"element_id": wait.element_id}
        if wait.kind == "user_task":
            row_id = ids[wait.task_id, wait.kind]
            case.work.write(update(UserTask).where(UserTask.id == row_id).values(**_values(wait)))
            case.work.write(update(Timer).where(Timer.user_task_id == row_id).values(**here))
        elif wait.kind == "job":
            row_id = ids[wait.task_id, wait.kind]
            case.work.write(update(Job).where(Job.id == row_id).values(**here, process_id=wait.process_id))
        elif wait.kind in ("timer", "message"):
            table: Any = Timer if wait.kind == "timer" else MessageSubscription
            values = here | (
                {"name": wait.message, "correlation": correlation_key(wait.correlation)}
                if wait.kind == "message"
                else {}
            )
            same = (table.instance_id == case.instance_id) & (table.engine_task_id == wait.task_id)
            case.work.write(update(table).where(same).values(**values))


def moved_tasks(case: CaseWork, before: Mapping[str, Wait]) -> list[dict[str, Any]]:
    """What the history tells of open user tasks that stand elsewhere now, or are for another group."""
    ids = {line["task_id"]: line["id"] for line in case.waits if line["kind"] == "user_task"}
    found = []
    for wait in case.open_waits():
        old = before.get(wait.task_id)
        if wait.task_id in ids and old is not None and _place(old) != _place(wait):
            found.append(dict(zip(_TOLD, (ids[wait.task_id], *_place(wait)), strict=True)))
    return found


def _place(wait: Wait) -> tuple[str, str | None]:
    return wait.element_id, wait.group


def restored_tasks(before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the history tells of the user tasks that `restore` brings back to how they were."""
    return [
        dict(zip(_TOLD, (each["id"], each["element_id"], each["candidate_group"]), strict=True))
        | {"due_at": rfc3339(each["due_at"]) if each["due_at"] else None}
        for each in before["user_tasks"]
    ]


def _shown(wait: Wait) -> tuple[Any, ...]:
    return wait.element_id, wait.process_id, wait.name, wait.group, dict(wait.properties), wait.message


def _values(wait: Wait) -> dict[str, Any]:
    return {
        "element_id": wait.element_id,
        "process_id": wait.process_id,
        "name": wait.name,
        "form_key": wait.properties.get("formKey"),
        "candidate_group": wait.group,
        "milestone": wait.properties.get("milestone"),
        "priority": whole(wait.properties.get("priority"), DEFAULT_PRIORITY),
    }


def snapshot(work: Work, row: Any) -> bytes:
    """Instance, case file and open rows of the case of `row` (of case_query), packed."""
    found: dict[str, Any] = {name: getattr(row, name) for name in (*_INSTANCE, "data")}
    found["engine_state"] = base64.b64encode(row.engine_state).decode()
    for name, (table, is_open) in _OPEN.items():
        columns = table.__table__.columns
        query = select(*columns).where(columns.instance_id == row.instance_id, is_open)
        found[name] = [dict(each._mapping) for each in work.read(query)]
    return zstandard.compress(orjson.dumps(found))


def unpack(packed: bytes) -> dict[str, Any]:
    """What `snapshot` packed: rows ready to be written again."""
    found: dict[str, Any] = orjson.loads(zstandard.decompress(packed))
    found["engine_state"] = base64.b64decode(found["engine_state"])
    for name, (table, _is_open) in _OPEN.items():
        moments = {column.name for column in table.__table__.columns if isinstance(column.type, UtcDateTime)}
        for each in found[name]:
            # A snapshot of an earlier release has not every column.
            each.update({key: _moment(each[key]) for key in moments & each.keys()})
    found["instance_ended_at"] = _moment(found["instance_ended_at"])
    return found


def restore(work: Work, instance_id: str, before: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Queue the rows as they were; (element ids by id of the user tasks that go, ids of those that come back)."""
    cancelled: dict[str, str] = {}
    reopened: list[str] = []
    tasks = {each["id"]: each for each in before["user_tasks"]}
    rows = work.read(
        select(UserTask.id, UserTask.element_id, UserTask.state).where(UserTask.instance_id == instance_id)
    )
    for row in rows.all():
        if row.state == "open" and row.id not in tasks:
            ended = {"state": "cancelled", "ended_at": work.now}
            work.write(update(UserTask).where(UserTask.id == row.id, UserTask.state == "open").values(**ended))
            cancelled[row.id] = row.element_id
        elif row.id in tasks and row.state != "open":
            reopened.append(row.id)
    for each in before["user_tasks"]:
        values = {name: each[name] for name in _RESTORED}
        work.write(update(UserTask).where(UserTask.id == each["id"]).values(**values))
    _restore_jobs(work, instance_id, before)
    for table, name in ((Timer, "timers"), (MessageSubscription, "messages")):
        columns = table.__table__.columns
        gone = [columns.instance_id == instance_id, *([columns.state == "waiting"] if table is Timer else [])]
        work.write(delete(table).where(*gone))
        if before[name]:
            work.write(insert(table), before[name])
    for each in before["incidents"]:
        again = {"state": each["state"], "ended_at": None, "ended_by": None, "outcome": None, "edition": 0}
        work.write(update(Incident).where(Incident.id == each["id"]).values(**again))
    return cancelled, reopened


def _restore_jobs(work: Work, instance_id: str, before: Mapping[str, Any]) -> None:
    known = {each["id"]: each for each in before["jobs"]}
    query = select(Job.id, Job.state, Job.ended_at).where(Job.instance_id == instance_id)
    for row in work.read(query).all():
        if row.ended_at is None and row.id not in known:
            # Only as long as nobody has begun it: see `begun_jobs`.
            fresh = (Job.id == row.id, Job.state == "ready", Job.attempt == 0)
            work.write_one(update(Job).where(*fresh).values(state="cancelled", ended_at=work.now))
        elif row.id in known and row.state == "cancelled":
            # Whoever held it when it was cancelled is too late: it is done anew.
            again = known[row.id] | {"state": "ready", "attempt_token": None, "locked_by": None, "lock_until": None}
            values = {name: value for name, value in again.items() if name != "id"}
            work.write(update(Job).where(Job.id == row.id).values(**values))
        elif row.id in known:
            here = {name: known[row.id][name] for name in ("element_id", "process_id")}
            work.write(update(Job).where(Job.id == row.id).values(**here))


def move_drafts(work: Work, instance_id: str, mapping: CaseMapping) -> None:
    """Queue that what people have begun to write follows the fields of the case file."""
    if not mapping.fields:
        return
    query = select(UserTask.id, UserTask.draft).where(
        UserTask.instance_id == instance_id, UserTask.state == "open", UserTask.draft.is_not(None)
    )
    for row in work.read(query).all():
        moved = deepcopy(row.draft)
        mapping.move(moved["data"])
        if moved != row.draft:
            same = (UserTask.id == row.id) & (UserTask.state == "open")
            work.write_one(update(UserTask).where(same).values(draft=moved))


def begun_jobs(work: Work, instance_id: str, before: Mapping[str, Any]) -> list[str]:
    """Elements of jobs that came with the migration and that a worker has begun."""
    known = [each["id"] for each in before["jobs"]]
    query = select(Job.element_id).where(
        Job.instance_id == instance_id, Job.ended_at.is_(None), Job.id.not_in(known), Job.attempt > 0
    )
    return list(work.read(query).scalars())


def _moment(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)
