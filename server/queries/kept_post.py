"""What did this person send when his session had ended?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.kept_posts import LIFE
from server.persistence.models import KeptPost
from server.security.actor import Actor


def kept_post(context: Context, actor: Actor, post_id: str | None = None) -> dict[str, Any] | None:
    """The one of that id, else the newest, of the actor's own: `id`, `target`, `fields`, `files`; None without one, or
    when its life is over.
    """
    query = (
        select(KeptPost.id, KeptPost.target, KeptPost.content)
        .where(KeptPost.author_id == actor.user_id, KeptPost.created_at >= context.clock.now() - LIFE)
        .order_by(KeptPost.created_at.desc(), KeptPost.id)
        .limit(1)
    )
    if post_id is not None:
        query = query.where(KeptPost.id == post_id)
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else {"id": row.id, "target": row.target, **row.content}
