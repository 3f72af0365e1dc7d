"""What does somebody who works on a task want to know of its complaint, beside the task itself?"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.calendars import TimeLeft
from server.casework.cases import seen_case
from server.casework.column_values import shown_columns
from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.register import value_at
from server.casework.shapes import Assignee, Claimer
from server.casework.wait_rows import rfc3339
from server.domain.history import EventType
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import Attachment, CaseFile, Group, ProcessInstance, UserTask
from server.queries.case_events import newest_events, people_in
from server.queries.case_story import QUIET, Teller
from server.queries.earlier_rounds import earlier_rounds
from server.queries.whereabouts import whereabouts
from server.security.actor import Actor

EVENTS = 20
TASKS = 20
"""So many of the newest events and of the open tasks are told; the complaint's own page has all."""
_COLUMNS = (
    CaseFile.id.label("case_id"),
    CaseFile.received_at,
    CaseFile.data,
    ProcessInstance.id.label("instance_id"),
    ProcessInstance.version_id,
)


def case_at_desk(context: Context, actor: Actor, task: Mapping[str, Any], language: str) -> dict[str, Any]:
    """About the complaint of `task`, which is as `task_detail` has it. Raises Rejected `not_found.case`.

    glance: `[{"key", "title", "schema", "value"}]` of the columns that the application puts at a glance, filled ones;
    has_glance: whether it names any; on_it: the open tasks, the next due first; promise: the milestone among them that
    is due next, or None; story: the newest events; before: who did which step last, as a sentence; where: see
    `whereabouts`; files, the newest first; schema, case: of the case file; rounds: the ended ones.
    """
    with context.read() as connection:
        row = seen_case(connection, actor, task["complaint"], *_COLUMNS)
        version = context.library.version(row.version_id)
        files = _files(connection, row.case_id)
        groups = {each.key: each.title for each in connection.execute(select(Group.key, Group.title))}
        on_it = _on_it(context, connection, row.case_id, groups, language)
        story = _story(connection, version, row.instance_id, files, language)
        place = row.instance_id, task["definition"], task["element_id"]
        return {
            "glance": _glance(version, row.data, language),
            "has_glance": bool(version.application.glance),
            "received_at": rfc3339(row.received_at),
            "on_it": on_it,
            "promise": next(
                (each for each in on_it if each["milestone"] and (each["due_at"] or each["clock_stands"])), None
            ),
            "story": story,
            "before": next((one["sentence"] for one in story if one["type"] == EventType.TASK_COMPLETED), None),
            "where": whereabouts(connection, version, *place, language),
            "files": files,
            "schema": version.forms.case_schema(language),
            "case": row.data,
            "rounds": earlier_rounds(version, row.data, language),
        }


def _glance(version: PublishedVersion, data: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    columns = {one.key: one for one in shown_columns(version, language)}
    found = []
    for key in version.application.glance:
        value = value_at(data, version.application.columns[key].pointer)
        if value not in (None, "", [], {}):
            found.append({"key": key, "title": columns[key].title, "schema": columns[key].schema, "value": value})
    return found


def _on_it(
    context: Context, connection: Connection, case_id: int, groups: Mapping[str, str], language: str
) -> list[dict[str, Any]]:
    query = (
        select(
            UserTask.id,
            UserTask.name,
            UserTask.element_id,
            UserTask.milestone,
            UserTask.candidate_group,
            UserTask.due_at,
            UserTask.due_sum,
            UserTask.site,
            Assignee.display_name.label("meant_for"),
            Claimer.display_name.label("holder"),
        )
        .outerjoin(Assignee, Assignee.id == UserTask.assignee_id)
        .outerjoin(Claimer, Claimer.id == UserTask.claimed_by)
        .where(UserTask.case_id == case_id, UserTask.state == "open")
        .order_by(UserTask.due_at.asc().nulls_last(), UserTask.created_at, UserTask.id)
        .limit(TASKS)
    )
    now = context.clock.now()
    left = TimeLeft(context.calendars, now)
    return [
        {
            "id": row.id,
            "name": pick_line(row.name, language=language) or row.element_id,
            "milestone": row.milestone,
            "who": _who(row, groups, language),
            "due_at": rfc3339(row.due_at) if row.due_at else None,
            "time_left_seconds": (row.due_at - now).total_seconds() if row.due_at else None,
            "working_seconds_left": left.until(row.site, row.due_at),
            "clock_stands": row.due_sum is not None and row.due_at is None,
        }
        for row in connection.execute(query)
    ]


def _who(row: Row[Any], groups: Mapping[str, str], language: str) -> str:
    """In words: who has it, else whom it is meant for, else the group it waits for."""
    group = pick_line(groups.get(row.candidate_group or ""), language=language) or row.candidate_group or "–"
    if row.holder:
        return translate(N_("{name} is working on it"), language, name=row.holder)
    if row.meant_for:
        return translate(N_("meant for {name}"), language, name=row.meant_for)
    return translate(N_("waits for {group}"), language, group=group)


def _story(
    connection: Connection, version: PublishedVersion, instance_id: str, files: list[dict[str, Any]], language: str
) -> list[dict[str, Any]]:
    """The newest events in words, the newest first."""
    events = newest_events(connection, instance_id, EVENTS, QUIET)
    people = people_in(connection, events)
    teller = Teller(version, people, {one["id"]: one["name"] for one in files}, language)
    kesu = translate(N_("Kesu"), language)
    return [
        teller.tell(event, people.get(event.actor_id, kesu) if event.actor_id is not None else kesu) for event in events
    ]


def _files(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    """The newest first."""
    query = (
        select(Attachment.id, Attachment.name, Attachment.media_type, Attachment.size, Attachment.created_at)
        .where(Attachment.case_id == case_id)
        .order_by(Attachment.created_at.desc(), Attachment.id)
    )
    return [row._asdict() | {"created_at": rfc3339(row.created_at)} for row in connection.execute(query)]
