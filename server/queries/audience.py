"""Who may see a complaint, so that a comment can name them?"""

from typing import Any

from sqlalchemy import or_, select

from server.casework.context import Context
from server.casework.who_sees import Audience
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, UserAccount
from server.security.actor import Actor
from server.security.visibility import visible_to

SHOWN, MOST = 8, 50


def audience(context: Context, actor: Actor, number: str, q: str = "", limit: int = SHOWN) -> list[dict[str, Any]]:
    """Others who may see it, with `q` in their user name or name, by user name; raises Rejected `not_found.case`."""
    with context.read() as connection:
        query = select(CaseFile.id).where(CaseFile.number == number, visible_to(actor))
        case_id = connection.execute(query).scalar_one_or_none()
        if case_id is None:
            raise Rejected(
                "not_found.case", N_("There is no complaint {name}, or you may not see it."), name=number[:64]
            )
        words = [
            or_(
                UserAccount.username.icontains(word, autoescape=True),
                UserAccount.display_name.icontains(word, autoescape=True),
            )
            for word in q.split()[:3]
        ]
        people = Audience(connection, case_id, context.clock.now())
        rows = people.members(UserAccount.id != actor.user_id, *words, limit=max(1, min(limit, MOST)))
        return [{"username": row.username, "display_name": row.display_name} for row in rows]
