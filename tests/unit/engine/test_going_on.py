"""A case whose step is gone goes on where its owner says: the task is kept, and nothing else about the case changes."""

from typing import Any

import pytest

from server.engine import MigrationRefused, ProcessDefinition, missing
from tests.bpmn_builder import (
    boundary,
    end,
    exclusive,
    message_definition,
    multi_instance,
    parallel,
    service,
    timer,
    user,
)
from tests.unit.engine.helpers import START, Driver
from tests.unit.engine.test_migration import ABC, at_b, rest, users, version

GUARD = boundary("t", "b", timer("duration", "PT1H"))
GUARDED = users("abc", "start > a, a > b, b > c, c > end, t > end", GUARD)


def move(driver: Driver, definition: ProcessDefinition, **told: str) -> None:
    driver.do("migrate", definition, told)
    driver.definition = definition


def refusal(driver: Driver, definition: ProcessDefinition, **told: str) -> str:
    before = driver.blob
    with pytest.raises(MigrationRefused) as caught:
        driver.do("migrate", definition, told)
    assert driver.instance.dump() == before
    return caught.value.code


def test_a_step_of_another_name_elsewhere() -> None:
    driver = at_b()
    task = driver.wait("b").task_id
    new = users("axyc", "start > a, a > c, c > x, x > y, y > end")
    assert refusal(driver, new) == "migration.element_removed"
    assert missing(ABC, new) == frozenset({("p", "b")})
    assert missing(ABC, new, (("b", "y"),)) == frozenset()
    move(driver, new, b="y")
    assert driver.wait("y").task_id == task
    assert rest(driver) == ["y"]


def test_a_step_that_was_there_before() -> None:
    driver = at_b()
    task = driver.wait("b").task_id
    move(driver, users("ac", "start > a, a > c, c > end"), b="c")
    assert driver.wait("c").task_id == task
    assert rest(driver) == ["c"]


def test_whoever_had_done_the_step_has_not_done_the_other_by_that() -> None:
    driver = Driver(users("abcd", "start > a, a > b, b > c, c > d, d > end"))
    for name in "abc":
        driver.finish(name)
    move(driver, users("acd", "start > a, a > c, c > d, d > end"), b="d")
    driver.do("send_back", driver.wait("d").task_id, "c")
    assert rest(driver) == ["c", "d"]


def test_a_step_renamed_as_told_has_been_done_by_whoever_did_it() -> None:
    driver = at_b()
    move(driver, users("xcb", "start > x, x > c, c > b, b > end"), a="x")
    driver.do("send_back", driver.wait("b").task_id, "x")
    assert rest(driver) == ["x", "c", "b"]


@pytest.mark.parametrize("told", ["b", "c"])
def test_boundary_events_of_the_old_step_end(told: str) -> None:
    driver = at_b(GUARDED)
    task = driver.wait("b").task_id
    assert driver.open() == ["b", "t"]
    if told == "b":
        assert refusal(driver, ABC) == "migration.boundary_changed"
        move(driver, ABC, b="b")
    else:
        move(driver, users("ac", "start > a, a > c, c > end"), b="c")
    assert driver.open() == [told]
    assert driver.wait(told).task_id == task
    assert driver.pass_time(hours=2) == []
    assert rest(driver)[0] == told


def test_boundary_events_of_the_new_step_begin_when_the_case_comes_there() -> None:
    driver = at_b()
    task = driver.wait("b").task_id
    driver.pass_time(hours=4)
    assert refusal(driver, GUARDED) == "migration.boundary_changed"
    move(driver, GUARDED, b="b")
    assert driver.open() == ["b", "t"]
    assert driver.wait("b").task_id == task
    assert driver.wait("t").due_at == START.replace(hour=13)
    assert driver.wait("t").attached_to == task
    assert driver.pass_time(hours=1) == ["t"]
    assert driver.completed


def test_the_guarded_step_can_be_done_and_is_sent_back_to_with_its_events() -> None:
    driver = at_b()
    move(driver, GUARDED, b="b")
    driver.finish("b")
    assert driver.open() == ["c"]
    driver.do("send_back", driver.wait("c").task_id, "b")
    assert driver.open() == ["b", "t"]
    driver.finish("b")
    assert rest(driver) == ["c"]


def test_what_a_boundary_event_began_goes_on() -> None:
    def drawing(step: str, *more: str, flows: str = "") -> ProcessDefinition:
        parts = [user(step), user("x"), exclusive("m"), end("e2"), *more]
        return version(*parts, flows=f"start > m, m > {step} default, m > x if 0, {step} > end, x > e2" + flows)

    old = drawing("a", boundary("t", "a", timer("cycle", "R/PT1H"), interrupting=False), flows=", t > x")
    driver = Driver(old)
    driver.pass_time(hours=1)
    assert driver.open() == ["a", "t", "x"]
    move(driver, drawing("b"), a="b")
    assert driver.open() == ["b", "x"]
    driver.finish("b")
    driver.finish("x")
    assert driver.completed


def test_a_job_for_another_topic_begins_anew() -> None:
    def drawing(name: str, topic: str) -> ProcessDefinition:
        return version(service(name, topic), user("z"), flows=f"start > {name}, {name} > z, z > end")

    driver = Driver(drawing("a", "one"))
    job = driver.wait("a").task_id
    move(driver, drawing("b", "two"), a="b")
    assert (driver.wait("b").topic, driver.wait("b").task_id != job) == ("two", True)
    same = Driver(drawing("a", "one"))
    job = same.wait("a").task_id
    move(same, drawing("b", "one"), a="b")
    assert same.wait("b").task_id == job


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (boundary("q", "u", message_definition("msg")) + user("u"), "migration.kind_changed"),
        (user("u", loop=multi_instance("rows", item="row")), "migration.kind_changed"),
    ],
)
def test_only_to_a_step_of_the_same_kind(step: str, code: str) -> None:
    target = "q" if "boundary" in step else "u"
    flows = "start > u, u > end" + (", q > end" if target == "q" else "")
    driver = Driver(users("a", "start > a, a > end"), {"rows": [{"id": "1"}]}, known="rows")
    assert refusal(driver, version(step, flows=flows), a=target) == code


def test_two_branches_brought_to_one_step_do_not_starve_the_join() -> None:
    flows = "start > f, f > a, f > b, a > j, b > j, j > c, c > end"
    driver = Driver(users("abc", flows, parallel("f"), parallel("j")))
    three = users("bdc", "start > f, f > b, f > d, b > j, d > j, j > c, c > end", parallel("f"), parallel("j"))
    assert refusal(driver, three, a="b") == "migration.join_starves"
    move(driver, three, a="d")
    driver.finish("b")
    assert driver.open() == ["d"]
    driver.finish("d")
    assert rest(driver) == ["c"]


def test_what_is_told_of_other_steps_changes_nothing() -> None:
    one, other = at_b(), at_b()
    new = users("abxc", "start > a, a > b, b > x, x > c, c > end")
    move(one, new)
    told: dict[str, Any] = {"nothing": "x", "b": "c", "c": "nowhere"}
    move(other, new, **told)
    assert one.open() == other.open() == ["b"]
    assert rest(one) == rest(other)


def test_fields_are_moved_before_anything_is_asked() -> None:
    old = version(user("a"), exclusive("g"), user("b"), flows="start > a, a > g, g > b if size > 3, g > end default")
    new = version(user("a"), exclusive("g"), user("b"), flows="start > a, a > g, g > b if large, g > end default")
    case: dict[str, Any] = {"size": 5}
    driver = Driver(old, case, known="size large")

    def rewrite(data: dict[str, Any]) -> None:
        data["large"] = data.pop("size") > 3

    driver.do("migrate", new, {}, rewrite)
    driver.definition = new
    assert case == {"large": True}
    driver.finish("a")
    assert driver.open() == ["b"]
