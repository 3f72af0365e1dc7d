"""Which event of a history becomes which event of a process log; the table of docs/xes.md, written out by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain.event_log import CaseLog, HistoryLine
from server.domain.history import EventType

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KINDS = {
    "begin": "start_event",
    "f": "sequence_flow",
    "split": "parallel_gateway",
    "decide": "business_rule_task",
    "call": "call_activity",
    "check": "user_task",
    "send": "service_task",
    "end": "end_event",
}


def history(*events: tuple[str, str | None, dict[str, Any]]) -> list[HistoryLine]:
    """One event an hour, by person 7 where it is a task's."""
    return [
        HistoryLine(
            number, BEGIN + timedelta(hours=number), kind, element, 7 if kind.startswith("task.c") else None, data
        )
        for number, (kind, element, data) in enumerate(events, 1)
    ]


def logged(*events: tuple[str, str | None, dict[str, Any]]) -> list[tuple[int, str, str]]:
    """(number of the event of the history, element, transition)."""
    log = CaseLog(lambda _version, element: KINDS.get(element, ""))
    return [(event.seq, event.element_id, event.transition) for event in log.events(history(*events))]


def test_a_path_is_told_without_gateways_flows_and_what_people_or_workers_did() -> None:
    path = ["begin", "f", "split", "f", "f", "check", "f", "decide", "f", "send", "f", "call", "f", "end", "gone"]
    log = CaseLog(lambda _version, element: KINDS.get(element, ""))
    found = list(log.events(history(("instance.advanced", None, {"path": path}))))
    assert [(event.part, event.element_id, event.kind, event.transition) for event in found] == [
        (0, "begin", "start_event", "complete"),
        (1, "decide", "business_rule_task", "complete"),
        (2, "call", "call_activity", "complete"),
        (3, "end", "end_event", "complete"),
        (4, "gone", "unknown", "complete"),
    ]


def test_the_life_of_a_task() -> None:
    one, events = {"task_id": "t1"}, []
    for kind in ("created", "claimed", "unclaimed", "claimed", "transferred", "completed"):
        events.append((f"task.{kind}", "check", one))
    assert logged(*events) == [
        (1, "check", "schedule"),
        (2, "check", "start"),
        (3, "check", "suspend"),
        (4, "check", "resume"),
        (5, "check", "reassign"),
        (6, "check", "complete"),
    ]


@pytest.mark.parametrize(("claimed", "transition"), [(False, "withdraw"), (True, "ate_abort")])
def test_a_task_no_longer_needed_is_withdrawn_or_broken_off(claimed: bool, transition: str) -> None:
    events: list[Any] = [("task.created", "check", {"task_id": "t1"})]
    events += [("task.claimed", "check", {"task_id": "t1"})] if claimed else []
    assert logged(*events, ("task.cancelled", "check", {"task_id": "t1"}))[-1][2] == transition


def test_a_task_sent_back_ends_once() -> None:
    one = {"task_id": "t1"}
    back = ("task.sent_back", "check", {"task_id": "t1", "to": "receive", "reason": "x"})
    assert logged(("task.created", "check", one), back, ("task.cancelled", "check", one)) == [
        (1, "check", "schedule"),
        (2, "check", "ate_abort"),
    ]


def test_the_life_of_a_job() -> None:
    one = {"job_id": "j1"}
    assert logged(
        ("job.created", "send", one),
        ("job.failed", "send", one),
        ("incident.opened", "send", one),
        ("job.retried", "send", one),
        ("job.error_thrown", "send", {**one, "caught": False}),
        ("job.completed", "send", one),
        ("job.created", "send", {"job_id": "j2"}),
        ("job.error_thrown", "send", {"job_id": "j2", "caught": True}),
    ) == [
        (1, "send", "schedule"),
        (2, "send", "suspend"),
        (4, "send", "resume"),
        (5, "send", "suspend"),
        (6, "send", "complete"),
        (7, "send", "schedule"),
        (8, "send", "ate_abort"),
    ]


def test_what_ends_a_piece_of_work_tells_when_it_began_and_by_whom() -> None:
    log = CaseLog(lambda _version, _element: "")
    lines = history(("task.created", "check", {"task_id": "t1"}), ("task.completed", "check", {"task_id": "t1"}))
    _begun, done = log.events(lines)
    assert (done.began_at, done.at, done.actor_id, done.work_id) == (lines[0].at, lines[1].at, 7, "t1")


def test_what_is_open_at_the_end_is_told() -> None:
    log = CaseLog(lambda _version, _element: "")
    events = history(
        ("task.created", "check", {"task_id": "t1"}),
        ("task.created", "other", {"task_id": "t2"}),
        ("job.created", "send", {"job_id": "j1"}),
        ("task.completed", "check", {"task_id": "t1"}),
    )
    list(log.events(events))
    assert list(log.open_tasks()) == [("t2", "other", events[1].at)]


def test_a_case_moved_to_another_version_is_a_repaired_one_and_read_by_that_version() -> None:
    asked: list[tuple[int, str]] = []
    log = CaseLog(lambda version, element: asked.append((version, element)) or "end_event")
    list(
        log.events(
            history(
                ("instance.started", None, {"version": 3}),
                ("instance.advanced", None, {"path": ["a"]}),
                ("task.sent_back", "x", {"task_id": "t", "to": "y"}),
                ("instance.migrated", None, {"version": 4, "before": 3}),
                ("instance.advanced", None, {"path": ["b"]}),
            )
        )
    )
    assert asked == [(3, "a"), (4, "b")]
    assert (log.repaired, log.sent_back) == (True, 1)


def test_a_case_only_sent_back_is_not_a_repaired_one() -> None:
    log = CaseLog(lambda _version, _element: "")
    list(log.events(history(("task.sent_back", "x", {"task_id": "t", "to": "y"}))))
    assert (log.repaired, log.sent_back) == (False, 1)


def test_a_task_opened_again_goes_on() -> None:
    one = {"task_id": "t1"}
    undone = ("instance.migrated", None, {"version": 1, "undone": True, "reopened": ["t1", "strange"]})
    assert logged(
        ("task.created", "check", one), ("task.completed", "check", one), undone, ("task.completed", "check", one)
    ) == [
        (1, "check", "schedule"),
        (2, "check", "complete"),
        (3, "check", "resume"),
        (4, "check", "complete"),
    ]


def test_erased_data_is_left_out_and_stops_nothing() -> None:
    assert logged(("task.created", "check", {}), ("task.completed", "check", {}), ("instance.advanced", None, {})) == []


def test_types_without_a_writer_and_those_of_the_case_alone_move_nothing() -> None:
    silent = {kind for kind in EventType if kind.value.startswith(("case.", "clock.", "mail.", "round.", "incident."))}
    assert logged(*((kind.value, "check", {"task_id": "t", "job_id": "j"}) for kind in silent)) == []
