"""The story of a complaint sorts its events by kind, and has a place for everything that can happen."""

from datetime import UTC, datetime

import pytest

from server.domain.history import EventType
from server.domain.past import Event
from server.queries.case_timeline import KINDS, kinds_of

AT = datetime(2026, 3, 2, tzinfo=UTC)


def kinds(event_type: EventType, **data: object) -> set[str]:
    return kinds_of(Event(1, AT, str(event_type), None, None, data))


@pytest.mark.parametrize("event_type", EventType)
def test_each_event_has_a_kind_that_can_be_chosen(event_type: EventType) -> None:
    found = kinds(event_type)
    assert found
    assert found <= set(KINDS)


def test_what_colleagues_ask_and_say_is_a_kind_of_its_own() -> None:
    for event_type in (EventType.QUESTION_ASKED, EventType.TASK_SIGNED, EventType.COMMENT_ADDED):
        assert kinds(event_type) == {"talk"}
    assert kinds(EventType.QUESTION_ANSWERED, mail="queued") == {"talk", "papers"}
