"""Whom can a task be handed to, or who can be asked?"""

from sqlalchemy import Connection, select

from server.casework.context import Context
from server.persistence.models import UserAccount
from server.security.actor import Actor


def colleagues(context: Context, actor: Actor) -> list[dict[str, str]]:
    """Active people of the actor's sites, himself too, by user name."""
    with context.read() as connection:
        return colleagues_at(connection, actor)


def colleagues_at(connection: Connection, actor: Actor) -> list[dict[str, str]]:
    """The same in a connection that is open already."""
    query = (
        select(UserAccount.username, UserAccount.display_name)
        .where(UserAccount.is_active.is_(True), UserAccount.site.in_(sorted(actor.sites)))
        .order_by(UserAccount.username)
    )
    return [{"username": row.username, "display_name": row.display_name} for row in connection.execute(query)]
