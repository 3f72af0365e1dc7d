"""What did this person send when his session had ended?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.commands.keep_post import LIFE
from server.persistence.models import KeptPost
from server.security.actor import Actor


def kept_post(context: Context, actor: Actor) -> dict[str, Any] | None:
    """The newest of the actor's own, no older than its life: `id`, `target`, `fields`, `files`; None without one."""
    query = (
        select(KeptPost.id, KeptPost.target, KeptPost.content)
        .where(KeptPost.author_id == actor.user_id, KeptPost.created_at >= context.clock.now() - LIFE)
        .order_by(KeptPost.created_at.desc(), KeptPost.id)
        .limit(1)
    )
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else {"id": row.id, "target": row.target, **row.content}
