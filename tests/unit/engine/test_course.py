"""What an instance must come to: every run over every choice goes there, and none goes where nothing leads."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import Course, Outlook, counterparts
from tests.bpmn_builder import (
    boundary,
    call,
    catch,
    document,
    end,
    error,
    error_definition,
    event_gateway,
    exclusive,
    message,
    message_definition,
    parallel,
    process,
    start,
    timer,
    user,
)
from tests.unit.engine.helpers import Driver, define

INNER = process("inner", start("s"), user("x"), exclusive("g"), user("y"), end("e"), end("bad", error_definition("err")),
                flows=["s > x", "x > g", "g > bad if size > 9", "g > y default", "y > e"])  # fmt: skip
DRAWN = document(
    error("err", "no_luck"),
    message("m", "gone"),
    process(
        "p",
        start(),
        parallel("split"),
        user("first"),
        boundary("late", "first", timer("duration", "'PT1H'")),
        exclusive("which"),
        call("calls", "inner"),
        boundary("failed", "calls", error_definition("err")),
        user("other"),
        user("sorry"),
        user("last"),
        exclusive("again"),
        end(),
        event_gateway("anytime"),
        catch("gone", message_definition("m")),
        user("farewell"),
        end("out"),
        flows=[
            "start > split", "split > first", "first > which", "which > calls if size > 3", "which > other default",
            "late > sorry", "failed > sorry", "calls > last", "other > last", "sorry > last", "last > again",
            "again > first if size > 5", "again > end default", "split > anytime", "anytime > gone", "gone > farewell",
            "farewell > out",
        ],
    ),
    INNER,
)  # fmt: skip


def seen(xml: bytes = DRAWN) -> Course:
    return Course(Outlook(define(xml), {"p.bpmn": xml}))


ANYTIME = ("p", "gone")


@pytest.mark.parametrize(
    ("at", "must", "need_not"),
    [
        (
            [("p", "first"), ("p", "late"), ANYTIME],
            {"last"},
            {"first", "calls", "x", "y", "other", "sorry", "farewell"},
        ),
        ([("inner", "x"), ("p", "calls"), ANYTIME], {"y", "last"}, {"x", "sorry", "first", "other", "farewell"}),
        ([("inner", "y"), ("p", "calls")], {"last"}, {"x", "y", "sorry"}),
        ([("p", "last")], set(), {"first", "last", "calls"}),
        ([("p", "farewell"), ("p", "first")], {"last"}, {"calls"}),
    ],
)
def test_what_must_come(at: list[tuple[str, str]], must: set[str], need_not: set[str]) -> None:
    course = seen()
    marking = frozenset(at)
    spots = {name: ("inner" if name in ("x", "y") else "p", name) for name in must | need_not}
    assert {name for name, spot in spots.items() if course.must(marking, spot)} == must


def test_what_every_new_one_comes_to() -> None:
    course = seen()
    assert {name for name in ("first", "last", "calls", "other", "farewell") if course.every(("p", name))} == {
        "first",
        "last",
    }


TASKS = st.integers(0, 10_000)


@st.composite
def drawings(draw: Any) -> tuple[bytes, list[str]]:
    """A process of tasks and choices with flows at random, which always ends; a choice is asked by its own field."""
    count = draw(st.integers(3, 7))
    names = [f"n{number}" for number in range(count)]
    kinds = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    flows, elements = ["start > n0"], [start(), end()]
    for number, name in enumerate(names):
        onwards = [*names[number + 1 :], "end"]
        target = draw(st.sampled_from(onwards))
        if kinds[number]:
            elements.append(user(name))
            flows.append(f"{name} > {target}")
        else:
            elements.append(exclusive(name))
            other = draw(st.sampled_from(onwards))
            flows += [f"{name} > {target} if way.{name} == 1", f"{name} > {other} default"]
    reached = {"n0"}
    for number in range(count):
        reached |= {flow.split()[2] for flow in flows if flow.split()[0] == f"n{number}" and f"n{number}" in reached}
    kept = [each for each in elements if not any(f'id="{name}"' in each for name in names if name not in reached)]
    used = [flow for flow in flows if flow.split()[0] in reached | {"start"}]
    tasks = [name for number, name in enumerate(names) if kinds[number] and name in reached]
    return document(process("p", *kept, flows=used)), tasks


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawings(), TASKS)
def test_what_must_come_comes_whatever_is_chosen(drawn: tuple[bytes, list[str]], seed: int) -> None:
    xml, tasks = drawn
    course = seen(xml)
    choices = [name for name in (f"n{number}" for number in range(7)) if name not in tasks]
    runs = [
        _run(xml, {name: bits >> place & 1 for place, name in enumerate(choices)}) for bits in range(2 ** len(choices))
    ]
    for task in tasks:
        passed = [task in run for run in runs]
        assert course.every(("p", task)) == all(passed)
    for stop in tasks:
        after = [run[run.index(stop) + 1 :] for run in runs if stop in run]
        marking = frozenset({("p", stop)})
        for task in tasks:
            if after:
                assert course.must(marking, ("p", task)) == all(task in rest for rest in after), (stop, task)


def _run(xml: bytes, way: dict[str, int]) -> list[str]:
    """The tasks in the order in which they are done."""
    driver = Driver(define(xml), {"way": way}, "way", reload=False)
    done = []
    while waits := driver.waits("user_task"):
        done.append(waits[0].element_id)
        driver.do("complete_user_task", waits[0].task_id)
    return done


def test_where_things_are_in_another_version() -> None:
    old, new = define(DRAWN), define(DRAWN.replace(b'"other"', b'"another"').replace(b'"y"', b'"z"'))
    found = counterparts(old, new)
    assert found["p", "first"] == ("p", "first")
    assert ("p", "nothing") not in found
