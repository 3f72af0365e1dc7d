"""What was stored of a case at a moment, read from the tables alone; to be compared with what history tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.domain.past import Past, millis
from server.persistence.models import CaseFile, ProcessInstance, UserAccount, UserTask

_WAIT = ("task_id", "kind", "id", "element_id", "process_id", "since", "due_at")
_TASK = ("id", "element_id", "group", "assignee", "claimed_by", "claimed_at", "due_at", "level", "escalated_to")


@dataclass(frozen=True)
class Stored:
    """Rows as they were when `seq` was the newest event: the case file, open waits and tasks, and the state."""

    seq: int
    case: dict[str, Any]
    state: str
    end_event: str | None
    waits: tuple[tuple[Any, ...], ...]
    tasks: tuple[tuple[Any, ...], ...]


def stored(connection: Connection, instance_id: str, names: Mapping[int, str]) -> Stored:
    """What stands in the tables now; `names`: user names by id."""
    instance = connection.execute(
        select(
            ProcessInstance.history_seq,
            ProcessInstance.state,
            ProcessInstance.end_event,
            ProcessInstance.waits,
            CaseFile.data,
        )
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(ProcessInstance.id == instance_id)
    ).one()
    open_tasks = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "open")
    return Stored(
        instance.history_seq,
        instance.data,
        instance.state,
        instance.end_event,
        _sorted(tuple(line.get(name) for name in _WAIT) for line in instance.waits),
        _sorted(
            (
                row.id,
                row.element_id,
                row.candidate_group,
                row.assignee_id and names[row.assignee_id],
                row.claimed_by and names[row.claimed_by],
                row.claimed_at and millis(row.claimed_at),
                row.due_at and millis(row.due_at),
                row.escalation_level,
                row.escalated_to and names[row.escalated_to],
            )
            for row in connection.execute(open_tasks)
        ),
    )


def usernames(connection: Connection) -> dict[int, str]:
    """User names by id."""
    return {row.id: row.username for row in connection.execute(select(UserAccount.id, UserAccount.username))}


def told(past: Past, names: Mapping[int, str]) -> Stored:
    """A rebuilt case in the same shape."""
    return Stored(
        past.seq,
        past.case,
        past.state,
        past.end_event,
        _sorted(tuple(line.get(name) for name in _WAIT) for line in past.waits.values()),
        _sorted(
            (
                task.id,
                task.element_id,
                task.group,
                task.assignee,
                task.claimed_by and names[task.claimed_by],
                task.claimed_at and millis(task.claimed_at),
                task.due_at and millis(task.due_at),
                task.level,
                task.escalated_to,
            )
            for task in past.tasks
        ),
    )


def _sorted(rows: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(sorted(rows, key=lambda row: tuple(str(cell) for cell in row)))
