"""Mails to the customer: acknowledgement, answer, 8D report, result, and what ends a complaint in another way.

Each gives `{"sent", "to", "at", "left_out"}`: a missing or unusable address is recorded, never a failure, since most
complaints by phone have none. Null clears what an earlier round left there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from server.domain.mail_address import mail_address
from server.jobs.api import Job, worker

DELIVERY: dict[str, Any] = {
    "type": "object",
    "required": ["sent", "left_out"],
    "properties": {
        "sent": {"type": "boolean"},
        "to": {"type": ["string", "null"]},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "left_out": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
# What a closing mail cannot do without; the other ends need no words of ours.
OUTCOMES: Mapping[str, tuple[str, str] | None] = {
    "not_valid": ("validity", "explanation"),
    "reevaluated": ("reevaluation", "answer"),
    "closed_with_remark": None,
    "withdrawn": None,
    "duplicate": ("duplicate", "of"),
    "referred": None,
}
ANSWERS = frozenset({"not_valid", "reevaluated"})
OUTCOME = {"type": "string", "enum": list(OUTCOMES)}
CLOSING = {
    **DELIVERY,
    "required": ["sent", "left_out", "outcome"],
    "properties": {**DELIVERY["properties"], "outcome": OUTCOME},
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


@worker(
    "customer.send_closing@1",
    parameters={"type": "object", "required": ["outcome"], "properties": {"outcome": OUTCOME}},
    result=CLOSING,
)
def send_closing(job: Job) -> dict[str, Any]:
    """Tells the customer how the complaint ends, or goes on, beside the usual way (S10, S11, S21).

    Parameter `outcome`: one of OUTCOMES. An explanation or answer agreed to be oral (S19) sends nothing.
    """
    outcome: str = job.parameters["outcome"]
    needed = OUTCOMES[outcome]
    if needed is not None and not filled(job, *needed):
        return {**_not_sent(".".join(needed)), "outcome": outcome}
    if outcome in ANSWERS and filled(job, "request", "reply_form") == "oral":
        return {**_not_sent(), "outcome": outcome}
    return {**_send(job, "closing", outcome=outcome), "outcome": outcome}


def filled(job: Job, group: str, field: str) -> Any:
    """A field of the case file, None when it or its group is not filled."""
    found = job.case.get(group)
    return found.get(field) if isinstance(found, dict) else None


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, as the case file keeps moments."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _send(job: Job, template: str, attachments: Sequence[str] = (), **more: str) -> dict[str, Any]:
    to = mail_address(filled(job, "customer", "email"))
    if to is None:
        return _not_sent("customer.email")
    data = {
        "number": job.number,
        "case": job.case,
        "status_url": job.status_url,
        "callback_by": _local(filled(job, "intake", "callback_by"), job.timezone),
        **more,
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
    return {"sent": False, "to": None, "at": None, "left_out": list(left_out)}
