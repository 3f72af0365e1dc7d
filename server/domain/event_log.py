"""A case's history as events of a process log (IEEE 1849): what was done, in which step of its life, by whom.

docs/xes.md is the page: it lists which event of the history becomes which event of the log. Nothing here asks a
database: the history comes in order, the definition as a function.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.domain.history import EventType

WORKED_ON = frozenset({"user_task", "manual_task", "task", "service_task"})
"""Kinds of elements that people or workers do: their life is told by events of their own, not by the path."""
_LEFT_OUT = frozenset({"sequence_flow"})
_GATEWAY = "gateway"

REPAIRS: frozenset[str] = frozenset({"instance.migrated", "instance.moved", "job.skipped"})
"""What moves a case otherwise than its diagram does; work sent back is no repair."""
ENDED = frozenset({"complete", "withdraw", "ate_abort", "manualskip"})
"""Transitions after which an activity is over."""


@dataclass(frozen=True)
class HistoryLine:
    """An event of the history. `actor_id` None: the process or the server; `data` is empty where it was erased."""

    seq: int
    at: datetime
    type: str
    element_id: str | None
    actor_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class LogEvent:
    """An event of the log.

    seq: of the event of the history it comes from; part: which of several that come from one, from 0; transition: of
    the standard's lifecycle; work_id: the task's or job's id; began_at: with what ends a piece of work, its beginning.
    """

    seq: int
    part: int
    at: datetime
    element_id: str
    kind: str
    transition: str
    actor_id: int | None = None
    work_id: str | None = None
    began_at: datetime | None = None


@dataclass
class _Work:
    kind: str
    element_id: str
    began_at: datetime
    started: bool = False


@dataclass
class CaseLog:
    """Feed the history in order to `events`; `repaired` and `sent_back` then say what happened on the way.

    kind_of: the kind of an element of a version of the process, "" where it has none of that id.
    """

    kind_of: Callable[[int, str], str]
    repaired: bool = False
    sent_back: int = 0
    _version: int = 0
    _open: dict[str, _Work] = field(default_factory=dict)
    _over: dict[str, _Work] = field(default_factory=dict)

    def events(self, lines: Iterable[HistoryLine]) -> Iterator[LogEvent]:
        for line in lines:
            self._look(line)
            yield from self._reopened(line)
            if line.type == EventType.INSTANCE_ADVANCED:
                yield from self._passed(line)
            elif line.type in _TRANSITIONS:
                yield from self._worked_on(line)

    def open_tasks(self) -> Iterator[tuple[str, str, datetime]]:
        """(id, element, beginning) of each user task that is not over."""
        for task_id, work in self._open.items():
            if work.kind == "user_task":
                yield task_id, work.element_id, work.began_at

    def _look(self, line: HistoryLine) -> None:
        self.repaired = self.repaired or line.type in REPAIRS
        self.sent_back += line.type == EventType.TASK_SENT_BACK
        if line.type in (EventType.INSTANCE_STARTED, EventType.INSTANCE_MIGRATED):
            self._version = line.data.get("version") or self._version

    def _reopened(self, line: HistoryLine) -> Iterator[LogEvent]:
        """Tasks that go on since their case was taken back to an earlier version."""
        for part, task_id in enumerate(line.data.get("reopened", ())):
            work = self._over.pop(task_id, None)
            if work is not None:
                self._open[task_id] = work
                yield LogEvent(line.seq, part, line.at, work.element_id, work.kind, "resume", line.actor_id, task_id)

    def _passed(self, line: HistoryLine) -> Iterator[LogEvent]:
        """What the process passed by itself: events, decisions, calls and sub-processes; no gateways and no flows."""
        part = 0
        for element_id in line.data.get("path", ()):
            kind = self.kind_of(self._version, element_id)
            if kind in WORKED_ON or kind in _LEFT_OUT or kind.endswith(_GATEWAY):
                continue
            yield LogEvent(line.seq, part, line.at, element_id, kind or "unknown", "complete", line.actor_id)
            part += 1

    def _worked_on(self, line: HistoryLine) -> Iterator[LogEvent]:
        kind, moved = _TRANSITIONS[line.type]
        work_id = line.data.get("task_id" if kind == "user_task" else "job_id")
        known = self._open.get(work_id) if work_id else None
        if work_id is None or line.element_id is None:
            return  # erased: what is left does not say which piece of work it was
        if moved == "schedule":
            known = self._open[work_id] = _Work(kind, line.element_id, line.at)
        if known is None:
            return  # a task that was sent back is over by that event
        transition = moved if isinstance(moved, str) else moved(known, line.data)
        began_at = known.began_at if transition in ENDED else None
        if transition in ENDED:
            self._over[work_id] = self._open.pop(work_id)
        yield LogEvent(line.seq, 0, line.at, line.element_id, kind, transition, line.actor_id, work_id, began_at)


def _take_on(work: _Work, data: Mapping[str, Any]) -> str:
    """The first time it starts, later it goes on."""
    went_on, work.started = work.started, True
    return "resume" if went_on else "start"


def _break_off(work: _Work, data: Mapping[str, Any]) -> str:
    return "ate_abort" if work.started else "withdraw"


def _error(work: _Work, data: Mapping[str, Any]) -> str:
    """A BPMN error ends the job where the diagram catches it; otherwise the job waits for repair."""
    return "ate_abort" if data.get("caught") else "suspend"


_TRANSITIONS: Mapping[str, tuple[str, str | Callable[[_Work, Mapping[str, Any]], str]]] = {
    EventType.TASK_CREATED: ("user_task", "schedule"),
    EventType.TASK_CLAIMED: ("user_task", _take_on),
    EventType.TASK_UNCLAIMED: ("user_task", "suspend"),
    EventType.TASK_TRANSFERRED: ("user_task", "reassign"),
    EventType.TASK_COMPLETED: ("user_task", "complete"),
    EventType.TASK_SENT_BACK: ("user_task", "ate_abort"),
    EventType.TASK_CANCELLED: ("user_task", _break_off),
    EventType.JOB_CREATED: ("service_task", "schedule"),
    EventType.JOB_FAILED: ("service_task", "suspend"),
    EventType.JOB_RETRIED: ("service_task", "resume"),
    EventType.JOB_COMPLETED: ("service_task", "complete"),
    EventType.JOB_ERROR_THROWN: ("service_task", _error),
    EventType.JOB_CANCELLED: ("service_task", "withdraw"),
    "job.skipped": ("service_task", "manualskip"),
}
"""Kind of the work and its step of life, which may depend on what was before."""

LOGGED: frozenset[str] = frozenset(_TRANSITIONS) | {
    EventType.INSTANCE_STARTED,
    EventType.INSTANCE_ADVANCED,
    *REPAIRS,
}
"""Types of events of the history that a log is made from."""
