"""Where work went back, read from a history: sent back by a person, or a loop that began another round."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.history import EventType

SENT_BACK, ROUND = "sent_back", "round"

_ACTS = frozenset(
    {
        *(EventType.TASK_COMPLETED, EventType.TASK_SENT_BACK, EventType.JOB_COMPLETED, EventType.JOB_ERROR_THROWN),
        *(EventType.MESSAGE_RECEIVED, EventType.TIMER_FIRED, EventType.JOB_SKIPPED, EventType.INSTANCE_MOVED),
    }
)
"""What moves a case on; the element of the last of them led to what follows it."""
TYPES = sorted({*_ACTS, EventType.ROUND_BEGUN, EventType.TASK_CREATED})
"""The events that are needed."""


@dataclass(frozen=True)
class Event:
    """One event of a history; `data` is {} once it has been erased."""

    seq: int
    at: datetime
    type: str
    element_id: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Return:
    """`seq` and `at` of the event; the step that led to it, the one that is done again, and the loop of a round."""

    seq: int
    at: datetime
    kind: str
    from_element: str | None
    to_element: str | None
    loop: str | None = None


def returns_of(events: Iterable[Event], loop_of: Callable[[str], str]) -> list[Return]:
    """All returns in `events`, which are in order and begin with a command's first; `loop_of` tells the loop that a
    user task begins a round of, "" for none."""
    told = list(events)
    return list(_returns(told, loop_of))


def _returns(events: list[Event], loop_of: Callable[[str], str]) -> Iterator[Return]:
    led: str | None = None
    for place, event in enumerate(events):
        if event.type in _ACTS:
            led = event.element_id
        if event.type == EventType.TASK_SENT_BACK:
            yield Return(event.seq, event.at, SENT_BACK, event.element_id, _text(event.data.get("to")))
        elif event.type == EventType.ROUND_BEGUN:
            loop = _text(event.data.get("loop"))
            begun = (later.element_id for later in _until_next_act(events[place + 1 :]) if later.element_id)
            target = next((element for element in begun if loop and loop_of(element) == loop), None)
            yield Return(event.seq, event.at, ROUND, led, target, loop)


def _until_next_act(events: Iterable[Event]) -> Iterator[Event]:
    """The user tasks that came to be with what the last act led to."""
    for event in events:
        if event.type in _ACTS:
            return
        if event.type == EventType.TASK_CREATED:
            yield event


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
