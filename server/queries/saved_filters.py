"""Which choices of the task list does a person keep under a name?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.persistence.models import SavedFilter
from server.security.actor import Actor


def saved_filters(context: Context, actor: Actor) -> list[dict[str, Any]]:
    """`{"id", "name", "asked"}` of his own, by name; nobody sees another's."""
    query = select(SavedFilter.id, SavedFilter.name, SavedFilter.asked).where(SavedFilter.user_id == actor.user_id)
    with context.read() as connection:
        rows = connection.execute(query.order_by(SavedFilter.name)).all()
    return [{"id": row.id, "name": row.name, "asked": row.asked} for row in rows]
