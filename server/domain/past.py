"""A case as it was at any moment, rebuilt from its history alone.

Feed the events in order to `Past.apply`; after each one it is the case as it stood then. Nothing here asks a database
or a definition: what a history does not tell stays unknown (`knows_waits`, a task's `group`), and is not made up.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from server.domain.case_changes import fold_into
from server.domain.history import EventType
from server.domain.past_steps import Step
from server.domain.wait_changes import Key, follow, key_of

ENDED = ("completed", "cancelled")


@dataclass(frozen=True)
class Event:
    """One event of a history. `data` is empty where it was erased; `actor_id` None: the process or the server."""

    seq: int
    at: datetime
    type: str
    element_id: str | None
    actor_id: int | None
    data: Mapping[str, Any]


@dataclass
class Stop:
    """A stretch in which the clock stood: `cause` is one of deadline_terms.PAUSE_REASONS or `suspended`."""

    cause: str
    text: str
    began_at: datetime
    ended_at: datetime | None = None


@dataclass
class Past:
    """The case after the event `seq` (0: before the first). `state` is empty before the process began."""

    seq: int = 0
    at: datetime | None = None
    case: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    state: str = ""
    reason: str | None = None
    end_event: str | None = None
    waits: dict[Key, dict[str, Any]] = field(default_factory=dict)
    knows_waits: bool = True
    """False when the history was written before it told of timers, messages and calls."""
    is_whole: bool = True
    """False once an event's data was erased: the case file is then what the others tell."""
    steps: dict[str, Step] = field(default_factory=dict)
    """Every user task, job, timer and called process so far by its id, in the order in which they began."""
    stops: list[Stop] = field(default_factory=list)
    broken: dict[str, str | None] = field(default_factory=dict)
    """Incidents that are open or being tried again: the job's id (of none: the place) to the element."""
    passed: Counter[str] = field(default_factory=Counter)
    """How often each element and flow was passed."""
    _times: Counter[str] = field(default_factory=Counter)
    _message_at: datetime | None = None

    def apply(self, event: Event) -> None:
        """The next event. Raises ValueError when its changes do not fit, which means the history has a gap."""
        self.seq, self.at = event.seq, event.at
        self.is_whole = self.is_whole and (bool(event.data) or event.type in _BARE)
        changes = event.data.get("changes")
        if changes:
            fold_into(self.case, changes)
        act = _ACTS.get(event.type)
        if act is not None:
            act(self, event)
        if "waits" in event.data:
            self._follow(event)
        if "state" in event.data:
            self.state = event.data["state"]
            self.end_event = self.end_event if self.state in ENDED else None

    @property
    def tasks(self) -> list[Step]:
        """The open user tasks, oldest first."""
        return [step for step in self.steps.values() if step.kind == "user_task" and step.ended_at is None]

    def _follow(self, event: Event) -> None:
        changes, since = event.data["waits"], millis(event.at)
        gone = [self.waits.get(key_of(line), line) for line in changes.get("ended", ())]
        follow(self.waits, changes, since)
        for line in changes.get("begun", ()):
            if line["kind"] in ("job", "timer", "call"):
                self._begin(line["kind"], line.get("id") or line["task_id"], event, line)
        for line in gone:
            if line["kind"] in ("timer", "call"):
                self._end(line["task_id"], event, "ended")
            elif line["kind"] == "job":
                # Its own command would have told its end before.
                self._end(line.get("id"), event, "cancelled")
                self.broken.pop(line.get("id") or "", None)

    def _waits_for(self, step_id: str) -> bool:
        return any(line.get("id") == step_id for line in self.waits.values())

    def _begin(self, kind: str, step_id: str, event: Event, told: Mapping[str, Any]) -> Step:
        known = self.steps.get(step_id)
        if known is not None:
            known.begin_again()
            return known
        element_id = told.get("element_id") or event.element_id or ""
        step = Step(step_id, kind, element_id, event.at, event.seq, due_at=_moment(told.get("due_at")))
        self._times[element_id] += 1
        step.time = self._times[element_id]
        self.steps[step_id] = step
        return step

    def _end(self, step_id: Any, event: Event, outcome: str) -> None:
        if step_id is None:
            return
        step = self.steps.get(step_id)
        if step is not None:
            step.end(event.at, outcome, event.actor_id)
            step.by_message = step.outcome == "cancelled" and self._message_at == step.ended_at
        for key in [key for key, line in self.waits.items() if line.get("id") == step_id]:
            del self.waits[key]


def past_of(events: Iterable[Event]) -> Past:
    """The case after all `events`."""
    past = Past()
    for event in events:
        past.apply(event)
    return past


def millis(at: datetime) -> str:
    """A moment in UTC with milliseconds, as the lines of waits have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


# What each type of event does


def _started(past: Past, event: Event) -> None:
    past.state, past.version = "active", event.data.get("version")


def _advanced(past: Past, event: Event) -> None:
    past.passed.update(event.data.get("path", ()))
    if "waits" not in event.data and past.seq <= 4:
        # The first advance of a case always leads somewhere: an older server did not tell where.
        past.knows_waits = False


def _ended(state: str) -> Callable[[Past, Event], None]:
    def act(past: Past, event: Event) -> None:
        past.state, past.reason = state, event.data.get("reason")
        past.end_event = event.element_id
        past.broken.clear()
        past.waits.clear()

    return act


def _suspended(past: Past, event: Event) -> None:
    past.state, past.reason = "suspended", event.data.get("reason")
    past.stops.append(Stop("suspended", event.data.get("reason") or "", event.at))


def _resumed(past: Past, event: Event) -> None:
    past.state, past.reason = "incident" if past.broken else "active", None
    _go_on(past, event, suspended=True)


def _paused(past: Past, event: Event) -> None:
    past.stops.append(Stop(event.data.get("cause", "other"), event.data.get("text", ""), event.at))


def _continued(past: Past, event: Event) -> None:
    _go_on(past, event, suspended=False)


def _go_on(past: Past, event: Event, *, suspended: bool) -> None:
    for stop in past.stops:
        if stop.ended_at is None and (stop.cause == "suspended") == suspended:
            stop.ended_at = event.at


def _migrated(past: Past, event: Event) -> None:
    past.version = event.data.get("version", past.version)
    for task_id in event.data.get("reopened", ()):
        if task_id in past.steps:
            past.steps[task_id].begin_again()
    for told in event.data.get("tasks", ()):
        step = past.steps.get(told["task_id"])
        if step is not None:
            step.element_id, step.group = told["element_id"], told.get("group")
            if "due_at" in told:
                step.due_at = _moment(told["due_at"])


def _created(kind: str, name: str) -> Callable[[Past, Event], None]:
    def act(past: Past, event: Event) -> None:
        step_id = event.data.get(name)
        if step_id is None:
            past.is_whole = False
            return
        step = past._begin(kind, step_id, event, event.data)
        step.group, step.assignee = event.data.get("group"), event.data.get("assignee")
        if not past._waits_for(step_id):
            line = {"task_id": step_id, "id": step_id, "kind": kind, "element_id": event.element_id}
            past.waits[step_id, kind] = line | {"since": millis(event.at)}

    return act


def _done(name: str, outcome: str) -> Callable[[Past, Event], None]:
    def act(past: Past, event: Event) -> None:
        past._end(event.data.get(name), event, outcome)
        past.broken.pop(event.data.get(name, ""), None)

    return act


def _error_thrown(past: Past, event: Event) -> None:
    if event.data.get("caught", True):
        _done("job_id", "completed")(past, event)


def _on_task(change: Callable[[Step, Event], None]) -> Callable[[Past, Event], None]:
    def act(past: Past, event: Event) -> None:
        step = past.steps.get(event.data.get("task_id", ""))
        if step is not None:
            change(step, event)

    return act


def _claimed(step: Step, event: Event) -> None:
    step.claimed_by, step.claimed_at = event.actor_id, event.at
    step.assignee = event.data.get("assignee", step.assignee)


def _unclaimed(step: Step, event: Event) -> None:
    step.claimed_by = step.claimed_at = None


def _transferred(step: Step, event: Event) -> None:
    step.assignee = event.data.get("to")
    step.claimed_by = step.claimed_at = None


def _given(step: Step, event: Event) -> None:
    """Delegated, or back from there."""
    step.assignee = event.data.get("to") or None
    step.claimed_by = event.data.get("holder_id")
    step.claimed_at = event.at if step.claimed_by is not None else None


def _to_be_signed(step: Step, event: Event) -> None:
    """Who has a task signed that nobody holds takes it on."""
    if step.claimed_by is None:
        _claimed(step, event)


def _due_moved(step: Step, event: Event) -> None:
    before, step.due_at = _moment(event.data.get("before")) or step.last_due, _moment(event.data.get("due_at"))
    step.first_due = step.first_due or before
    step.promised = True
    if step.due_at is not None:
        # While the clock stands there is no date; only another one than before is a move.
        step.moved += before not in (None, step.due_at)
    step.last_due = step.due_at or before


def _escalated(step: Step, event: Event) -> None:
    step.level, step.escalated_to = event.data.get("level", step.level + 1), event.data.get("to")


def _message(past: Past, event: Event) -> None:
    past._message_at = event.at


def _opened(past: Past, event: Event) -> None:
    past.broken[event.data.get("job_id") or f"at {event.element_id}"] = event.element_id
    past.state = "incident" if past.state == "active" else past.state


def _reopened(past: Past, event: Event) -> None:
    """It tells its place and not its job: that is the one which waits there."""
    jobs = [step.id for step in past.steps.values() if step.kind == "job" and step.ended_at is None]
    here = [job_id for job_id in jobs if past.steps[job_id].element_id == event.element_id]
    past.broken[here[-1] if here else f"at {event.element_id}"] = event.element_id
    past.state = "incident" if past.state == "active" else past.state


def _retried(past: Past, event: Event) -> None:
    """In older histories trying again was the end of the incident; those do not name it."""
    if "incident_id" not in event.data:
        past.broken.pop(event.data.get("job_id", ""), None)


def _resolved(past: Past, event: Event) -> None:
    """It succeeded, or the case left the step another way. Older histories do not tell the job."""
    if "job_id" in event.data:
        past.broken.pop(event.data["job_id"] or f"at {event.element_id}", None)
    else:
        for key in [key for key in past.broken if key.startswith("at ")]:
            del past.broken[key]
    if past.state == "incident" and not past.broken:
        past.state = "active"


_BARE = frozenset({EventType.INSTANCE_COMPLETED, EventType.CLOCK_CONTINUED, EventType.TIMER_FIRED})
"""Events that carry no data of their own."""

_ACTS: Mapping[str, Callable[[Past, Event], None]] = {
    EventType.INSTANCE_STARTED: _started,
    EventType.INSTANCE_ADVANCED: _advanced,
    EventType.INSTANCE_COMPLETED: _ended("completed"),
    EventType.INSTANCE_CANCELLED: _ended("cancelled"),
    EventType.INSTANCE_SUSPENDED: _suspended,
    EventType.INSTANCE_RESUMED: _resumed,
    EventType.INSTANCE_MIGRATED: _migrated,
    EventType.TASK_CREATED: _created("user_task", "task_id"),
    EventType.TASK_CLAIMED: _on_task(_claimed),
    EventType.TASK_UNCLAIMED: _on_task(_unclaimed),
    EventType.TASK_TRANSFERRED: _on_task(_transferred),
    EventType.TASK_DELEGATED: _on_task(_given),
    EventType.TASK_RETURNED: _on_task(_given),
    EventType.SIGNER_ADDED: _on_task(_to_be_signed),
    EventType.SIGNATURE_ASKED: _on_task(_to_be_signed),
    EventType.TASK_DUE_MOVED: _on_task(_due_moved),
    EventType.TASK_ESCALATED: _on_task(_escalated),
    EventType.TASK_COMPLETED: _done("task_id", "completed"),
    EventType.TASK_CANCELLED: _done("task_id", "cancelled"),
    EventType.JOB_CREATED: _created("job", "job_id"),
    EventType.JOB_COMPLETED: _done("job_id", "completed"),
    EventType.JOB_ERROR_THROWN: _error_thrown,
    EventType.JOB_CANCELLED: _done("job_id", "cancelled"),
    EventType.JOB_SKIPPED: _done("job_id", "completed"),
    EventType.JOB_SKIPPED: _done("job_id", "cancelled"),
    EventType.JOB_RETRIED: _retried,
    EventType.INCIDENT_OPENED: _opened,
    EventType.MESSAGE_RECEIVED: _message,
    EventType.INCIDENT_REOPENED: _reopened,
    EventType.INCIDENT_RETRIED: _resolved,
    EventType.INCIDENT_RESOLVED: _resolved,
    EventType.INCIDENT_OBSOLETE: _resolved,
    EventType.INCIDENT_OBSOLETE: _resolved,
    EventType.CLOCK_PAUSED: _paused,
    EventType.CLOCK_CONTINUED: _continued,
}
