"""The history of a case: its one vocabulary of events, and the chain that makes tampering evident.

Each event is linked to the one before by SHA-256 over `{seq, at, actor_id, type, element_id, digest}` and
the previous link. What the event carries (`data`) enters only by its salted digest, so that erasing the
data and its salt (personal data must be erasable) leaves the chain whole. docs/history.md is its page.
"""

import hashlib
import hmac
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson

from server.i18n import N_, translate

_ODD_FLOAT = re.compile(rb"(^|[:,\[])-?([0-9]+(\.[0-9]+)?e|0\.0000)|\.0($|[,\]}])")
"""Found wherever orjson may write a float otherwise than `json`; anything else both write alike."""

GENESIS = "0" * 64
"""The previous hash of a case's first event."""


class EventType(StrEnum):
    """Everything that can happen to a case."""

    CASE_FILED = "case.filed"
    CASE_AMENDED = "case.amended"
    CASE_CHANGED = "case.changed"
    CASE_ERASED = "case.erased"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_MERGED = "case.merged"
    CASE_ABSORBED = "case.absorbed"
    CASE_REFERRED = "case.referred"
    CASE_RECURRED = "case.recurred"
    CASE_FOLLOWS = "case.follows"
    INSTANCE_STARTED = "instance.started"
    INSTANCE_ADVANCED = "instance.advanced"
    INSTANCE_COMPLETED = "instance.completed"
    INSTANCE_CANCELLED = "instance.cancelled"
    INSTANCE_SUSPENDED = "instance.suspended"
    INSTANCE_RESUMED = "instance.resumed"
    INSTANCE_FAULTED = "instance.faulted"
    INSTANCE_MIGRATED = "instance.migrated"
    INSTANCE_MOVED = "instance.moved"
    TASK_CREATED = "task.created"
    TASK_CLAIMED = "task.claimed"
    TASK_UNCLAIMED = "task.unclaimed"
    TASK_DRAFTED = "task.drafted"
    TASK_COMPLETED = "task.completed"
    TASK_CANCELLED = "task.cancelled"
    TASK_TRANSFERRED = "task.transferred"
    TASK_SENT_BACK = "task.sent_back"
    TASK_DUE_MOVED = "task.due_moved"
    TASK_REMINDED = "task.reminded"
    TASK_ESCALATED = "task.escalated"
    TASK_DELEGATED = "task.delegated"
    TASK_RETURNED = "task.returned"
    TASK_TAKEN_BACK = "task.taken_back"
    TASK_URGED = "task.urged"
    TASK_PRIORITISED = "task.prioritised"
    TASK_SIGNED = "task.signed"
    SIGNER_ADDED = "signer.added"
    SIGNATURE_ASKED = "signature.asked"
    SIGNATURE_REFUSED = "signature.refused"
    QUESTION_ASKED = "question.asked"
    QUESTION_ANSWERED = "question.answered"
    REQUEST_WITHDRAWN = "request.withdrawn"
    COMMENT_ADDED = "comment.added"
    CLOCK_PAUSED = "clock.paused"
    CLOCK_CONTINUED = "clock.continued"
    ROUND_BEGUN = "round.begun"
    JOB_CREATED = "job.created"
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_RETRIED = "job.retried"
    JOB_SKIPPED = "job.skipped"
    JOB_ERROR_THROWN = "job.error_thrown"
    JOB_CANCELLED = "job.cancelled"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_RETRIED = "incident.retried"
    INCIDENT_REOPENED = "incident.reopened"
    INCIDENT_RESOLVED = "incident.resolved"
    INCIDENT_OBSOLETE = "incident.obsolete"
    TIMER_SET = "timer.set"
    TIMER_FIRED = "timer.fired"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_THROWN = "message.thrown"
    MAIL_QUEUED = "mail.queued"
    MAIL_SENT = "mail.sent"
    DOCUMENT_CREATED = "document.created"
    ARCHIVE_CREATED = "archive.created"


SENTENCES: Mapping[EventType, str] = {
    EventType.CASE_FILED: N_("{actor} filed complaint {number}."),
    EventType.CASE_AMENDED: N_("{actor} amended the case: {reason}"),
    EventType.CASE_CHANGED: N_("The process wrote to the case at “{element}”."),
    EventType.CASE_ERASED: N_("{actor} erased personal data: {reason}"),
    EventType.CASE_WITHDRAWN: N_("{actor} noted that the customer withdrew the complaint: {reason}"),
    EventType.CASE_MERGED: N_("{actor} merged it as a duplicate into {number}: {reason}"),
    EventType.CASE_ABSORBED: N_("{actor} merged its duplicate {number} into it: {reason}"),
    EventType.CASE_REFERRED: N_("{actor} referred the complaint outside: {reason}"),
    EventType.CASE_RECURRED: N_("{actor} reported that it came back, as {number}: {reason}"),
    EventType.CASE_FOLLOWS: N_("It follows {number}, whose trouble came back: {reason}"),
    EventType.INSTANCE_STARTED: N_("The process began."),
    EventType.INSTANCE_ADVANCED: N_("The process moved on."),
    EventType.INSTANCE_COMPLETED: N_("The case came to its end: {element}."),
    EventType.INSTANCE_CANCELLED: N_("{actor} cancelled the case: {reason}"),
    EventType.INSTANCE_SUSPENDED: N_("{actor} suspended the case: {reason}"),
    EventType.INSTANCE_RESUMED: N_("{actor} resumed the case: {reason}"),
    EventType.INSTANCE_FAULTED: N_("The process could not go on at “{element}”: {error}"),
    EventType.INSTANCE_MIGRATED: N_("{actor} moved the case to version {version} of the process."),
    EventType.INSTANCE_MOVED: N_("{actor} moved the case from “{element}” back to “{to}”: {reason}"),
    EventType.TASK_CREATED: N_("“{element}” is to be done."),
    EventType.TASK_CLAIMED: N_("{actor} took on “{element}”."),
    EventType.TASK_UNCLAIMED: N_("{actor} gave “{element}” back to the group."),
    EventType.TASK_DRAFTED: N_("{actor} saved a draft of “{element}”."),
    EventType.TASK_COMPLETED: N_("{actor} completed “{element}”."),
    EventType.TASK_CANCELLED: N_("“{element}” is no longer needed."),
    EventType.TASK_TRANSFERRED: N_("{actor} passed “{element}” to {to}."),
    EventType.TASK_SENT_BACK: N_("{actor} sent “{element}” back to “{to}”: {reason}"),
    EventType.TASK_DUE_MOVED: N_("The due date of “{element}” was counted anew."),
    EventType.TASK_REMINDED: N_("{to} was reminded of “{element}”."),
    EventType.TASK_ESCALATED: N_("“{element}” went up to {to}."),
    EventType.TASK_DELEGATED: N_("{actor} had {to} do “{element}”."),
    EventType.TASK_RETURNED: N_("{actor} gave “{element}” back to {to}."),
    EventType.TASK_TAKEN_BACK: N_("{actor} took “{element}” back."),
    EventType.TASK_URGED: N_("{actor} asked to hurry with “{element}”."),
    EventType.TASK_PRIORITISED: N_("{actor} changed the priority of “{element}” from {before} to {priority}: {reason}"),
    EventType.TASK_SIGNED: N_("{actor} signed “{element}”."),
    EventType.SIGNER_ADDED: N_("{actor} wants “{element}” signed by {to}: {text}"),
    EventType.SIGNATURE_ASKED: N_("{actor} filled in “{element}”; {to} is asked to sign it."),
    EventType.SIGNATURE_REFUSED: N_("{actor} does not sign “{element}”: {reason}"),
    EventType.QUESTION_ASKED: N_("{actor} asked {to} about “{element}”: {text}"),
    EventType.QUESTION_ANSWERED: N_("{actor} answered about “{element}”: {text}"),
    EventType.REQUEST_WITHDRAWN: N_("{actor} does without what was asked of {to} at “{element}”."),
    EventType.COMMENT_ADDED: N_("{actor} wrote: {text}"),
    EventType.CLOCK_PAUSED: N_("{actor} stopped the clock: {why}"),
    EventType.CLOCK_CONTINUED: N_("{actor} let the clock go on."),
    EventType.ROUND_BEGUN: N_("Round {number} of {loop} began."),
    EventType.JOB_CREATED: N_("“{element}” is waiting to be done by the server."),
    EventType.JOB_COMPLETED: N_("The server did “{element}”."),
    EventType.JOB_FAILED: N_("“{element}” failed: {error}"),
    EventType.JOB_RETRIED: N_("{actor} had “{element}” tried again."),
    EventType.JOB_SKIPPED: N_("{actor} skipped “{element}”: {reason}"),
    EventType.JOB_ERROR_THROWN: N_("“{element}” reported the error {code}."),
    EventType.JOB_CANCELLED: N_("“{element}” no longer needs the server."),
    EventType.INCIDENT_OPENED: N_("“{element}” needs repair: {error}"),
    EventType.INCIDENT_RETRIED: N_("{actor} had the way past “{element}” tried; it is free again."),
    EventType.INCIDENT_REOPENED: N_("“{element}” was tried again and failed again: {error}"),
    EventType.INCIDENT_RESOLVED: N_("The trouble at “{element}” is settled."),
    EventType.INCIDENT_OBSOLETE: N_("The trouble at “{element}” needs no repair any more."),
    EventType.TIMER_SET: N_("The clock for “{element}” runs until {due_at}."),
    EventType.TIMER_FIRED: N_("The time for “{element}” was up."),
    EventType.MESSAGE_RECEIVED: N_("The message {name} arrived."),
    EventType.MESSAGE_THROWN: N_("The message {name} was sent out."),
    EventType.MAIL_QUEUED: N_("A mail to {to} is on its way: {subject}"),
    EventType.MAIL_SENT: N_("A mail to {to} was sent: {subject}"),
    EventType.DOCUMENT_CREATED: N_("The document {name} was made."),
    EventType.ARCHIVE_CREATED: N_("The case was packed into the archive as {name}."),
}
"""For the timeline: one sentence an event. `actor` and `element` come from the event, the rest from its data."""
REPAIRS = frozenset(
    {EventType.JOB_SKIPPED, EventType.INSTANCE_MOVED, EventType.CASE_AMENDED, EventType.INSTANCE_MIGRATED}
)
"""Events after which a case no longer ran as its diagram alone would have it."""
_WITH_REASON: Mapping[EventType, str] = {
    EventType.ROUND_BEGUN: N_("Round {number} of {loop} began: {reason}"),
    EventType.TASK_TRANSFERRED: N_("{actor} passed “{element}” to {to}: {reason}"),
    EventType.JOB_RETRIED: N_("{actor} had “{element}” tried again: {reason}"),
    EventType.TASK_ESCALATED: N_("{actor} took “{element}” up to {to}: {reason}"),
    EventType.TASK_DELEGATED: N_("{actor} had {to} do “{element}”: {reason}"),
    EventType.TASK_RETURNED: N_("{actor} gave “{element}” back to {to}: {reason}"),
    EventType.TASK_TAKEN_BACK: N_("{actor} took “{element}” back: {reason}"),
    EventType.TASK_URGED: N_("{actor} asked to hurry with “{element}”: {reason}"),
    EventType.TASK_SIGNED: N_("{actor} signed “{element}”: {reason}"),
    EventType.REQUEST_WITHDRAWN: N_("{actor} does without what was asked of {to} at “{element}”: {reason}"),
}
"""Where a reason may be given and need not be."""


@dataclass(frozen=True)
class Breach:
    """Where a history does not hold: `seq` of the event, `code` for programs, `message` an English msgid."""

    seq: int
    code: str
    message: str

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(self.message, language, seq=self.seq)


def sentence(event: EventType | str, language: str, *, actor: str, element: str, data: Mapping[str, Any] | None) -> str:
    """The timeline's sentence in `language`; what erased data no longer tells is shown as an ellipsis."""
    words = {key: value for key, value in (data or {}).items() if isinstance(value, str | int | float)}
    texts = {**SENTENCES, **_WITH_REASON} if words.get("reason") else SENTENCES
    template = translate(texts[EventType(event)], language)
    if words.get("on_behalf"):
        actor = translate(N_("{actor} (for {absent})"), language, actor=actor or "…", absent=words["on_behalf"])
    return template.format_map(_Words({**words, "actor": actor or "…", "element": element or "…"}))


def digest(salt: bytes, data: Any) -> str:
    """HMAC-SHA-256 (hex) of `data` as canonical JSON, keyed by the event's own random `salt`."""
    return hmac.new(salt, canonical(data), hashlib.sha256).hexdigest()


def link(
    previous_hash: str,
    seq: int,
    at: datetime | str,
    actor_id: int | None,
    type: EventType | str,  # noqa: A002 - the event's member has this name everywhere
    element_id: str | None,
    digest: str,
) -> str:
    """The hash (hex) of an event: SHA-256 over the previous one, a newline and the event as canonical JSON."""
    event = {
        "seq": seq,
        "at": moment(at) if isinstance(at, datetime) else at,
        "actor_id": actor_id,
        "type": str(type),
        "element_id": element_id,
        "digest": digest,
    }
    return hashlib.sha256(previous_hash.encode("ascii") + b"\n" + canonical(event)).hexdigest()


def verify(events: Iterable[Mapping[str, Any]], previous_hash: str = GENESIS) -> list[Breach]:
    """Check a case's events in order; an empty list means that nothing was altered, left out or put in.

    An event has the members `link` takes, `hash`, and, unless erased, `data` and `salt` (bytes). A cut tail
    cannot be seen here: that takes an anchor which knows the last hash.
    """
    breaches: list[Breach] = []
    missing: list[int] = []
    erased = False
    for seq, event in enumerate(events, 1):
        if event["seq"] != seq:
            return [*breaches, Breach(seq, "gap", N_("Event {seq} is missing or out of order."))]
        members = [event[name] for name in ("seq", "at", "actor_id", "type", "element_id", "digest")]
        if not hmac.compare_digest(link(previous_hash, *members), event["hash"]):
            breaches.append(Breach(seq, "altered", N_("Event {seq} was altered, or one before it.")))
        if event.get("salt") is None:
            missing.append(seq)
        elif not hmac.compare_digest(digest(event["salt"], event.get("data")), event["digest"]):
            breaches.append(Breach(seq, "data", N_("The data of event {seq} was altered.")))
        erased = erased or event["type"] == EventType.CASE_ERASED
        previous_hash = event["hash"]
    if not erased:
        breaches += [
            Breach(seq, "no_data", N_("The data of event {seq} is gone, and no event says so.")) for seq in missing
        ]
    return breaches


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8; 1.0 is written as 1, since databases do not keep them apart.

    Raises ValueError for NaN, infinity and whatever is no JSON.
    """
    try:
        found = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer of more than 64 bits, or no JSON at all
        found = b"0e0"
    if _ODD_FLOAT.search(found) or (b"null" in found and not _is_finite(value)):
        plain = _plain_numbers(value)
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    return found


def moment(at: datetime) -> str:
    """An aware datetime as RFC 3339 in UTC with microseconds; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment needs an aware datetime")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _plain_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_numbers(item) for item in value]
    return value


def _is_finite(value: Any) -> bool:
    """False when a NaN or an infinity, which orjson writes as null, is anywhere inside."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
