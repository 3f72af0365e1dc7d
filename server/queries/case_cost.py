"""What has a complaint cost so far?"""

from typing import Any

from sqlalchemy import select

from server.casework.case_costs import case_costs
from server.casework.context import Context
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile
from server.security.actor import Actor
from server.security.visibility import visible_to


def case_cost(context: Context, actor: Actor, number: str, language: str) -> dict[str, Any] | None:
    """See casework/case_costs.py; raises Rejected `not_found.case`."""
    with context.read() as connection:
        case_id = connection.execute(
            select(CaseFile.id).where(CaseFile.number == number, visible_to(actor))
        ).scalar_one_or_none()
        if case_id is None:
            raise Rejected(
                "not_found.case", N_("There is no complaint {name}, or you may not see it."), name=number[:64]
            )
        return case_costs(context, connection, case_id, language)
