"""Mails to our own people about a task: a reminder, or that it is theirs now because it is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from server.casework.ladder import Person
from server.casework.work import Work
from server.domain.deadline_terms import Moment
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import OutboxMail

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
        "link": f"{work.context.settings.public_url}/tasks/{notice.task_id}",
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
