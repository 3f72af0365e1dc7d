"""What is in one complaint's file, and where does it stand?"""

from typing import Any

from sqlalchemy import Connection, select

from server.casework.cases import seen_case
from server.casework.context import Context
from server.casework.shapes import active_steps
from server.casework.wait_rows import rfc3339
from server.persistence.models import Attachment, CaseFile, OutboxMail, ProcessInstance
from server.queries.complaint_links import complaint_actions, complaint_links
from server.queries.earlier_rounds import earlier_rounds
from server.queries.promises import case_pauses, case_promises, clock_actions
from server.queries.why_waiting import waits_for
from server.security.actor import Actor

_COLUMNS = (
    CaseFile.id.label("case_id"),
    CaseFile.number,
    CaseFile.title,
    CaseFile.customer,
    CaseFile.channel,
    CaseFile.site,
    CaseFile.received_at,
    CaseFile.data,
    CaseFile.revision,
    ProcessInstance.id.label("instance_id"),
    ProcessInstance.version_id,
    ProcessInstance.state,
    ProcessInstance.state_reason,
    ProcessInstance.waits,
    ProcessInstance.ended_at,
    ProcessInstance.end_event,
)


def complaint_detail(context: Context, actor: Actor, number: str, language: str) -> dict[str, Any]:
    """Case file, revision, current steps, promises, pauses, links, files, mails; raises Rejected `not_found.case`."""
    with context.read() as connection:
        row = seen_case(connection, actor, number, *_COLUMNS)
        version = context.library.version(row.version_id)
        pauses = case_pauses(connection, row.case_id, language)
        return {
            "number": row.number,
            "instance_id": row.instance_id,
            "title": row.title,
            "customer": row.customer,
            "state": row.state,
            "state_reason": row.state_reason,
            "channel": row.channel,
            "received_at": rfc3339(row.received_at),
            "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
            "end_event": row.end_event,
            "version": version.number,
            "case": row.data,
            "revision": row.revision,
            "schema": version.forms.case_schema(language),
            "waits_for": waits_for(context, connection, row, language),
            "steps": active_steps(row.waits, language),
            "promises": case_promises(connection, row.case_id, language),
            "pauses": pauses,
            "rounds": earlier_rounds(version, row.data, language),
            "links": complaint_links(connection, actor, row.case_id),
            "actions": [*complaint_actions(connection, actor, row), *clock_actions(actor, row.state, pauses)],
            "files": _files(connection, row.case_id),
            "mails": _mails(connection, row.case_id) if actor.may("mailbox.read") else [],
        }


def _files(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    query = (
        select(Attachment.id, Attachment.name, Attachment.media_type, Attachment.size, Attachment.created_at)
        .where(Attachment.case_id == case_id)
        .order_by(Attachment.created_at, Attachment.id)
    )
    return [row._asdict() | {"created_at": rfc3339(row.created_at)} for row in connection.execute(query)]


def _mails(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    query = (
        select(OutboxMail.id, OutboxMail.recipient, OutboxMail.subject, OutboxMail.state, OutboxMail.created_at)
        .where(OutboxMail.case_id == case_id)
        .order_by(OutboxMail.id)
    )
    return [row._asdict() | {"created_at": rfc3339(row.created_at)} for row in connection.execute(query)]
