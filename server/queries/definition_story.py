"""What happened to a process application: drafts, versions, ways back, and who did it?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.persistence.models import DefinitionEvent, DefinitionVersion, UserAccount
from server.security.actor import Actor

SHOWN = 100


def definition_story(context: Context, actor: Actor, key: str) -> list[dict[str, Any]]:
    """The newest events first: `{"type", "at", "by", "version", "draft", "data"}`; `by` None: the system itself."""
    actor.require("definition.read")
    query = (
        select(*DefinitionEvent.__table__.columns, UserAccount.display_name, DefinitionVersion.number)
        .outerjoin(UserAccount, UserAccount.id == DefinitionEvent.actor_id)
        .outerjoin(DefinitionVersion, DefinitionVersion.id == DefinitionEvent.version_id)
        .where(DefinitionEvent.key == key)
        .order_by(DefinitionEvent.id.desc())
        .limit(SHOWN)
    )
    with context.read() as connection:
        return [
            {
                "type": row.type,
                "at": rfc3339(row.at),
                "by": row.display_name,
                "version": row.number,
                "draft": row.draft_id,
                "data": row.data,
            }
            for row in connection.execute(query)
        ]
