"""Which user tasks are there, most urgent first?"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, or_, select

from server.casework.context import Context
from server.casework.shapes import TASK_COLUMNS, Assignee, Claimer, task_json
from server.casework.task_in_hand import stands_in_for
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, ProcessInstance, UserTask
from server.queries.paging import after, clamp, decode, like, page
from server.security.actor import Actor
from server.security.visibility import VISIBLE, Sight, sight, sight_values

STATES = ("open", "completed", "cancelled")
ORDERS: dict[str, list[tuple[Any, bool]]] = {
    "due": [(UserTask.due_at, False), (UserTask.created_at, False), (UserTask.id, False)],
    "created": [(UserTask.created_at, False), (UserTask.id, False)],
}
KINDS: dict[str, tuple[type, ...]] = {"due": (datetime, datetime, str), "created": (datetime, str)}


def task_list(
    context: Context,
    actor: Actor,
    *,
    language: str,
    state: str = "open",
    group: str | None = None,
    assignee: str | None = None,
    case: str | None = None,
    q: str | None = None,
    order: str = "due",
    limit: int = 50,
    cursor: str | None = None,
    mine: bool = False,
) -> dict[str, Any]:
    """`{"items", "next"}`; `mine` keeps what the actor may work on. Tasks of suspended instances stay in the list.

    Raises Rejected `malformed.…` for an unknown state or order, or a false cursor.
    """
    _check("state", state, STATES)
    _check("order", order, tuple(ORDERS))
    limit = clamp(limit)
    asked: dict[str, Any] = {"group": group, "assignee": assignee, "case": case, "q": q and like(q)}
    asked = {name: value for name, value in asked.items() if value}
    if mine and not actor.may("task.complete_any"):
        asked |= {"mine": sorted(actor.reach), "selves": actor.selves}
    query = _query(sight(actor), frozenset(asked), order)
    if cursor:
        query = query.where(after(ORDERS[order], decode(cursor, *KINDS[order])))
    values = {"state": state, "rows": limit + 1, **asked, **sight_values(actor)}
    with context.read() as connection:
        rows = list(connection.execute(query, values))
    keys = ("due_at", "created_at", "id") if order == "due" else ("created_at", "id")
    shown, following = page(rows, limit, *keys)
    now = context.clock.now()
    return {"items": [_item(row, actor, language, now) for row in shown], "next": following}


@lru_cache(maxsize=100)
def _query(seen: Sight, asked: frozenset[str], order: str) -> Select[Any]:
    """Put together once for each set of filters: that takes longer than to run it."""
    query = (
        select(
            *TASK_COLUMNS,
            CaseFile.title,
            CaseFile.customer,
            ProcessInstance.state.label("instance_state"),
            UserTask.due_sum.is_not(None).label("promised"),
            UserTask.urged_at,
        )
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Assignee, Assignee.id == UserTask.assignee_id)
        .outerjoin(Claimer, Claimer.id == UserTask.claimed_by)
        .where(UserTask.state == bindparam("state"), VISIBLE[seen])
        .limit(bindparam("rows", type_=Integer()))
    )
    if "group" in asked:
        query = query.where(UserTask.candidate_group == bindparam("group"))
    if "assignee" in asked:
        names = [column == bindparam("assignee") for column in (Assignee.username, Claimer.username)]
        query = query.where(or_(*names))
    if "case" in asked:
        query = query.where(CaseFile.number == bindparam("case"))
    if "q" in asked:
        texts = (CaseFile.number, CaseFile.title, CaseFile.customer, UserTask.name)
        query = query.where(or_(*(column.ilike(bindparam("q"), escape="\\") for column in texts)))
    if "mine" in asked:
        query = query.where(_to_be_done())
    for column, descending in ORDERS[order]:
        query = query.order_by((column.desc() if descending else column.asc()).nulls_last())
    return query


def _to_be_done() -> ColumnElement[bool]:
    """Of the groups `mine`, meant for or held by one of `selves`; see may_work_on."""
    selves = bindparam("selves", type_=UserTask.__table__.c.assignee_id.type, expanding=True)
    people = (UserTask.assignee_id, UserTask.escalated_to, UserTask.delegated_by, UserTask.claimed_for)
    held = and_(UserTask.claimed_by.in_(selves), UserTask.claimed_for.is_(None))
    own = [held, *(column.in_(selves) for column in people)]
    return or_(*own, UserTask.candidate_group.in_(bindparam("mine", expanding=True)))


def _item(row: Any, actor: Actor, language: str, now: datetime) -> dict[str, Any]:
    absent = stands_in_for(actor, row)
    return task_json(row, language) | {
        "title": row.title,
        "customer": row.customer,
        "priority": row.priority,
        "milestone": row.milestone,
        "escalation_level": row.escalation_level,
        "clock_stands": bool(row.promised) and row.due_at is None,
        "instance_state": row.instance_state,
        "assignee_name": row.assignee_display,
        "claimed_by_name": row.claimer_display,
        "on_behalf_of": absent.display_name if absent is not None else None,
        "is_urged": row.urged_at is not None,
        "time_left_seconds": (row.due_at - now).total_seconds() if row.due_at else None,
    }


def _check(field: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise Rejected(
            f"malformed.{field}",
            N_("{name} must be one of {known}."),
            field=f"/{field}",
            name=field,
            known=", ".join(known),
        )
