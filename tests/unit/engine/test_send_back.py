"""Sending back: reset to the latest occurrence, parallel work after it cancelled, case values stay."""

from datetime import timedelta

import pytest

from server.engine import ProcessFault, TaskNotOpen
from tests.bpmn_builder import (
    boundary,
    call,
    document,
    end,
    exclusive,
    multi_instance,
    parallel,
    process,
    service,
    start,
    sub_process,
    timer,
    user,
)
from tests.unit.engine.helpers import START, Driver, define


def test_back_along_a_line_with_a_new_task_id_and_a_new_timer() -> None:
    parts = [
        user("plan"),
        boundary("t", "plan", timer("duration", "PT8H")),
        user("late"),
        service("w"),
        user("approve"),
        end("e2"),
    ]
    flows = ["start > plan", "plan > w", "w > approve", "approve > end", "t > late", "late > e2"]
    driver = Driver(define(document(process("p", start(), *parts, end(), flows=flows))), {"kept": 1})
    first = driver.wait("plan").task_id
    driver.finish("plan")
    driver.finish("w")
    driver.clock.advance(timedelta(hours=5))
    assert driver.do("send_back", driver.wait("approve").task_id, "plan") == []
    assert driver.open() == ["plan", "t"]
    assert driver.wait("plan").task_id != first
    assert driver.wait("t").due_at == START + timedelta(hours=13)
    assert driver.wait("t").attached_to == driver.wait("plan").task_id
    for element in ("plan", "w", "approve"):
        driver.finish(element)
    assert (driver.completed, driver.case) == (True, {"kept": 1})


def split() -> Driver:
    flows = ["start > a", "a > f", "f > b", "f > c", "b > j", "c > d", "d > j", "j > z", "z > y", "y > end"]
    names = [user(name) for name in "abcdzy"]
    return Driver(define(document(process("p", start(), *names, parallel("f"), parallel("j"), end(), flows=flows))))


def test_back_before_a_split_cancels_the_other_branch() -> None:
    driver = split()
    for element in "ac":
        driver.finish(element)
    cancelled = driver.do("send_back", driver.wait("d").task_id, "a")
    assert [wait.element_id for wait in cancelled] == ["b"]
    assert driver.open() == ["a"]
    for element in "abcdzy":
        driver.finish(element)
    assert driver.completed


def test_back_within_a_branch_leaves_the_other_one() -> None:
    driver = split()
    for element in "ac":
        driver.finish(element)
    assert driver.do("send_back", driver.wait("d").task_id, "c") == []
    assert driver.open() == ["b", "c"]


@pytest.mark.parametrize("order", ["bcd", "cdb", "cbd"])
@pytest.mark.parametrize(("target", "again"), [("b", "b"), ("c", "cd"), ("d", "d"), ("a", "abcd")])
@pytest.mark.parametrize("source", ["z", "y"])
def test_back_into_a_branch_from_behind_the_join(order: str, target: str, again: str, source: str) -> None:
    driver = split()
    for element in "a" + order + ("z" if source == "y" else ""):
        driver.finish(element)
    assert driver.do("send_back", driver.wait(source).task_id, target) == []
    assert driver.open() == [target]
    for element in again:
        assert "z" not in driver.open()
        driver.finish(element)
    assert driver.open() == ["z"]
    for element in "zy":
        driver.finish(element)
    assert driver.completed


def test_back_twice_into_both_branches() -> None:
    driver = split()
    for element in "abcd":
        driver.finish(element)
    for target in "bcbd":
        driver.do("send_back", driver.wait("z").task_id, target)
        for element in {"b": "b", "c": "cd", "d": "d"}[target]:
            driver.finish(element)
    for element in "zy":
        driver.finish(element)
    assert driver.completed


def test_no_way_to_another_branch_nor_forward_nor_from_what_is_not_open() -> None:
    driver = split()
    for element in "ac":
        driver.finish(element)
    for target in ("b", "z", "nothing", "d"):
        with pytest.raises(ProcessFault):
            driver.do("send_back", driver.wait("d").task_id, target)
    driver.finish("b")
    with pytest.raises(ProcessFault):
        driver.do("send_back", driver.wait("d").task_id, "b")
    with pytest.raises(TaskNotOpen):
        driver.do("send_back", "nonsense", "a")


def nested() -> Driver:
    inner = sub_process("sub", start("s1"), user("b"), user("c"), end("e1"), flows=["s1 > b", "b > c", "c > e1"])
    called = process("q", start("qs"), user("k"), user("l"), end("qe"), flows=["qs > k", "k > l", "l > qe"])
    parts = [
        user("a"),
        inner,
        boundary("t", "sub", timer("duration", "P1D")),
        user("x"),
        call("q1", "q"),
        user("z"),
        end("e2"),
    ]
    flows = ["start > a", "a > sub", "sub > q1", "q1 > z", "z > end", "t > x", "x > e2"]
    return Driver(define(document(process("p", start(), *parts, end(), flows=flows), called)))


@pytest.mark.parametrize(
    ("done", "source", "target", "again"),
    [
        ("ab", "c", "b", "bc"), ("ab", "c", "a", "abc"), ("abckl", "z", "c", "ckl"), ("abckl", "z", "k", "kl"),
        ("abck", "l", "b", "bckl"), ("abckl", "z", "sub", "bckl"), ("abc", "k", "a", "abckl"), ("abckl", "z", "q1", "kl"),
    ],
)  # fmt: skip
def test_back_into_and_out_of_sub_processes_and_calls(done: str, source: str, target: str, again: str) -> None:
    driver = nested()
    for element in done:
        driver.finish(element)
    driver.do("send_back", driver.wait(source).task_id, target)
    assert [w.element_id for w in driver.waits("user_task")] == [again[0]]
    if again[0] in "bc":
        assert driver.wait("t").attached_to is not None
    rest = again + "kl" if "k" not in again else again
    for element in rest:
        driver.finish(element)
    assert driver.open() == ["z"]
    driver.finish("z")
    assert driver.completed


def test_back_to_a_loop_starts_all_its_instances_again() -> None:
    parts = [user("a", loop=multi_instance("rows", "row")), user("z")]
    rows = [{"id": "1"}, {"id": "2"}]
    driver = Driver(
        define(document(process("p", start(), *parts, end(), flows=["start > a", "a > z", "z > end"]))), {"rows": rows}
    )
    driver.finish("a")
    driver.finish("a")
    rows.append({"id": "3"})
    driver.do("send_back", driver.wait("z").task_id, "a")
    assert [wait.items["row"]["id"] for wait in driver.waits()] == ["1", "2", "3"]
    for _ in range(3):
        driver.finish("a")
    driver.finish("z")
    assert driver.completed


@pytest.mark.parametrize("sequential", [False, True])
def test_back_within_an_instance_of_a_loop(sequential: bool) -> None:
    loop = multi_instance("rows", "row", sequential=sequential)
    inner = sub_process(
        "sub", start("s1"), user("b"), user("c"), end("e1"), flows=["s1 > b", "b > c", "c > e1"], loop=loop
    )
    driver = Driver(
        define(document(process("p", start(), inner, end(), flows=["start > sub", "sub > end"]))),
        {"rows": [{"id": "1"}, {"id": "2"}]},
    )
    driver.finish("b")
    driver.do("send_back", driver.wait("c").task_id, "b")
    for element in "bcbc" if sequential else "bbcc":
        driver.finish(element)
    assert driver.completed


def test_work_spawned_by_a_boundary_event_goes_with_its_activity() -> None:
    parts = [
        user("a"),
        boundary("t", "a", timer("duration", "PT1H"), interrupting=False),
        user("x"),
        user("z"),
        end("e2"),
    ]
    driver = Driver(
        define(
            document(process("p", start(), *parts, end(), flows=["start > a", "a > z", "z > end", "t > x", "x > e2"]))
        )
    )
    driver.pass_time(hours=1)
    driver.finish("a")
    assert driver.open() == ["x", "z"]
    cancelled = driver.do("send_back", driver.wait("z").task_id, "a")
    assert [wait.element_id for wait in cancelled] == ["x"]
    assert driver.open() == ["a", "t"]


def test_back_over_a_loop_of_the_flow_takes_the_latest_round() -> None:
    flows = ["start > a", "a > b", "b > g", "g > end if stop", "g > a default"]
    driver = Driver(
        define(document(process("p", start(), user("a"), user("b"), exclusive("g"), end(), flows=flows))),
        {"stop": False},
    )
    for element in "abababa":
        driver.finish(element)
    driver.do("send_back", driver.wait("b").task_id, "a")
    driver.finish("a")
    driver.case["stop"] = True
    driver.finish("b")
    assert driver.completed


def rows_then(*parts: str, flows: list[str]) -> Driver:
    loop = multi_instance("rows", "row")
    inner = sub_process(
        "sub", start("s1"), user("b"), user("c"), end("e1"), flows=["s1 > b", "b > c", "c > e1"], loop=loop
    )
    xml = document(process("p", start(), inner, *parts, end(), flows=["start > sub", *flows]))
    return Driver(define(xml), {"rows": [{"id": "1"}, {"id": "2"}], "stop": False})


def test_back_into_an_instance_of_a_finished_loop_leaves_the_other_instances_done() -> None:
    driver = rows_then(user("z"), flows=["sub > z", "z > end"])
    for element in "bbcc":
        driver.finish(element)
    driver.do("send_back", driver.wait("z").task_id, "c")
    assert driver.open() == ["c"]
    driver.finish("c")
    driver.finish("z")
    assert driver.completed


def test_back_into_an_earlier_round_of_a_loop_over_rows() -> None:
    driver = rows_then(exclusive("g"), flows=["sub > g", "g > end if stop", "g > sub default"])
    for element in "bbcc":
        driver.finish(element)
    driver.do("send_back", driver.wait("b").task_id, "c")
    assert driver.open() == ["c"]
    driver.case["stop"] = True
    driver.finish("c")
    assert driver.completed


def test_no_way_to_the_instance_of_another_row() -> None:
    driver = rows_then(flows=["sub > end"])
    driver.finish("b")
    other = driver.wait("b").task_id
    driver.finish("c")
    with pytest.raises(ProcessFault):
        driver.do("send_back", other, "c")
