"""What a customer may know of his complaint: number, state, milestones; nothing internal."""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.i18n import N_
from server.persistence.models import CaseFile, ProcessInstance, UserTask


def customer_status(context: Context, number: str, language: str) -> dict[str, Any]:
    """For whoever holds the signed link to `number`; raises Rejected `not_found.case`."""
    query = (
        select(
            CaseFile.id,
            CaseFile.number,
            CaseFile.received_at,
            ProcessInstance.state,
            ProcessInstance.ended_at,
        )
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .where(CaseFile.number == number)
    )
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            raise Rejected("not_found.case", N_("There is no complaint {name}."), name=number[:64])
        tasks = connection.execute(
            select(UserTask.name, UserTask.state, UserTask.milestone, UserTask.ended_at)
            .where(UserTask.case_id == row.id, UserTask.state.in_(("open", "completed")))
            .order_by(UserTask.created_at)
        ).all()
    return {
        "number": row.number,
        "received_at": rfc3339(row.received_at),
        "state": row.state,
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "steps": [
            {
                "name": pick_line(task.name, language=language),
                "state": task.state,
                "milestone": task.milestone,
                "ended_at": rfc3339(task.ended_at) if task.ended_at else None,
            }
            for task in tasks
        ],
    }
