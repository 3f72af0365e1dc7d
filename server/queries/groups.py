"""How are the groups called?"""

from sqlalchemy import select

from server.casework.context import Context
from server.domain.texts import pick_line
from server.persistence.models import Group


def group_titles(context: Context, language: str) -> dict[str, str]:
    """Group key to its title in the reader's language; no secret to anybody who has logged in."""
    with context.read() as connection:
        rows = connection.execute(select(Group.key, Group.title).order_by(Group.key)).all()
    return {row.key: pick_line(row.title, language=language) for row in rows}
