"""Who may see a complaint, so that a comment can name them?"""

from typing import Any

from sqlalchemy import or_

from server.casework.cases import seen_case
from server.casework.context import Context
from server.casework.who_sees import Audience
from server.persistence.models import CaseFile, UserAccount
from server.security.actor import Actor

SHOWN, MOST = 8, 50


def audience(context: Context, actor: Actor, number: str, q: str = "", limit: int = SHOWN) -> list[dict[str, Any]]:
    """Others who may see it, with `q` in their user name or name, by user name; raises Rejected `not_found.case`."""
    with context.read() as connection:
        case = seen_case(connection, actor, number, CaseFile.id)
        words = [
            or_(
                UserAccount.username.icontains(word, autoescape=True),
                UserAccount.display_name.icontains(word, autoescape=True),
            )
            for word in q.split()[:3]
        ]
        people = Audience(connection, case.id, context.clock.now())
        rows = people.members(UserAccount.id != actor.user_id, *words, limit=max(1, min(limit, MOST)))
        return [{"username": row.username, "display_name": row.display_name} for row in rows]
