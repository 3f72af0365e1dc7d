"""What was said about a complaint?"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.casework.cases import seen_case
from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.domain.texts import pick_line
from server.persistence.models import CaseComment, CaseFile, UserAccount, UserTask
from server.queries.paging import after, clamp, decode, page
from server.security.actor import Actor

_ORDER = [(CaseComment.created_at, True), (CaseComment.id, True)]
_COMMENTS = (
    select(
        CaseComment.id,
        CaseComment.text,
        CaseComment.created_at,
        CaseComment.task_id,
        UserTask.name,
        UserAccount.username,
        UserAccount.display_name,
    )
    .join(UserAccount, UserAccount.id == CaseComment.author_id)
    .outerjoin(UserTask, UserTask.id == CaseComment.task_id)
    .order_by(*(column.desc() for column, _ in _ORDER))
)


def comments(
    context: Context, actor: Actor, number: str, language: str, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """`{"items", "next"}`, newest first; raises Rejected `not_found.case`."""
    limit = clamp(limit)
    with context.read() as connection:
        case = seen_case(connection, actor, number, CaseFile.id)
        query = _COMMENTS.where(CaseComment.case_id == case.id)
        if cursor:
            query = query.where(after(_ORDER, decode(cursor, datetime, str)))
        rows = list(connection.execute(query.limit(limit + 1)))
    shown, following = page(rows, limit, "created_at", "id")
    return {"items": [_comment(row, language) for row in shown], "next": following}


def _comment(row: Any, language: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "text": row.text,
        "author": row.username,
        "author_name": row.display_name,
        "created_at": rfc3339(row.created_at),
        "task": row.task_id,
        "task_name": pick_line(row.name, language=language) if row.name else None,
    }
