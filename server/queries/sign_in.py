"""Who is this? Passwords, sessions and tokens to actors."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, select

from server.casework.context import Context
from server.casework.substitutes import stands_in
from server.persistence.models import ApiToken, Membership, PermissionGrant, UserAccount
from server.security.actor import Actor
from server.security.passwords import password_mark, verify_password
from server.security.permissions import permissions_of
from server.security.tokens import token_digest

# Asked at every call: put together once, and one row for each group and grant instead of three statements.
_PERSON = (
    select(UserAccount, Membership.group_key, PermissionGrant.permission)
    .outerjoin(Membership, Membership.user_id == UserAccount.id)
    .outerjoin(PermissionGrant, PermissionGrant.user_id == UserAccount.id)
    .where(UserAccount.is_active.is_(True))
)
_OF_TOKEN = _PERSON.join(ApiToken, ApiToken.user_id == UserAccount.id).where(
    ApiToken.digest == bindparam("digest"), ApiToken.revoked_at.is_(None)
)
_OF_ID = _PERSON.where(UserAccount.id == bindparam("id"))
_OF_NAME = _PERSON.where(UserAccount.username == bindparam("name"))


def authenticate(context: Context, username: str, password: str) -> Actor | None:
    """The actor whose password this is; None otherwise, after the same work whether or not the name exists."""
    with context.read() as connection:
        rows = connection.execute(_OF_NAME, {"name": username}).all()
    stored = rows[0].password_hash if rows else None
    return actor_of(context, rows[0].id) if verify_password(stored, password) and rows else None


def actor_of(context: Context, user_id: int) -> Actor | None:
    """The active user behind a session."""
    return _asked(context, _OF_ID, id=user_id)


def actor_named(context: Context, username: str) -> Actor | None:
    """The active user of this name; for the command line, whose caller holds the data folder anyway."""
    return _asked(context, _OF_NAME, name=username)


def actor_of_token(context: Context, token: str) -> Actor | None:
    """The active user whose unrevoked access token this is."""
    return _asked(context, _OF_TOKEN, digest=token_digest(token))


def _asked(context: Context, query: Executable, **values: Any) -> Actor | None:
    with context.read() as connection:
        return _actor(context, connection, connection.execute(query, values).all())


def _actor(context: Context, connection: Connection, rows: Sequence[Any]) -> Actor | None:
    """From the rows of one person; None when there is none."""
    if not rows:
        return None
    row = rows[0]
    groups = frozenset(each.group_key for each in rows if each.group_key is not None)
    grants = {each.permission for each in rows if each.permission is not None}
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
