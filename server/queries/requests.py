"""What do colleagues ask of me, and what was asked at a task?"""

from typing import Any

from sqlalchemy import Connection, Row, or_, select
from sqlalchemy.orm import aliased

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.domain.texts import pick_line
from server.persistence.models import CaseComment, CaseFile, ProcessInstance, TaskRequest, UserAccount, UserTask
from server.queries.paging import after, clamp, decode, page
from server.security.actor import Actor
from server.security.visibility import visible_to

Asker = aliased(UserAccount, name="asker")
Asked = aliased(UserAccount, name="asked_person")

_COLUMNS = (
    TaskRequest.id,
    TaskRequest.kind,
    TaskRequest.position,
    TaskRequest.state,
    TaskRequest.text,
    TaskRequest.answer,
    TaskRequest.task_id,
    TaskRequest.asked_of,
    TaskRequest.created_at,
    TaskRequest.ended_at,
    Asker.username.label("asked_by"),
    Asker.display_name.label("asked_by_name"),
    Asked.username.label("asked_name"),
    Asked.display_name.label("asked_display"),
    CaseFile.number,
    CaseFile.title,
    CaseFile.customer,
    UserTask.name.label("task_name"),
    CaseComment.text.label("comment"),
)
_LIVE = ("active", "incident", "suspended")


def asked_of_me(
    context: Context, actor: Actor, language: str, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """`{"items", "next"}`: open questions, signatures and mentions, oldest first, of those one stands in for, too."""
    limit = clamp(limit)
    order = [(TaskRequest.created_at, False), (TaskRequest.id, False)]
    query = (
        _requests()
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .where(
            TaskRequest.asked_of.in_(actor.selves),
            TaskRequest.state == "open",
            # A question about a task that is done needs no answer any more.
            or_(TaskRequest.kind == "mention", UserTask.state == "open"),
            or_(TaskRequest.kind == "mention", ProcessInstance.state.in_(_LIVE)),
            or_(TaskRequest.kind != "mention", TaskRequest.asked_of == actor.user_id),
            visible_to(actor),
        )
        .order_by(*(column for column, _ in order))
    )
    if cursor:
        query = query.where(after(order, decode(cursor, type(context.clock.now()), str)))
    with context.read() as connection:
        rows = list(connection.execute(query.limit(limit + 1)))
    shown, following = page(rows, limit, "created_at", "id")
    absent = {each.user_id: each.display_name for each in actor.stands_in}
    items = [request_json(row, language) | {"on_behalf_of": absent.get(row.asked_of)} for row in shown]
    return {"items": items, "next": following}


def count_asked(context: Context, actor: Actor) -> int:
    """How many things `asked_of_me` would show, up to 99."""
    return len(asked_of_me(context, actor, actor.language, limit=99)["items"])


def requests_of(connection: Connection, task_id: str, language: str) -> list[dict[str, Any]]:
    """Questions and signatures at a task, oldest first."""
    query = _requests().where(TaskRequest.task_id == task_id, TaskRequest.kind.in_(("question", "signature")))
    rows = connection.execute(query.order_by(TaskRequest.created_at, TaskRequest.id))
    return [request_json(row, language) for row in rows]


def request_json(row: Row[Any], language: str) -> dict[str, Any]:
    """A request as the API shows it."""
    return {
        "id": row.id,
        "kind": row.kind,
        "position": row.position,
        "state": row.state,
        "text": row.comment if row.kind == "mention" else row.text,
        "answer": row.answer,
        "task": row.task_id,
        "task_name": pick_line(row.task_name, language=language) if row.task_name else None,
        "case_number": row.number,
        "title": row.title,
        "customer": row.customer,
        "asked_by": row.asked_by,
        "asked_by_name": row.asked_by_name,
        "asked_of": row.asked_name,
        "asked_of_name": row.asked_display,
        "created_at": rfc3339(row.created_at),
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
    }


def _requests() -> Any:
    return (
        select(*_COLUMNS)
        .join(CaseFile, CaseFile.id == TaskRequest.case_id)
        .join(Asker, Asker.id == TaskRequest.asked_by)
        .outerjoin(Asked, Asked.id == TaskRequest.asked_of)
        .outerjoin(UserTask, UserTask.id == TaskRequest.task_id)
        .outerjoin(CaseComment, CaseComment.id == TaskRequest.comment_id)
    )
