"""What is one user task about, and what can be done with it?"""

from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.calendars import TimeLeft
from server.casework.case_work import LIVE
from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.shapes import TASK_COLUMNS, Assignee, Claimer, task_json
from server.casework.steps_back import steps_back
from server.casework.task_drafts import draft_version
from server.casework.task_in_hand import is_held_by_another, may_work_on, stands_in_for
from server.casework.wait_rows import rfc3339
from server.domain.rejection import Rejected
from server.domain.texts import pick_block, pick_line
from server.engine import PROMPTS, prompt_keys
from server.i18n import N_
from server.persistence.models import CaseFile, ProcessInstance, UserAccount, UserTask
from server.queries.colleagues import colleagues_at
from server.queries.promises import deadline_json
from server.queries.requests import requests_of
from server.security.actor import Actor
from server.security.visibility import visible_to

NO_FORM: dict[str, Any] = {"type": "object", "properties": {}}


def task_detail(context: Context, actor: Actor, task_id: str, language: str) -> dict[str, Any]:
    """The task with instructions, form (schema, ui, data), draft, actions; raises Rejected `not_found.task`."""
    with context.read() as connection:
        row = _find(connection, actor, task_id)
        version = context.library.version(row.version_id)
        actions = _actions(actor, row)
        absent = stands_in_for(actor, row)
        delegator = _name_of(connection, row.delegated_by)
        back = steps_back(connection, version, row, row.data) if "send_back" in actions else []
        return task_json(row, language) | {
            "title": row.title,
            "customer": row.customer,
            "complaint": row.number,
            "priority": row.priority,
            "milestone": row.milestone,
            "escalation_level": row.escalation_level,
            "deadline": deadline_json(row, language),
            "clock_stands": row.due_sum is not None and row.due_at is None,
            "assignee_name": row.assignee_display,
            "claimed_by_name": row.claimer_display,
            "claimed_at": rfc3339(row.claimed_at) if row.claimed_at else None,
            "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
            "delegated_by": delegator,
            "on_behalf_of": absent.display_name if absent else None,
            "requests": requests_of(connection, task_id, language) if row.requests else [],
            "instance_state": row.instance_state,
            **_guide(version, row, language),
            "revision": row.revision,
            "form": _form(version, row, language),
            "draft": row.draft,
            "draft_version": draft_version(row.draft),
            "actions": [action for action in actions if action != "send_back" or back],
            "send_back_targets": [
                {"element_id": step.element_id, "name": pick_line(step.name, language=language)} for step in back
            ],
            "colleagues": colleagues_at(connection, actor) if {"transfer", "ask"} & set(actions) else [],
            **_left(context, row),
        }


def _guide(version: PublishedVersion, row: Row[Any], language: str) -> dict[str, Any]:
    """What is to be done, as the diagram and the application say."""
    element = version.definition.element(row.process_id, row.element_id)
    prompts = prompt_keys(element.properties.get(PROMPTS)) if element is not None else []
    return {
        "instructions": pick_block(element.instructions if element else "", language),
        "prompts": version.application.prompt_lines(prompts, language),
    }


def _left(context: Context, row: Row[Any]) -> dict[str, Any]:
    """Of the promise, by the clock and in working time."""
    now = context.clock.now()
    return {
        "time_left_seconds": (row.due_at - now).total_seconds() if row.due_at else None,
        "working_seconds_left": TimeLeft(context.calendars, now).until(row.site, row.due_at),
    }


def _find(connection: Connection, actor: Actor, task_id: str) -> Row[Any]:
    query = (
        select(
            *TASK_COLUMNS,
            UserTask.due_sum,
            UserTask.ended_at,
            CaseFile.data,
            CaseFile.revision,
            CaseFile.title,
            CaseFile.customer,
            CaseFile.site,
            ProcessInstance.version_id,
            ProcessInstance.state.label("instance_state"),
        )
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Assignee, Assignee.id == UserTask.assignee_id)
        .outerjoin(Claimer, Claimer.id == UserTask.claimed_by)
        .where(UserTask.id == task_id, visible_to(actor))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Rejected("not_found.task", N_("There is no task {id}, or you may not see it."), id=task_id[:64])
    return row


def _form(version: PublishedVersion, row: Row[Any], language: str) -> dict[str, Any]:
    if not row.form_key:
        return {"schema": NO_FORM, "ui": {}, "data": {}}
    return {
        "schema": version.forms.schema(row.form_key, language),
        "ui": version.forms.ui(row.form_key, language),
        "data": version.forms.view_data(row.form_key, row.data),
    }


def _actions(actor: Actor, row: Row[Any]) -> list[str]:
    if row.instance_state not in LIVE:
        return []
    if row.state != "open":
        return ["withdraw"] if row.state == "completed" and row.ended_by == actor.user_id else []
    transfer = ["transfer"] if actor.may("task.transfer") else []
    others = [*(["urge"] if actor.may("case.read") else []), *(["priority"] if transfer else [])]
    if not may_work_on(actor, row):
        return others
    others += ["escalate"] if actor.may("task.escalate") else []
    recall = row.delegated_by in actor.selves
    if is_held_by_another(actor, row):
        return ["claim", *others] if recall else others
    if row.delegated_by is not None and not recall and not actor.may("task.complete_any"):
        return ["return", "draft", "ask", *others]
    claim = [] if row.claimed_by == actor.user_id else ["claim"]
    unclaim = ["unclaim"] if row.claimed_by is not None and row.delegated_by is None else []
    hand_on = [*transfer, *(["delegate"] if transfer else [])] if row.delegated_by is None else []
    return [*claim, *unclaim, "complete", "draft", *hand_on, "add_signers", "ask", "send_back", *others]


def _name_of(connection: Connection, user_id: int | None) -> str | None:
    if user_id is None:
        return None
    found: str = connection.execute(select(UserAccount.display_name).where(UserAccount.id == user_id)).scalar_one()
    return found
