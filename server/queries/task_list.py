"""Which user tasks are there, most urgent first?

By the moment at which the promise breaks; within a site that is the order of the working time left.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from server.casework.calendars import TimeLeft
from server.casework.context import Context
from server.casework.shapes import TASK_COLUMNS, Assignee, Claimer, task_json
from server.casework.task_in_hand import stands_in_for
from server.domain.desk_search import LEVEL, ORDER, PART
from server.persistence.models import Attachment, CaseComment, CaseFile, ProcessInstance, UserTask
from server.queries.paging import clamp, decode, encode, no_cursor
from server.queries.task_filters import Asked, TaskFilter, asked_of
from server.queries.task_walk import Found, Key, Shape, walk
from server.queries.task_ways import belongs_of, route_of
from server.security.actor import Actor, StandIn
from server.security.visibility import sight, sight_values

KINDS: dict[str, tuple[type, ...]] = {"due": (datetime, datetime, str), "created": (datetime, str)}
LONGEST_ID = 64
JUST_BEHIND = "z"
"""Whatever id ends with it comes after the id without."""

_SHOWN = (
    select(
        *TASK_COLUMNS,
        UserTask.due_sum.is_not(None).label("promised"),
        UserTask.urged_at,
        CaseFile.title,
        CaseFile.customer,
        CaseFile.site,
        CaseFile.columns,
        ProcessInstance.state.label("instance_state"),
        select(func.count())
        .where(CaseComment.case_id == UserTask.case_id)
        .correlate(UserTask)
        .scalar_subquery()
        .label("comments"),
        select(func.count())
        .where(Attachment.case_id == UserTask.case_id)
        .correlate(UserTask)
        .scalar_subquery()
        .label("files"),
    )
    .join(CaseFile, CaseFile.id == UserTask.case_id)
    .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
    .outerjoin(Assignee, Assignee.id == UserTask.assignee_id)
    .outerjoin(Claimer, Claimer.id == UserTask.claimed_by)
    .where(UserTask.id.in_(bindparam("ids", expanding=True)), UserTask.state == bindparam("state"))
)


def task_list(
    context: Context,
    actor: Actor,
    *,
    language: str,
    limit: int = 50,
    cursor: str | None = None,
    mine: bool = False,
    **given: str | None,
) -> dict[str, Any]:
    """`{"items", "next"}`; `given` as TaskFilter has it, `mine` is the view "groups". A page may have fewer than
    `limit` while `next` goes on. Tasks of suspended instances stay in the list. Raises Rejected `malformed.…`.
    """
    wanted = TaskFilter.read(given | ({"view": "groups"} if mine else {}))
    found = task_page(context, actor, wanted, language=language, limit=limit, cursor=cursor)
    return {"items": found["items"], "next": found["next"]}


def task_page(
    context: Context,
    actor: Actor,
    wanted: TaskFilter,
    *,
    language: str,
    limit: int = 50,
    cursor: str | None = None,
    before: str | None = None,
) -> dict[str, Any]:
    """`{"items", "next", "previous", "is_partial"}`: the page behind `cursor`, or the one that ends before `before`.

    `is_partial`: it ends after many tasks were looked through, not because it is full; `next` (or `previous`) goes on.
    """
    limit = clamp(limit)
    start = _key(wanted.order, before or cursor)
    with context.read() as connection:
        asked = asked_of(connection, context, wanted)
        if asked.is_empty:
            return {"items": [], "next": None, "previous": None, "is_partial": False}
        found = _walk(connection, actor, wanted, asked, start, limit, backwards=bool(before))
        if before and found.more is None and len(found.keys) < limit:
            # So little is before it: the first page, and a whole one, where it need not be looked for.
            first = _walk(connection, actor, wanted, asked, None, limit)
            if not first.is_partial:
                found, start, before = first, None, None
        ids = [key[-1] for key in (reversed(found.keys) if before else found.keys)]
        # All of them were found among those that he may see; one that ended since the walk is no longer wanted.
        shown = {"ids": ids, "state": wanted.state}
        rows = {row.id: row for row in connection.execute(_SHOWN, shown)} if ids else {}
    now, for_others = context.clock.now(), wanted.view == "substitutes"
    left = TimeLeft(context.calendars, now)
    items = [_item(rows[one], actor, language, now, left, for_others) for one in ids if one in rows]
    return {"items": items, "is_partial": found.is_partial} | _ways_on(wanted.order, found, start, bool(before))


def _walk(
    connection: Connection,
    actor: Actor,
    wanted: TaskFilter,
    asked: Asked,
    start: Key | None,
    limit: int,
    backwards: bool = False,
) -> Found:
    route = route_of(connection, actor, wanted, asked)
    belongs = belongs_of(wanted.view, actor)
    seen = sight(actor)
    implied = "view" in route.implied
    sees_less = seen != "all" if belongs is None else not implied
    shape = Shape(
        ways=route.ways,
        seen=seen,
        order=wanted.order,
        names=asked.names - route.implied,
        terms=len(asked.terms),
        is_open=wanted.state == "open",
        belongs=belongs is not None and not implied,
        looks_through=route.is_walk and (sees_less or bool(asked.names - route.implied)),
        backwards=backwards,
    )
    values = {"state": wanted.state, **asked.values, **sight_values(actor)}
    if belongs is not None:
        values |= {"groups": belongs.groups, "people": belongs.people}
    return walk(connection, shape, values, start, limit)


def _key(order: str, cursor: str | None) -> Key | None:
    if not cursor:
        return None
    key = decode(cursor, *KINDS[order])
    *moments, task = key
    if task is None or moments[-1] is None or len(task) > LONGEST_ID or "\0" in task:
        raise no_cursor()
    return key


def _ways_on(order: str, found: Found, start: Key | None, backwards: bool) -> dict[str, str | None]:
    """Cursors of the pages on either side; from an empty page back to all that is on this side of it."""
    keys = list(reversed(found.keys)) if backwards else found.keys
    edge = found.more
    if edge is None and start is not None:
        edge = (*start[:-1], f"{start[-1]}{JUST_BEHIND}")
    first, last = (keys[0], keys[-1]) if keys else (edge, edge)
    following, previous = (last, found.more) if backwards else (found.more, first if start is not None else None)
    return {"next": _cursor(order, following), "previous": _cursor(order, previous)}


def _cursor(order: str, key: Key | None) -> str | None:
    return None if key is None else encode(*key[-len(KINDS[order]) :])


def _item(row: Any, actor: Actor, language: str, now: datetime, left: TimeLeft, for_others: bool) -> dict[str, Any]:
    absent = _covered_by(actor, row) if for_others else stands_in_for(actor, row)
    return task_json(row, language) | {
        "title": row.title,
        "customer": row.customer,
        "part": _said(row.columns.get(PART)),
        "order_no": _said(row.columns.get(ORDER)),
        "level": _said(row.columns.get(LEVEL)),
        "priority": row.priority,
        "milestone": row.milestone,
        "escalation_level": row.escalation_level,
        "clock_stands": bool(row.promised) and row.due_at is None,
        "instance_state": row.instance_state,
        "assignee_name": row.assignee_display,
        "claimed_by_name": row.claimer_display,
        "on_behalf_of": absent.display_name if absent is not None else None,
        "is_urged": row.urged_at is not None,
        "comments": row.comments,
        "files": row.files,
        "time_left_seconds": (row.due_at - now).total_seconds() if row.due_at else None,
        "working_seconds_left": left.until(row.site, row.due_at),
    }


def _covered_by(actor: Actor, row: Any) -> StandIn | None:
    """Whose substitute's task it is, whether or not the actor might do it by himself, too."""
    people = (row.assignee_id, row.claimed_by, row.escalated_to, row.delegated_by, row.claimed_for)
    return next((each for each in actor.stands_in if each.covers(row.candidate_group, people)), None)


def _said(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
