"""What are these tasks called?"""

from collections.abc import Sequence

from sqlalchemy import select

from server.casework.context import Context
from server.domain.texts import pick_line
from server.persistence.models import CaseFile, UserTask
from server.security.actor import Actor
from server.security.visibility import visible_to


def task_names(context: Context, actor: Actor, tasks: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    """(name, complaint's number) by task id; those he may not see are left out."""
    query = (
        select(UserTask.id, UserTask.name, CaseFile.number)
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .where(UserTask.id.in_(tasks), visible_to(actor))
    )
    with context.read() as connection:
        return {row.id: (pick_line(row.name, language=language), row.number) for row in connection.execute(query)}
