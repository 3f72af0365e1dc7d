"""Mails to our own people about a task: a reminder, or that it is theirs now because it is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from server.casework.ladder import Person
from server.casework.work import Work
from server.domain.deadline_terms import Moment
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import OutboxMail

if TYPE_CHECKING:
    from server.casework.case_work import CaseWork

REMINDER = (
    N_("Reminder: “{task}” of complaint {number} is due {due}"),
    N_("Hello {name},\n\n“{task}” of complaint {number} ({customer}) is due {due}.\n\n{link}\n"),
)
ESCALATION = (
    N_("Overdue: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n“{task}” of complaint {number} ({customer}) was due {due} and is not done. You are the next"
        " in charge: see to it that it is done, or do it yourself.\n\n{link}\n"
    ),
)
CALLED = (
    N_("Your help is needed: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\nyou are called for as the next in charge of “{task}” of complaint {number} ({customer}):"
        " {reason}\n\n{link}\n"
    ),
)

DELEGATED = (
    N_("{by} asks you to do “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n{by} asks you to do “{task}” of complaint {number} ({customer}), due {due}, and completes it"
        " afterwards: {reason}\n\n{link}\n"
    ),
)
RETURNED = (
    N_("Back from {by}: “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} did “{task}” of complaint {number} ({customer}): {reason}\n\n{link}\n"),
)
QUESTION = (
    N_("{by} asks you about complaint {number}"),
    N_("Hello {name},\n\n{by} asks about “{task}” of complaint {number} ({customer}):\n\n{reason}\n\n{link}\n"),
)
ANSWERED = (
    N_("{by} answered about complaint {number}"),
    N_("Hello {name},\n\n{by} answers about “{task}” of complaint {number} ({customer}):\n\n{reason}\n\n{link}\n"),
)
SIGN = (
    N_("Please sign “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} asks you to sign “{task}” of complaint {number} ({customer}): {reason}\n\n{link}\n"),
)
SIGNED = (
    N_("{by} signed “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} signed “{task}” of complaint {number} ({customer}). {reason}\n\n{link}\n"),
)
NOT_SIGNED = (
    N_("{by} does not sign “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} does not sign “{task}” of complaint {number} ({customer}): {reason}\n\n{link}\n"),
)
URGED = (
    N_("Please hurry: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n{by} asks you to hurry with “{task}” of complaint {number} ({customer}), due {due}. {reason}"
        "\n\n{link}\n"
    ),
)
MENTIONED = (
    N_("{by} mentioned you at complaint {number}"),
    N_("Hello {name},\n\n{by} writes about complaint {number} ({customer}):\n\n{reason}\n\n{link}\n"),
)


@dataclass(frozen=True)
class Notice:
    """What a mail is about; `name` of the task in all its languages."""

    task_id: str
    case_id: int | None
    name: str
    number: str
    customer: str
    due_at: datetime | None
    zone: ZoneInfo
    reason: str = ""
    by: str = ""
    path: str = ""
    """Where the mail leads; empty: to the task."""


def notice_about(case: "CaseWork", task: Any, reason: str = "", *, by: str = "", path: str = "") -> Notice:
    """About a task of `case`; `task` has id, name, element_id and due_at."""
    customer, due_at = (case.data.get("customer") or {}).get("name"), task.due_at
    return Notice(
        task_id=task.id,
        case_id=case.case_id,
        name=task.name or task.element_id,
        number=case.number,
        customer=customer if isinstance(customer, str) else "",
        due_at=due_at if isinstance(due_at, datetime) else None,
        zone=case.deadlines.calendar.zone,
        reason=reason,
        by=by,
        path=path,
    )


def send_notice(work: Work, texts: tuple[str, str], notice: Notice, to: Person | None, key: str) -> str:
    """Queue the mail in the person's language; `key` makes it unique.

    Returns `queued`, `no_address` or `nobody`, for the history.
    """
    if to is None:
        return "nobody"
    if not to.email:
        return "no_address"
    words: Mapping[str, Any] = {
        "task": pick_line(notice.name, language=to.language),
        "number": notice.number,
        "customer": notice.customer or "–",
        "due": Moment(notice.due_at, notice.zone).text(to.language) if notice.due_at else "–",
        "name": to.display_name,
        "reason": notice.reason,
        "by": notice.by or "–",
        "link": f"{work.context.settings.public_url}{notice.path or f'/tasks/{notice.task_id}'}",
    }
    subject, body = (translate(text, to.language, **words) for text in texts)
    row: dict[str, Any] = {
        "case_id": notice.case_id,
        "idempotency_key": f"notice:{notice.task_id}:{key}",
        "recipient": to.email,
        "subject": subject,
        "body": body,
        "attachments": [],
        "state": "queued",
        "attempts": 0,
        "run_at": work.now,
        "created_at": work.now,
    }
    work.write(insert(OutboxMail), [row])
    return "queued"
