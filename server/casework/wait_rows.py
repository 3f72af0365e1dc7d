"""What the engine waits for, as rows of user tasks, jobs, timers and messages.

`process_instance.waits` holds one entry a wait: `{"task_id": engine's id, "id": our row's id or null, "kind",
"element_id", "process_id", "name", "since", "within"?, "due_at"?, "rule"?}`; `within` names the call activities around
it (`a/b`), where there are any. Comparing it with the engine's waits after an advance
tells which rows to add and which to end, without reading a row.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from server.casework.deadlines import Deadlines, Promise
from server.domain.rejection import Rejected
from server.engine import ProcessInstance, Wait
from server.i18n import N_
from server.persistence.models import Base, Job, MessageSubscription, Timer, UserTask

DEFAULT_RETRIES = 3
DEFAULT_RETRY_BASE = 2.0
DEFAULT_PRIORITY = 50


@dataclass
class NewRows:
    """Rows to insert, by table."""

    user_tasks: list[dict[str, Any]] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    timers: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    meant_for: dict[str, str] = field(default_factory=dict)
    """User names by the ids of the user tasks that are meant for somebody; for the history."""

    def tables(self) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
        """Each table with its rows; only user tasks and jobs carry a `case_id`."""
        yield UserTask, self.user_tasks
        yield Job, self.jobs
        yield Timer, self.timers
        yield MessageSubscription, self.messages

    def elements(self) -> set[str]:
        """Where the new waits stand."""
        return {row["element_id"] for _table, rows in self.tables() for row in rows}


@dataclass(frozen=True)
class Place:
    """Where the rows belong; the case file's row id may be known only at commit. `user_id` looks a user name up."""

    instance_id: str
    case_id: int | None
    site: str
    now: datetime
    user_id: Callable[[str], int | None]
    deadlines: Deadlines


def entry(wait: Wait, place: Place) -> dict[str, Any]:
    """The line of `process_instance.waits` for a new wait."""
    line: dict[str, Any] = {
        "task_id": wait.task_id,
        "id": str(uuid.uuid4()) if wait.kind in ("user_task", "job") else None,
        "kind": wait.kind,
        "element_id": wait.element_id,
        "process_id": wait.process_id,
        "name": wait.name,
        "since": rfc3339(place.now),
    }
    if wait.callers:
        line["within"] = "/".join(wait.callers)
    if wait.due_at is not None:
        line["due_at"] = rfc3339(wait.due_at)
    return line


def add_rows(rows: NewRows, wait: Wait, line: dict[str, Any], place: Place, engine: ProcessInstance) -> None:
    """Add the table rows that `wait` needs; a call activity has none. A task's `line` is told its deadline's rule."""
    common = {
        "instance_id": place.instance_id,
        "engine_task_id": wait.task_id,
        "element_id": wait.element_id,
    }
    if wait.kind == "user_task":
        promise = _promise(wait, line, place, engine)
        meant_for = _meant_for(wait, engine)
        assignee_id = place.user_id(meant_for) if meant_for else None
        if assignee_id is not None:
            rows.meant_for[line["id"]] = meant_for
        rows.user_tasks.append({**common, **_user_task(wait, line, place, assignee_id, promise)})
        rows.timers += timer_rows(common, line["id"], promise)
    elif wait.kind == "job":
        rows.jobs.append({**common, **_job(wait, line, place)})
    elif wait.kind == "timer" and wait.due_at is not None:
        event = {"due_at": wait.due_at, "state": "waiting", "kind": "event", "user_task_id": None, "rung": None}
        rows.timers.append({**common, **event})
    elif wait.kind == "message":
        rows.messages.append({**common, "name": wait.message, "correlation": correlation_key(wait.correlation or {})})


def _promise(wait: Wait, line: dict[str, Any], place: Place, engine: ProcessInstance) -> Promise:
    """When the task is due: its property `dueDate` wins, an expression that gives an RFC 3339 time; else the table."""
    if has_own_due_date(wait):
        return Promise(_due(wait, engine), None)
    rule = place.deadlines.rule_of(engine, wait.element_id)
    if rule is None:
        return Promise(None, None)
    line["rule"] = rule
    return place.deadlines.promise(rule, place.now)


def has_own_due_date(wait: Wait) -> bool:
    """Whether the diagram itself says when the task is due, whatever the table of deadlines says."""
    return bool(wait.properties.get("dueDate"))


def timer_rows(place: Mapping[str, Any], task_id: str, promise: Promise) -> Iterator[dict[str, Any]]:
    """Rows for the reminder and the rungs of a task; `place` has instance_id, engine_task_id, element_id."""
    for kind, rung, moment in promise.timers:
        told = {"due_at": moment, "state": "waiting", "kind": kind, "user_task_id": task_id, "rung": rung}
        yield {**place, **told}


def _user_task(
    wait: Wait, line: Mapping[str, Any], place: Place, assignee_id: int | None, promise: Promise
) -> dict[str, Any]:
    return {
        "id": line["id"],
        "case_id": place.case_id,
        "site": place.site,
        "process_id": wait.process_id,
        "name": wait.name,
        "form_key": wait.properties.get("formKey"),
        "candidate_group": wait.group,
        "assignee_id": assignee_id,
        "milestone": wait.properties.get("milestone"),
        "priority": whole(wait.properties.get("priority"), DEFAULT_PRIORITY),
        "created_at": place.now,
        "due_at": promise.due_at,
        "due_sum": promise.due_sum,
        "state": "open",
    }


def _job(wait: Wait, line: Mapping[str, Any], place: Place) -> dict[str, Any]:
    return {
        "id": line["id"],
        "case_id": place.case_id,
        "process_id": wait.process_id,
        "topic": wait.topic,
        "parameters": dict(wait.parameters or {}),
        "state": "ready",
        "attempt": 0,
        "run_at": place.now,
        "retries_left": DEFAULT_RETRIES if wait.retries is None else wait.retries,
        "retry_base": DEFAULT_RETRY_BASE if wait.backoff is None else wait.backoff,
        "lost_in_a_row": 0,
        "created_at": place.now,
    }


def _due(wait: Wait, engine: ProcessInstance) -> datetime | None:
    value = engine.evaluate(wait.properties["dueDate"], wait.task_id)
    return None if value is None else parse_rfc3339(str(value))


def _meant_for(wait: Wait, engine: ProcessInstance) -> str:
    """Who is meant: the property `assignee` is an expression that gives a user name; empty for nobody."""
    source = wait.properties.get("assignee")
    return str((engine.evaluate(source, wait.task_id) if source else None) or "")


def whole(text: str | None, default: int) -> int:
    """A property that is a whole number; `default` for anything else."""
    return int(text) if text and text.lstrip("-").isdigit() else default


def correlation_key(correlation: Mapping[str, Any]) -> str:
    """Canonical text of a message's correlation, so that equal ones are found by equality."""
    return orjson.dumps({k: str(v) for k, v in correlation.items()}, option=orjson.OPT_SORT_KEYS).decode()


def rfc3339(moment: datetime) -> str:
    """UTC with a trailing Z, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """Aware UTC time; Rejected `malformed.time` for anything without a date, time and zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Rejected(
            "malformed.time",
            N_("“{text}” is no time. Write it like 2026-03-01T09:30:00+08:00, with the zone."),
            text=text[:60],
        )
    return moment.astimezone(UTC)
