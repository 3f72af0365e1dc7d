"""Mails to the customer: acknowledgement, answer, 8D report, result.

Each gives `{"sent", "to", "at", "left_out"}`: a missing or unusable address is recorded, never a failure, since most
complaints by phone have none.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from server.domain.mail_address import mail_address
from server.jobs.api import Job, worker

DELIVERY = {
    "type": "object",
    "required": ["sent", "left_out"],
    "properties": {
        "sent": {"type": "boolean"},
        "to": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "left_out": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}


@worker("customer.acknowledge@1", result=DELIVERY)
def acknowledge(job: Job) -> dict[str, Any]:
    """Tells the customer the number, what happens next and where to look (ISO 10002, 7.4; S3)."""
    return _send(job, "acknowledge")


@worker("customer.send_answer@1", result=DELIVERY)
def send_answer(job: Job) -> dict[str, Any]:
    """Sends the answer to what is no quality problem; an oral reply was agreed or given (S19) sends nothing."""
    if not filled(job, "service", "answer"):
        return _not_sent("service.answer")
    if filled(job, "request", "reply_form") == "oral":
        return _not_sent()
    return _send(job, "answer")


@worker("customer.send_eight_d@1", result=DELIVERY)
def send_eight_d(job: Job) -> dict[str, Any]:
    """Sends the 8D report that `eight_d.render` made."""
    document = filled(job, "eight_d", "document")
    file_id = document.get("file") if isinstance(document, dict) else None
    try:
        job.files.info(file_id or "")
    except KeyError:
        return _not_sent("eight_d.document.file")
    return _send(job, "eight_d_letter", [str(file_id)])


@worker("customer.send_result@1", result=DELIVERY)
def send_result(job: Job) -> dict[str, Any]:
    """Tells the customer the result at the end (S10, S23)."""
    return _send(job, "result")


def filled(job: Job, group: str, field: str) -> Any:
    """A field of the case file, None when it or its group is not filled."""
    found = job.case.get(group)
    return found.get(field) if isinstance(found, dict) else None


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, as the case file keeps moments."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _send(job: Job, template: str, attachments: Sequence[str] = ()) -> dict[str, Any]:
    to = mail_address(filled(job, "customer", "email"))
    if to is None:
        return _not_sent("customer.email")
    data = {
        "number": job.number,
        "case": job.case,
        "status_url": job.status_url,
        "callback_by": _local(filled(job, "intake", "callback_by"), job.timezone),
    }
    subject, _, body = job.documents.text(template, data, job.language).strip().partition("\n")
    job.outbox.send(to, subject.strip(), body.strip() + "\n", attachments)
    return {"sent": True, "to": to, "at": moment(job.clock.now()), "left_out": []}


def _local(text: Any, zone: tzinfo) -> str:
    """A moment of the case file as people at the site read it; '' for what is none."""
    try:
        at = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        return ""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at.tzinfo else ""


def _not_sent(*left_out: str) -> dict[str, Any]:
    return {"sent": False, "left_out": list(left_out)}
