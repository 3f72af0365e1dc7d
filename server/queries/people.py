"""Who may log in?"""

from typing import Any

from sqlalchemy import Row, select

from server.casework.context import Context
from server.persistence.models import Membership, UserAccount


def account_of(context: Context, user_id: int) -> Row[str, str]:
    """`username` and `display_name` of somebody, disabled or not."""
    with context.read() as connection:
        query = select(UserAccount.username, UserAccount.display_name).where(UserAccount.id == user_id)
        return connection.execute(query).one()


def people(context: Context) -> list[dict[str, Any]]:
    """Everybody by user name, with groups; for the command line and administrators."""
    with context.read() as connection:
        users = connection.execute(select(UserAccount).order_by(UserAccount.username)).all()
        groups: dict[int, list[str]] = {}
        for member in connection.execute(select(Membership).order_by(Membership.group_key)):
            groups.setdefault(member.user_id, []).append(member.group_key)
    return [
        {
            "username": row.username,
            "display_name": row.display_name,
            "email": row.email,
            "is_active": row.is_active,
            "groups": groups.get(row.id, []),
        }
        for row in users
    ]
