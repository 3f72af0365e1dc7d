"""Field guide, sections 1.5 and 7.2: timers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from server.engine import ProcessFault
from server.engine.iso_time import parse_duration, parse_moment
from tests.bpmn_builder import boundary, catch, document, end, process, start, timer, user
from tests.unit.engine.helpers import START, Driver, define
from tests.unit.engine.traps import stock


def waiting(kind: str, text: str) -> bytes:
    flows = ["start > t", "t > a", "a > end"]
    return document(process("p", start(), catch("t", timer(kind, text)), user("a"), end(), flows=flows))


def due(kind: str, text: str, case: dict | None = None, **more: object) -> datetime | None:
    return Driver(define(waiting(kind, text)), case, **more).wait("t").due_at


@pytest.mark.parametrize(
    ("kind", "text"), [("duration", "PT1H"), ("date", "2030-01-01T09:00:00Z"), ("cycle", "R3/PT1H")]
)
def test_literals_without_quotes_fail(kind: str, text: str) -> None:
    with pytest.raises(Exception, match=r"."):
        stock.begin(waiting(kind, text))
    assert due(kind, text) == due(kind, f'"{text}"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H", START + timedelta(hours=1)), ("P1DT12H", START + timedelta(hours=36)),
        ("P1M", START.replace(month=2)), ("P1W", START + timedelta(weeks=1)), ("PT1.5H", START + timedelta(hours=1.5)),
        ("P1W2D", START + timedelta(days=9)), ("P1Y", START.replace(year=2027)),
    ],
)  # fmt: skip
def test_durations(text: str, expected: datetime) -> None:
    assert due("duration", f'"{text}"') == expected


def test_a_month_after_the_last_day_of_january() -> None:
    start_of = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert parse_duration("P1M").after(start_of) == datetime(2026, 2, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["1h", "P", "PT", "P1H", "", "P-1D", "P99999999Y", "PT99999999999999999H", "P1D2H"])
def test_texts_that_are_no_duration_are_typed_faults(text: str) -> None:
    with pytest.raises(ProcessFault) as caught:
        due("duration", f'"{text}"')
    assert caught.value.element_id == "t"


def test_a_naive_date_takes_the_offset_of_the_day_the_server_started() -> None:
    """Stock freezes one offset at import: a date of the other half of the year is an hour wrong."""
    from SpiffWorkflow.bpmn.specs.event_definitions import timer as library

    summer = library.TimerEventDefinition.get_datetime("2026-07-15T09:00").utcoffset()
    assert summer == timedelta(0)
    assert isinstance(library.LOCALTZ, timezone)  # fixed for good, summer and winter alike
    with pytest.raises(ProcessFault, match="no offset"):
        due("date", '"2026-07-15T09:00"')


def test_a_naive_date_is_taken_in_the_zone_handed_in() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Berlin")
    assert due("date", '"2026-07-15T09:00"', timezone=zone) == datetime(2026, 7, 15, 7, tzinfo=UTC)
    assert due("date", '"2026-01-15T09:00"', timezone=zone) == datetime(2026, 1, 15, 8, tzinfo=UTC)
    assert parse_moment("2026-07-15", zone) == datetime(2026, 7, 14, 22, tzinfo=UTC)


def test_the_clock_is_the_machines() -> None:
    workflow = stock.begin(waiting("date", '"2026-01-05T09:00:00Z"'))
    assert stock.ready(workflow) in (["a"], [])  # whatever the machine's clock says; it cannot be handed in
    driver = Driver(define(waiting("date", '"2026-01-05T09:00:00Z"')))
    assert driver.pass_time(minutes=59) == []
    assert driver.pass_time(minutes=1) == ["t"]
    assert driver.open() == ["a"]


def test_a_fired_timer_is_ready_but_not_run() -> None:
    """do_engine_steps() of the library ends with refresh_timers(), which leaves the event READY."""
    workflow = stock.begin(waiting("duration", '"PT0.01S"'))
    task = workflow.get_next_task(state=stock.WAITING)
    task.internal_data["event_value"] = "2020-01-01T00:00:00+00:00"
    workflow.do_engine_steps()
    assert (task.state, stock.ready(workflow)) == (stock.READY, [])
    driver = Driver(define(waiting("duration", '"PT0.01S"')))
    driver.pass_time(seconds=1)
    assert driver.open() == ["a"]


def test_missed_cycles_are_all_caught_up() -> None:
    """Stock runs the flow once for each period missed: a reminder sends sixty mails after a weekend."""
    parts = [user("a"), boundary("t", "a", timer("cycle", '"R/PT1H"'), interrupting=False), user("x"), end("e2")]
    xml = document(process("p", start(), *parts, end(), flows=["start > a", "a > end", "t > x", "x > e2"]))
    workflow = stock.begin(xml)
    task = workflow.get_next_task(state=stock.WAITING)
    past = datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    task.internal_data["event_value"]["next"] = past
    for _ in range(5):
        workflow.do_engine_steps()
    assert len(stock.ready(workflow)) >= 5
    driver = Driver(define(xml))
    assert driver.pass_time(hours=60, minutes=30) == ["t"]
    assert driver.open() == ["a", "t", "x"]
    assert driver.wait("t").due_at == START + timedelta(hours=61)
    assert driver.pass_time(minutes=29) == []
    assert driver.pass_time(minutes=1) == ["t"]


def test_a_cycle_with_an_end_stops() -> None:
    parts = [user("a"), boundary("t", "a", timer("cycle", "R3/PT1H"), interrupting=False), user("x"), end("e2")]
    driver = Driver(
        define(document(process("p", start(), *parts, end(), flows=["start > a", "a > end", "t > x", "x > e2"])))
    )
    fired = [driver.pass_time(hours=1) for _ in range(5)]
    assert fired == [["t"], ["t"], ["t"], [], []]
    assert driver.open() == ["a", "x", "x", "x"]
    driver.finish("a")
    for _ in range(3):
        driver.finish("x")
    assert driver.completed


def test_an_interrupting_cycle_never_interrupts() -> None:
    parts = [user("a"), boundary("t", "a", timer("cycle", '"R3/PT1H"')), user("x"), end("e2")]
    xml = document(process("p", start(), *parts, end(), flows=["start > a", "a > end", "t > x", "x > e2"]))
    workflow = stock.begin(xml)
    workflow.get_next_task(state=stock.WAITING).internal_data["event_value"]["next"] = datetime(
        2020, 1, 1, tzinfo=UTC
    ).isoformat()
    workflow.do_engine_steps()
    assert "a" in stock.ready(workflow)
    driver = Driver(define(xml))
    driver.pass_time(hours=1)
    assert driver.open() == ["x"]


def test_a_due_timer_fires_only_when_timers_are_fired() -> None:
    """Stock looks at the clock after every task: a user's answer may be overtaken by a timer in the same call."""
    parts = [user("a"), boundary("t", "a", timer("duration", "PT1H")), user("x"), end("e2")]
    driver = Driver(
        define(document(process("p", start(), *parts, end(), flows=["start > a", "a > end", "t > x", "x > e2"])))
    )
    driver.clock.advance(timedelta(hours=2))
    driver.finish("a")
    assert driver.completed


def test_functions_handed_in_give_dates() -> None:
    functions = {"working_hours": lambda hours: (START + timedelta(hours=hours + 16)).isoformat()}
    assert due("date", "working_hours(8)", functions=functions) == START + timedelta(hours=24)
    with pytest.raises(ProcessFault, match="not an ISO 8601 duration"):
        due("duration", "working_hours(8)", functions=functions)


def test_a_timer_on_an_unfilled_field_waits_for_the_field() -> None:
    xml = waiting("date", "plan.due")
    with pytest.raises(Exception, match="due"):
        stock.begin(xml, data={"plan": {}})
    driver = Driver(define(xml), known="plan")
    assert driver.wait("t").due_at is None
    driver.case["plan"] = {"due": "2026-01-06T08:00:00Z"}
    driver.do("reevaluate")
    assert driver.wait("t").due_at == START + timedelta(days=1)
    assert driver.pass_time(days=1) == ["t"]


@pytest.mark.parametrize("text", ["5", "[1]", "plan"])
def test_a_timer_needs_a_text(text: str) -> None:
    with pytest.raises(ProcessFault, match="needs a text"):
        due("date", text, {"plan": {"a": 1}})


@pytest.mark.parametrize("text", ["R/PT0.1S", "R/P", "R3", "R/2026-01-01T00:00:00/PT1H", "X"])
def test_bad_cycles(text: str) -> None:
    with pytest.raises(ProcessFault):
        due("cycle", f'"{text}"')


def test_a_cycle_from_a_given_moment() -> None:
    assert due("cycle", "R5/2026-01-05T12:00:00Z/PT1H") == datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_a_boundary_timer_that_fails_leaves_a_half_built_instance() -> None:
    parts = [user("a"), boundary("t", "a", timer("duration", "nonsense")), end("e2")]
    xml = document(process("p", start(), *parts, end(), flows=["start > a", "a > end", "t > e2"]))
    with pytest.raises(Exception, match="nonsense"):
        stock.begin(xml)
    with pytest.raises(ProcessFault, match="nonsense") as caught:
        Driver(define(xml))
    assert caught.value.element_id == "t"
