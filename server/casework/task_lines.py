"""A task as a few words in a mail that tells of many."""

from typing import Any
from zoneinfo import ZoneInfo

from server.domain.deadline_terms import Moment
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.settings import Settings

MOST_LINES = 50
_LINE = N_("• {number} “{task}” ({customer}), due {due}")
_PLAIN = N_("• {number} “{task}” ({customer})")


def task_line(settings: Settings, row: Any, zone: ZoneInfo, language: str) -> str:
    """`row` has task_id, name, element_id, number, customer and due_at; two lines, the second the link."""
    words: dict[str, Any] = {
        "number": row.number,
        "task": pick_line(row.name or row.element_id, language=language),
        "customer": row.customer or "–",
    }
    if row.due_at is not None:
        words["due"] = Moment(row.due_at, zone).text(language)
    line = translate(_LINE if row.due_at is not None else _PLAIN, language, **words)
    return f"{line}\n  {settings.public_url}/tasks/{row.task_id}"
