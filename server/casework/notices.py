"""Mails to our own people about a task: that it is theirs, is due, late, asked about or sent back."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from server.casework.ladder import Person
from server.casework.notice_mail import delivery, mail_row
from server.casework.work import Work
from server.domain import notice_kinds
from server.domain.deadline_terms import Moment
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import OutboxMail

if TYPE_CHECKING:
    from server.casework.case_work import CaseWork


@dataclass(frozen=True)
class Words:
    """What stands in the mails of one occasion, and which switch they hang on (domain/notice_kinds.py)."""

    kind: str
    subject: str
    body: str


REMINDER = Words(
    notice_kinds.REMINDER,
    N_("Reminder: “{task}” of complaint {number} is due {due}"),
    N_("Hello {name},\n\n“{task}” of complaint {number} ({customer}) is due {due}.\n\n{link}\n"),
)
ESCALATION = Words(
    notice_kinds.ESCALATION,
    N_("Overdue: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n“{task}” of complaint {number} ({customer}) was due {due} and is not done. You are the next"
        " in charge: see to it that it is done, or do it yourself.\n\n{link}\n"
    ),
)
CALLED = Words(
    notice_kinds.ESCALATION,
    N_("Your help is needed: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\nyou are called for as the next in charge of “{task}” of complaint {number} ({customer}):"
        " {reason}\n\n{link}\n"
    ),
)

DELEGATED = Words(
    notice_kinds.ASSIGNMENT,
    N_("{by} asks you to do “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n{by} asks you to do “{task}” of complaint {number} ({customer}), due {due}, and completes it"
        " afterwards: {reason}\n\n{link}\n"
    ),
)
RETURNED = Words(
    notice_kinds.ASSIGNMENT,
    N_("Back from {by}: “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} did “{task}” of complaint {number} ({customer}): {reason}\n\n{link}\n"),
)
QUESTION = Words(
    notice_kinds.REQUEST,
    N_("{by} asks you about complaint {number}"),
    N_("Hello {name},\n\n{by} asks about “{task}” of complaint {number} ({customer}):\n\n{reason}\n\n{link}\n"),
)
ANSWERED = Words(
    notice_kinds.REQUEST,
    N_("{by} answered about complaint {number}"),
    N_("Hello {name},\n\n{by} answers about “{task}” of complaint {number} ({customer}):\n\n{reason}\n\n{link}\n"),
)
SIGN = Words(
    notice_kinds.REQUEST,
    N_("Please sign “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} asks you to sign “{task}” of complaint {number} ({customer}): {reason}\n\n{link}\n"),
)
SIGNED = Words(
    notice_kinds.REQUEST,
    N_("{by} signed “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} signed “{task}” of complaint {number} ({customer}). {reason}\n\n{link}\n"),
)
NOT_SIGNED = Words(
    notice_kinds.REQUEST,
    N_("{by} does not sign “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} does not sign “{task}” of complaint {number} ({customer}): {reason}\n\n{link}\n"),
)
URGED = Words(
    notice_kinds.URGE,
    N_("Please hurry: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n{by} asks you to hurry with “{task}” of complaint {number} ({customer}), due {due}. {reason}"
        "\n\n{link}\n"
    ),
)
MENTIONED = Words(
    notice_kinds.MENTION,
    N_("{by} mentioned you at complaint {number}"),
    N_("Hello {name},\n\n{by} writes about complaint {number} ({customer}):\n\n{reason}\n\n{link}\n"),
)


TRANSFERRED = Words(
    notice_kinds.ASSIGNMENT,
    N_("{by} handed you “{task}” of complaint {number}"),
    N_("Hello {name},\n\n{by} handed you “{task}” of complaint {number} ({customer}), due {due}. {reason}\n\n{link}\n"),
)
NEW = Words(
    notice_kinds.ASSIGNMENT,
    N_("A task for you: “{task}” of complaint {number}"),
    N_("Hello {name},\n\n“{task}” of complaint {number} ({customer}) is meant for you, due {due}.\n\n{link}\n"),
)
SENT_BACK = Words(
    notice_kinds.ASSIGNMENT,
    N_("Sent back by {by}: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n{by} sent the work of complaint {number} ({customer}) back to “{task}”, which you did before:"
        " {reason}\n\nIt is due {due}.\n\n{link}\n"
    ),
)
AGAIN = Words(
    notice_kinds.ASSIGNMENT,
    N_("To be done again: “{task}” of complaint {number}"),
    N_(
        "Hello {name},\n\n“{task}” of complaint {number} ({customer}), which you did before, is to be done again, due"
        " {due}.\n\n{link}\n"
    ),
)
FOR_GROUP = Words(
    notice_kinds.GROUP,
    N_("For your group: “{task}” of complaint {number}"),
    N_("Hello {name},\n\n“{task}” of complaint {number} ({customer}) waits in your group, due {due}.\n\n{link}\n"),
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
    group: str | None = None
    """The task's, for which somebody may have a substitute."""


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
        group=getattr(task, "candidate_group", None),
    )


def send_notice(work: Work, texts: Words, notice: Notice, to: Person | None, key: str) -> str:
    """Queue the mail in the language of who gets it: the person, or while he is away his substitute.

    `key` makes it unique. Returns `queued`, or why there is no mail, for the history: `no_address`, `nobody`, `off` (he
    wants none of this kind) or `own` (he did it himself).
    """
    if to is None:
        return "nobody"
    found = delivery(work.connection, work.context.settings, work.now, to, texts.kind, notice.group)
    if found.person.id == work.actor.user_id:
        return "own"
    if found.outcome != "queued":
        return found.outcome
    subject, body = (
        translate(text, found.person.language, **words_of(work, notice, found.person))
        for text in (texts.subject, texts.body)
    )
    key = f"notice:{notice.task_id}:{key}"
    row = mail_row(work.context.settings, work.now, found, subject, body, key) | {"case_id": notice.case_id}
    work.write(insert(OutboxMail), [row])
    return "queued"


def words_of(work: Work, notice: Notice, to: Person) -> dict[str, Any]:
    """What the texts have places for."""
    return {
        "task": pick_line(notice.name, language=to.language),
        "number": notice.number,
        "customer": notice.customer or "–",
        "due": Moment(notice.due_at, notice.zone).text(to.language) if notice.due_at else "–",
        "name": to.display_name,
        "reason": notice.reason,
        "by": notice.by or "–",
        "link": f"{work.context.settings.public_url}{notice.path or f'/tasks/{notice.task_id}'}",
    }
