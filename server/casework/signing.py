"""Signatures at a task: who still has to sign before it may be completed, and what was signed."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select, update

from server.casework.asking import ASKED, tell
from server.casework.ladder import PERSON, person
from server.casework.notices import SIGN
from server.casework.task_in_hand import TaskInHand, hold
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import TaskRequest, UserAccount, UserTask

POSITIONS = ("before", "after")


def signatures(connection: Connection, task_id: str) -> list[Row[Any]]:
    """The signatures asked at the task that count, in the order of asking."""
    query = (
        select(TaskRequest, UserAccount.username, UserAccount.display_name)
        .join(UserAccount, UserAccount.id == TaskRequest.asked_of)
        .where(TaskRequest.task_id == task_id, TaskRequest.kind == "signature", TaskRequest.state != "withdrawn")
        .order_by(TaskRequest.created_at, TaskRequest.id)
    )
    return list(connection.execute(query))


def signed_digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of what was filled in: it is what people sign."""
    return sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()


def await_signatures(task: TaskInHand, data: dict[str, Any], revision: int | None) -> list[str]:
    """User names of those who now have to sign what was filled in: then the task is not completed yet, and `data`
    is kept as its draft. Empty: nothing is in the way. Raises Rejected `task.unsigned`.
    """
    work = task.work
    rows = signatures(work.connection, task.id) if task.row.requests else []
    digest = signed_digest(data)
    fresh = [
        row
        for row in rows
        if row.position == "after" and (row.state == "waiting" or (row.digest != digest and row.state != "refused"))
    ]
    missing = [row for row in rows if row.state in ("open", "refused") and row not in fresh]
    if missing:
        raise _unsigned(missing)
    if fresh:
        _ask_to_sign(task, fresh, digest)
        draft = {"data": data, "revision": task.case.revision if revision is None else revision}
        work.write_one(
            update(UserTask)
            .where(UserTask.id == task.id, UserTask.state == "open")
            .values(hold(task) | {"draft": draft, "draft_by": work.actor_id})
        )
    return [row.username for row in fresh]


def _ask_to_sign(task: TaskInHand, rows: Sequence[Row[Any]], digest: str) -> None:
    work = task.work
    people = {
        row.id: person(row)
        for row in work.read(select(*PERSON).where(UserAccount.id.in_([each.asked_of for each in rows])))
    }
    for row in rows:
        work.write_one(
            update(TaskRequest)
            .where(TaskRequest.id == row.id, TaskRequest.state == row.state)
            .values(state="open", digest=digest, answer=None, ended_at=None, ended_by=None)
        )
        key = f"sign:{row.id}:{task.case.row.lock_version}"
        mail = tell(task, SIGN, people.get(row.asked_of), key, row.text, ASKED)
        task.record(EventType.SIGNATURE_ASKED, request_id=row.id, to=row.username, text=row.text, mail=mail)


def _unsigned(missing: Sequence[Row[Any]]) -> Rejected:
    details = [
        {"request": row.id, "signer": row.username, "name": row.display_name, "state": row.state, "remark": row.answer}
        for row in missing
    ]
    names = ", ".join(row.display_name for row in missing)
    refused = any(row.state == "refused" for row in missing)
    sentence = (
        N_("{names} did not sign. Ask again when it is settled, or say why the signature is not needed.")
        if refused
        else N_("{names} has to sign first. The task can be completed afterwards.")
    )
    if refused:
        names = ", ".join(row.display_name for row in missing if row.state == "refused")
    return Rejected("task.unsigned", sentence, details=details, names=names)
