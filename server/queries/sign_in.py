"""Who is this? Passwords, sessions and tokens to actors."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from server.casework.context import Context
from server.casework.substitutes import stands_in
from server.persistence.models import ApiToken, Membership, PermissionGrant, UserAccount
from server.security.actor import Actor
from server.security.passwords import password_mark, verify_password
from server.security.permissions import permissions_of
from server.security.tokens import token_digest

# Asked at every call of the API: put together once.
_OF_TOKEN = (
    select(UserAccount)
    .join(ApiToken, ApiToken.user_id == UserAccount.id)
    .where(
        ApiToken.digest == bindparam("digest"),
        ApiToken.revoked_at.is_(None),
        UserAccount.is_active.is_(True),
    )
)
_GROUPS = select(Membership.group_key).where(Membership.user_id == bindparam("user"))
_GRANTS = select(PermissionGrant.permission).where(PermissionGrant.user_id == bindparam("user"))


def authenticate(context: Context, username: str, password: str) -> Actor | None:
    """The actor whose password this is; None otherwise, after the same work whether or not the name exists."""
    query = select(UserAccount).where(UserAccount.username == username, UserAccount.is_active.is_(True))
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
        stored = row.password_hash if row is not None else None
        if not verify_password(stored, password) or row is None:
            return None
        return _actor(context, connection, row)


def actor_of(context: Context, user_id: int) -> Actor | None:
    """The active user behind a session."""
    query = select(UserAccount).where(UserAccount.id == user_id, UserAccount.is_active.is_(True))
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
        return None if row is None else _actor(context, connection, row)


def actor_named(context: Context, username: str) -> Actor | None:
    """The active user of this name; for the command line, whose caller holds the data folder anyway."""
    query = select(UserAccount).where(UserAccount.username == username, UserAccount.is_active.is_(True))
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
        return None if row is None else _actor(context, connection, row)


def actor_of_token(context: Context, token: str) -> Actor | None:
    """The active user whose unrevoked access token this is."""
    with context.read() as connection:
        row = connection.execute(_OF_TOKEN, {"digest": token_digest(token)}).one_or_none()
        return None if row is None else _actor(context, connection, row)


def _actor(context: Context, connection: Connection, row: Row[Any]) -> Actor:
    groups = frozenset(connection.execute(_GROUPS, {"user": row.id}).scalars())
    grants = connection.execute(_GRANTS, {"user": row.id}).scalars()
    return Actor(
        user_id=row.id,
        username=row.username,
        display_name=row.display_name,
        groups=groups,
        permissions=permissions_of(groups, grants),
        sites=frozenset({row.site}),
        language=row.language,
        password_mark=password_mark(row.password_hash),
        stands_in=stands_in(connection, row.id, context.clock.now()),
    )
