"""Which complaints stand at a step, longest first, on whom, and what was promised? Or which left it in a period?"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.step_sums import number
from server.casework.wait_rows import rfc3339
from server.domain.cost import step_cost
from server.domain.texts import pick_line
from server.domain.working_seconds import working_seconds
from server.persistence.models import CaseFile, Group, StepRecord, UserAccount, UserTask
from server.queries.paging import after, clamp, decode, page
from server.queries.stuck_figures import Calendars
from server.queries.stuck_filters import Filters, left_steps, open_steps
from server.queries.where_stuck import calendars_of, process_behind
from server.security.actor import Actor

_STANDING: list[tuple[Any, bool]] = [(StepRecord.begun_at, False), (StepRecord.id, False)]
_LEFT: list[tuple[Any, bool]] = [(StepRecord.worked, True), (StepRecord.id, False)]


def stuck_cases(
    context: Context,
    actor: Actor,
    key: str,
    element_id: str,
    filters: Filters,
    *,
    language: str,
    inside: str = "",
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`{"items", "next"}`: the steps at `element_id` of the drawing `inside` (see where_stuck), call activities with
    all that is inside them. Rejected `not_found.…` and `malformed.cursor`.
    """
    actor.require("report.read")
    version = context.library.current(key)
    process_behind(version, inside)
    limit, now = clamp(limit), context.clock.now()
    order = _LEFT if filters.is_period else _STANDING
    chosen = _chosen(actor, key, filters).where(_at(version, element_id, inside))
    if cursor:
        kinds = (int, int) if filters.is_period else (datetime, int)
        chosen = chosen.where(after(order, decode(cursor, *kinds)))
    sorting = [column.desc() if descending else column.asc() for column, descending in order]
    # First which, then what is told of them: so the joins are made for one page only.
    query = _TOLD.where(StepRecord.id.in_(chosen.order_by(*sorting).limit(limit + 1))).order_by(*sorting)
    with context.read() as connection:
        rows = list(connection.execute(query))
        calendars = calendars_of(context, connection, actor)
    shown, following = page(rows, limit, "worked" if filters.is_period else "begun_at", "id")
    return {"items": [_item(row, version, calendars, now, language) for row in shown], "next": following}


def _at(version: PublishedVersion, element_id: str, inside: str) -> ColumnElement[bool]:
    """At the element itself, or anywhere inside a call activity of that id."""
    way = f"{inside}/{element_id}" if inside else element_id
    within = or_(StepRecord.call_path == way, StepRecord.call_path.startswith(f"{way}/", autoescape=True))
    element = version.definition.find(element_id)
    if element is not None and element.called is not None:
        return within
    here = and_(StepRecord.call_path == inside, StepRecord.element_id == element_id)
    # What an earlier version called may be called no more: then it is in the list of places beyond the drawing.
    return or_(here, within) if element is None else here


def _chosen(actor: Actor, key: str, filters: Filters) -> Select[Any]:
    if filters.is_period:
        chosen = left_steps(actor, key, filters)
        if filters.first is not None:
            chosen.append(StepRecord.ended_day >= number(filters.first))
        if filters.last is not None:
            chosen.append(StepRecord.ended_day <= number(filters.last))
    else:
        chosen = open_steps(actor, key, filters)
    return select(StepRecord.id).where(*chosen)


_STEP_COLUMNS = (
    *("id", "kind", "site", "process_id", "element_id", "call_path", "customer", "part_no", "level", "group_key"),
    *("begun_at", "begun_work", "due_at", "ended_at", "worked", "rate"),
)


_TASK = and_(
    UserTask.instance_id == StepRecord.instance_id,
    UserTask.engine_task_id == StepRecord.wait_id,
    UserTask.state == "open",
    StepRecord.ended_at.is_(None),
)
_HOLDER = func.coalesce(StepRecord.ended_by, UserTask.claimed_by, UserTask.assignee_id)
"""Who did it where it has ended, who holds it or is meant to do it while it is open."""

_TOLD = (
    select(
        *(getattr(StepRecord, name) for name in _STEP_COLUMNS),
        CaseFile.number,
        CaseFile.title,
        Group.title.label("group_title"),
        UserAccount.username,
        UserAccount.display_name,
    )
    .join(CaseFile, CaseFile.id == StepRecord.case_id)
    .outerjoin(UserTask, _TASK)
    .outerjoin(UserAccount, UserAccount.id == _HOLDER)
    .outerjoin(Group, Group.key == StepRecord.group_key)
)


def _item(row: Any, version: PublishedVersion, calendars: Calendars, now: datetime, language: str) -> dict[str, Any]:
    calendar = calendars[row.site]
    if row.ended_at is not None:
        waiting, until = row.worked, row.ended_at
    else:
        until = now
        waiting = None if row.begun_work is None else working_seconds(calendar, now) - row.begun_work
    element = version.definition.find(row.element_id)
    left = None
    if row.due_at is not None:
        left = working_seconds(calendar, row.due_at) - working_seconds(calendar, until)
    return {
        "case_number": row.number,
        "title": row.title,
        "customer": row.customer,
        "part": row.part_no,
        "level": row.level,
        "site": row.site,
        "element_id": row.element_id,
        "inside": row.call_path,
        "name": (pick_line(element.name, language=language) if element is not None else "") or row.element_id,
        "kind": row.kind,
        "group": row.group_key,
        "group_title": pick_line(row.group_title, language=language) if row.group_title else None,
        "owner": row.username,
        "owner_name": row.display_name,
        "since": rfc3339(row.begun_at),
        "ended_at": rfc3339(row.ended_at) if row.ended_at is not None else None,
        "waiting_seconds": waiting,
        "due_at": rfc3339(row.due_at) if row.due_at is not None else None,
        "is_late": row.due_at is not None and row.due_at < until,
        "left_seconds": left,
        "cost": None if row.rate is None or waiting is None else round(step_cost(waiting, row.rate), 2),
    }
