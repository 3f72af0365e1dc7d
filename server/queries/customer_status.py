"""What a customer may know of his complaint: number, state, milestones; nothing internal."""

from typing import Any

from sqlalchemy import Connection, select

from server.casework.case_work import LIVE
from server.casework.context import Context
from server.casework.links import surviving_case
from server.casework.messages import WITHDRAWN
from server.casework.wait_rows import rfc3339
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.i18n import N_
from server.persistence.models import CaseFile, MessageSubscription, ProcessInstance, UserTask
from server.queries.promises import case_pauses


def customer_status(context: Context, number: str, language: str) -> dict[str, Any]:
    """For whoever holds the signed link to `number`; raises Rejected `not_found.case`."""
    query = (
        select(
            CaseFile.id,
            CaseFile.number,
            CaseFile.received_at,
            CaseFile.customer,
            CaseFile.data,
            ProcessInstance.id.label("instance_id"),
            ProcessInstance.state,
            ProcessInstance.ended_at,
            ProcessInstance.pauses,
        )
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .where(CaseFile.number == number)
    )
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            raise Rejected("not_found.case", N_("There is no complaint {name}."), name=number[:64])
        survivor = _survivor(connection, row)
        pauses = case_pauses(connection, row.id, language) if row.pauses and row.state in LIVE else []
        withdrawn = bool(row.data.get("withdrawal")) and not _may_be_withdrawn(connection, row.instance_id)
        steps = _steps(connection, row.id, language)
    return {
        "number": row.number,
        "received_at": rfc3339(row.received_at),
        "state": row.state,
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "withdrawn": withdrawn,
        "merged": survivor is not None,
        "merged_into": survivor or None,
        # Why we suspend a complaint is our own affair; that its clock stands for a reason is not.
        "pause": next((one["told"] for one in pauses if not one["ended_at"] and one["reason"] != "suspended"), None),
        "steps": steps,
    }


def _steps(connection: Connection, case_id: int, language: str) -> list[dict[str, Any]]:
    """What was done and what is being done, in the order in which it began."""
    query = (
        select(UserTask.name, UserTask.state, UserTask.milestone, UserTask.ended_at)
        .where(UserTask.case_id == case_id, UserTask.state.in_(("open", "completed")))
        .order_by(UserTask.created_at)
    )
    return [
        {
            "name": pick_line(task.name, language=language),
            "state": task.state,
            "milestone": task.milestone,
            "ended_at": rfc3339(task.ended_at) if task.ended_at else None,
        }
        for task in connection.execute(query)
    ]


def _may_be_withdrawn(connection: Connection, instance_id: str) -> bool:
    """Whether the process still waits for a withdrawal: words in the case file alone are none."""
    query = select(MessageSubscription.id).where(
        MessageSubscription.instance_id == instance_id, MessageSubscription.name == WITHDRAWN
    )
    return connection.execute(query).first() is not None


def _survivor(connection: Connection, row: Any) -> str | None:
    """The number of the complaint that stays when this one is a duplicate; empty when it is another customer's."""
    survivor = surviving_case(connection, row.id)
    if survivor == row.id:
        return None
    other = connection.execute(select(CaseFile.number, CaseFile.customer).where(CaseFile.id == survivor)).one()
    return str(other.number) if other.customer.casefold() == row.customer.casefold() else ""
