"""Which access tokens has a person made?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.persistence.models import ApiToken
from server.security.actor import Actor


def own_tokens(context: Context, actor: Actor) -> list[dict[str, Any]]:
    """The actor's tokens that still work, newest first; the token itself is known to nobody but its owner."""
    query = (
        select(ApiToken.id, ApiToken.created_at)
        .where(ApiToken.user_id == actor.user_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    with context.read() as connection:
        return [{"id": row.id, "created_at": rfc3339(row.created_at)} for row in connection.execute(query)]
