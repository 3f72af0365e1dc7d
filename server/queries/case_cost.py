"""What has a complaint cost so far?"""

from typing import Any

from server.casework.case_costs import case_costs
from server.casework.cases import seen_case
from server.casework.context import Context
from server.persistence.models import CaseFile
from server.security.actor import Actor


def case_cost(context: Context, actor: Actor, number: str, language: str) -> dict[str, Any] | None:
    """See casework/case_costs.py; raises Rejected `not_found.case`."""
    with context.read() as connection:
        case = seen_case(connection, actor, number, CaseFile.id)
        return case_costs(context, connection, case.id, language)
