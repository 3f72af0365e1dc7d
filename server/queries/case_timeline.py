"""What happened in a case, day by day, of one kind or all: who, what, when, the fields before and after."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from server.casework.library import PublishedVersion
from server.domain.history import EventType
from server.domain.past import Event
from server.i18n import N_
from server.persistence.models import Attachment, OutboxMail
from server.queries.case_events import CaseEvents, moment_ends
from server.queries.case_story import QUIET, Teller

KINDS: Mapping[str, str] = {
    "steps": N_("Steps"),
    "data": N_("Data"),
    "papers": N_("Mails and documents"),
    "clock": N_("Clock and promises"),
    "talk": N_("Among colleagues"),
    "repairs": N_("Repairs"),
}
"""Kinds of events, and what they are called."""

PER_PAGE = 40
_PREFIXES = {"task": "steps", "round": "steps", "message": "steps", "timer": "steps", "case": "data", "clock": "clock"}
_PREFIXES |= {"incident": "repairs", "mail": "papers", "document": "papers", "archive": "papers", "job": "steps"}
_PREFIXES |= {"instance": "steps"}
_PREFIXES |= dict.fromkeys(("question", "signer", "signature", "request", "comment"), "talk")
_KIND = {
    EventType.TASK_SIGNED: "talk",
    EventType.TASK_URGED: "talk",
    EventType.TASK_DUE_MOVED: "clock",
    EventType.TASK_REMINDED: "clock",
    EventType.TASK_ESCALATED: "clock",
    EventType.JOB_FAILED: "repairs",
    EventType.JOB_RETRIED: "repairs",
    EventType.JOB_SKIPPED: "repairs",
    EventType.INSTANCE_MOVED: "repairs",
    EventType.JOB_ERROR_THROWN: "repairs",
    EventType.JOB_SKIPPED: "repairs",
    EventType.INSTANCE_MOVED: "repairs",
    EventType.INSTANCE_FAULTED: "repairs",
    EventType.INSTANCE_MIGRATED: "repairs",
    EventType.INSTANCE_SUSPENDED: "clock",
    EventType.INSTANCE_RESUMED: "clock",
}
_LINKING = frozenset({EventType.CASE_MERGED, EventType.CASE_ABSORBED, EventType.CASE_RECURRED, EventType.CASE_FOLLOWS})
"""Events whose `number` is another complaint."""


def kinds_of(event: Event) -> set[str]:
    """One event may be of several kinds: a completed step writes data, a job may send a mail."""
    found = {_KIND.get(EventType(event.type)) or _PREFIXES[event.type.partition(".")[0]]}
    if event.data.get("changes"):
        found.add("data")
    if event.data.get("mails") or event.data.get("files") or event.data.get("mail") == "queued":
        found.add("papers")
    return found


class Timeline:
    """The told events of a case."""

    def __init__(self, connection: Connection, told: CaseEvents, version: PublishedVersion, zone: ZoneInfo):
        self.told, self.version, self.zone = told, version, zone
        self.events = [event for event in told.events if event.type not in QUIET]
        self._ends = moment_ends(told.events)
        self._mails = _by_moment(connection, OutboxMail, OutboxMail.case_id == told.row.case_id)
        self._files = _by_moment(connection, Attachment, Attachment.case_id == told.row.case_id)
        self.file_names = {file.id: file.name for files in self._files.values() for file in files}

    def page(self, language: str, kind: str | None, before: int | None, shows_mails: bool) -> dict[str, Any]:
        """`{"days", "counts", "total", "shown", "older"}`, newest first.

        kind: one of KINDS, None for all; before: only events before that `seq`; older: `before` of the next page, None
        on the last one.
        """
        counts = Counter(one for event in self.events for one in kinds_of(event))
        chosen = [event for event in self.events if kind is None or kind in kinds_of(event)]
        page = [event for event in reversed(chosen) if before is None or event.seq < before]
        shown, teller = page[:PER_PAGE], Teller(self.version, self.told.people, self.file_names, language)
        days: list[dict[str, Any]] = []
        for event in shown:
            day = event.at.astimezone(self.zone).date().isoformat()
            if not days or days[-1]["day"] != day:
                days.append({"day": day, "events": []})
            days[-1]["events"].append(self._line(event, teller, language, shows_mails))
        return {
            "days": days,
            "counts": {name: counts[name] for name in KINDS},
            "total": len(self.events),
            "chosen": len(chosen),
            "shown": len(shown),
            "older": shown[-1].seq if len(page) > len(shown) else None,
        }

    def _line(self, event: Event, teller: Teller, language: str, shows_mails: bool) -> dict[str, Any]:
        line = teller.tell(event, self.told.actor(event, language))
        names = set(event.data.get("files") or ())
        line["files"] = [
            {"id": file.id, "name": file.name} for file in self._files.get(event.at, ()) if file.name in names
        ]
        mails = self._mails.get(event.at, ()) if shows_mails and "papers" in kinds_of(event) else ()
        line["mails"] = [{"id": one.id, "subject": one.subject, "recipient": one.recipient} for one in mails]
        line["moment"] = self._ends[event.seq]
        line["other"] = event.data.get("number") if event.type in _LINKING else None
        return line


def _by_moment(connection: Connection, table: Any, condition: Any) -> dict[Any, list[Any]]:
    """Rows of a case by the moment in which they came, which is that of their event."""
    found: dict[Any, list[Any]] = {}
    for row in connection.execute(select(*_columns(table)).where(condition).order_by(table.id)):
        found.setdefault(row.created_at, []).append(row)
    return found


def _columns(table: Any) -> Iterable[Any]:
    names = ("id", "created_at", "name") if table is Attachment else ("id", "created_at", "subject", "recipient")
    return [getattr(table, name) for name in names]
