"""How tasks and instances look from outside (REST, pages): the same wherever they are shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import aliased

from server.casework.wait_rows import rfc3339
from server.domain.texts import pick_line
from server.persistence.models import CaseFile, UserAccount, UserTask

Assignee = aliased(UserAccount, name="assignee")
Claimer = aliased(UserAccount, name="claimer")

TASK_COLUMNS = (
    UserTask.id,
    UserTask.instance_id,
    UserTask.engine_task_id,
    UserTask.element_id,
    UserTask.process_id,
    UserTask.name,
    UserTask.form_key,
    UserTask.candidate_group,
    UserTask.claimed_by,
    UserTask.claimed_at,
    UserTask.claimed_for,
    UserTask.delegated_by,
    UserTask.ended_by,
    UserTask.requests,
    UserTask.assignee_id,
    UserTask.created_at,
    UserTask.due_at,
    UserTask.escalation_level,
    UserTask.escalated_to,
    UserTask.state,
    UserTask.priority,
    UserTask.milestone,
    UserTask.draft,
    CaseFile.number,
    Assignee.username.label("assignee_name"),
    Assignee.display_name.label("assignee_display"),
    Claimer.username.label("claimer_name"),
    Claimer.display_name.label("claimer_display"),
)


def task_json(row: Any, language: str, **changed: Any) -> dict[str, Any]:
    """A task as interfaces.md has it; `row` carries TASK_COLUMNS, `changed` overrides what was just done to it."""
    return {
        "id": row.id,
        "name": pick_line(row.name, language=language),
        "element_id": row.element_id,
        "definition": row.process_id,
        "instance_id": row.instance_id,
        "case_number": row.number,
        "groups": [row.candidate_group] if row.candidate_group else [],
        "assignee": row.assignee_name,
        "claimed_by": row.claimer_name,
        "created_at": rfc3339(row.created_at),
        "due_at": rfc3339(row.due_at) if row.due_at else None,
        "state": row.state,
    } | changed


def instance_json(row: Any, language: str, **changed: Any) -> dict[str, Any]:
    """An instance as interfaces.md has it; `row` has instance_id, key, version_number, number, state, waits, times."""
    shown = {
        "id": row.instance_id,
        "definition": row.key,
        "version": row.version_number,
        "case_number": row.number,
        "state": row.state,
        "active": active_steps(row.waits, language),
        "started_at": rfc3339(row.started_at),
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "end_event": row.end_event,
    }
    return shown | changed


def active_steps(waits: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """What an instance waits for, from the lines of `process_instance.waits`."""
    return [
        {
            "element_id": line["element_id"],
            "name": pick_line(line["name"], language=language) or line["element_id"],
            "since": line["since"],
            "kind": line["kind"],
        }
        for line in waits
    ]
