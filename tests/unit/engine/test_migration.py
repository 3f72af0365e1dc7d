"""Moving a running instance to another version: what is taken over, what is kept, what is refused."""

from dataclasses import replace
from itertools import pairwise

import pytest

from server.engine import MigrationRefused, ProcessDefinition, ProcessFault
from tests.bpmn_builder import (
    boundary,
    catch,
    condition,
    decision_table,
    document,
    end,
    event_gateway,
    exclusive,
    message,
    message_definition,
    multi_instance,
    parallel,
    process,
    rule,
    service,
    start,
    sub_process,
    timer,
    user,
)
from tests.unit.engine.helpers import START, Driver, define


def version(*parts: str, flows: str) -> ProcessDefinition:
    """One process; flows are separated by commas."""
    links = [each.strip() for each in flows.split(",")]
    return define(document(message("msg", "hello"), process("p", start(), *parts, end(), flows=links)))


def users(names: str, flows: str, *more: str) -> ProcessDefinition:
    return version(*(user(name) for name in names), *more, flows=flows)


ABC = users("abc", "start > a, a > b, b > c, c > end")


def move(driver: Driver, definition: ProcessDefinition) -> None:
    driver.do("migrate", definition)
    driver.definition = definition


def refusal(driver: Driver, definition: ProcessDefinition) -> tuple[str, tuple[str, ...]]:
    before = driver.blob
    with pytest.raises(MigrationRefused) as caught:
        driver.do("migrate", definition)
    assert driver.instance.dump() == before
    assert "{" not in str(caught.value)
    return caught.value.code, caught.value.elements


def at_b(definition: ProcessDefinition = ABC) -> Driver:
    driver = Driver(definition)
    driver.finish("a")
    return driver


def rest(driver: Driver) -> list[str]:
    """The elements still worked on, one after the other."""
    seen = []
    while not driver.completed:
        seen.append(driver.open()[0])
        driver.finish(seen[-1])
    return seen


@pytest.mark.parametrize(
    ("names", "flows", "expected"),
    [
        ("abcd", "start > a, a > b, b > c, c > d, d > end", ["b", "c", "d"]),
        ("abxc", "start > a, a > b, b > x, x > c, c > end", ["b", "x", "c"]),
        ("axbc", "start > a, a > x, x > b, b > c, c > end", ["b", "c"]),
        ("ab", "start > a, a > b, b > end", ["b"]),
        ("bc", "start > b, b > c, c > end", ["b", "c"]),
    ],
)
def test_changes_behind_the_open_task_are_taken_over(names: str, flows: str, expected: list[str]) -> None:
    driver = at_b()
    task = driver.wait("b").task_id
    move(driver, users(names, flows))
    assert driver.wait("b").task_id == task
    assert rest(driver) == expected


def test_names_forms_and_groups_are_those_of_the_new_version() -> None:
    driver = at_b()
    new = version(user("a"), user("b", {"form": "new"}, name="B"), user("c"), flows="start > a, a > b, b > c, c > end")
    before = driver.wait("b")
    move(driver, new)
    assert driver.wait("b") == replace(before, name="B", properties={"form": "new"})


def test_a_renamed_task_is_found_by_its_place() -> None:
    driver = at_b()
    task = driver.wait("b").task_id
    move(driver, version(user("a"), user("b2"), user("c"), flows="start > a, a > b2, b2 > c, c > end"))
    assert driver.wait("b2").task_id == task
    assert rest(driver) == ["b2", "c"]


def test_a_renamed_task_with_a_name_may_have_one_new_neighbour() -> None:
    old = version(user("b", name="Check"), user("c"), flows="start > b, b > c, c > end")
    driver = Driver(old)
    move(driver, version(user("b2", name="Check"), user("x"), user("c"), flows="start > b2, b2 > x, x > c, c > end"))
    assert rest(driver) == ["b2", "x", "c"]
    other = version(user("b2", name="Decide"), user("c"), flows="start > b2, b2 > c, c > end")
    assert refusal(Driver(old), other) == ("migration.element_removed", ("b",))


def test_a_renamed_sub_process_keeps_what_is_open_inside() -> None:
    def named(name: str) -> ProcessDefinition:
        inner = sub_process(name, start("s1"), user("u"), user("v"), end("e1"), flows=["s1 > u", "u > v", "v > e1"])
        guard = boundary("t", name, timer("duration", "PT1H"))
        return version(inner, guard, user("z"), flows=f"start > {name}, {name} > z, z > end, t > end")

    driver = Driver(named("old"))
    before = [wait.task_id for wait in driver.waits()]
    driver.pass_time(minutes=30)
    move(driver, named("new"))
    assert [wait.task_id for wait in driver.waits()] == before
    assert driver.wait("t").due_at == START.replace(hour=9)
    for name in ("u", "v", "z"):
        driver.finish(name)
    assert driver.completed


def test_a_user_task_becomes_a_job_and_back() -> None:
    driver = at_b()
    task = driver.wait("b").task_id
    served = version(user("a"), service("b", "t@1"), user("c"), flows="start > a, a > b, b > c, c > end")
    move(driver, served)
    job = driver.wait("b")
    assert (job.kind, job.topic, job.task_id != task) == ("job", "t@1", True)
    move(driver, ABC)
    assert (driver.wait("b").kind, driver.wait("b").task_id != job.task_id) == ("user_task", True)
    move(driver, served)
    assert rest(driver) == ["b", "c"]


def test_a_job_that_cannot_be_made_refuses_and_leaves_the_case_alone() -> None:
    driver = at_b()
    broken = version(
        user("a"), service("b", "t@1", {"x": "nobody"}), user("c"), flows="start > a, a > b, b > c, c > end"
    )
    assert refusal(driver, broken)[0] == "migration.does_not_run"
    assert (driver.case, driver.open()) == ({}, ["b"])


def test_other_kinds_of_open_elements_are_refused() -> None:
    inner = sub_process("b", start("s1"), user("u"), end("e1"), flows=["s1 > u", "u > e1"])
    flows = "start > a, a > b, b > c, c > end"
    assert refusal(at_b(), version(user("a"), inner, user("c"), flows=flows)) == ("migration.kind_changed", ("b",))
    waiting = version(user("a"), catch("b", timer("duration", "PT1H")), user("c"), flows=flows)
    told = version(user("a"), catch("b", message_definition("msg")), user("c"), flows=flows)
    assert refusal(at_b(waiting), told) == ("migration.kind_changed", ("b",))


def test_a_finished_instance_and_another_process_are_refused() -> None:
    driver = at_b()
    other = define(document(process("q", start(), user("b"), end(), flows=["start > b", "b > end"])), process_id="q")
    assert refusal(driver, other)[0] == "migration.other_process"
    rest(driver)
    assert refusal(driver, ABC)[0] == "migration.completed"


def test_message_waits_keep_their_correlation_and_conditions_are_those_of_the_new_version() -> None:
    def waiting(limit: int) -> ProcessDefinition:
        told = catch("m", message_definition("msg", "answer", correlation={"number": "number"}))
        parts = [parallel("f"), parallel("j"), told, catch("k", condition(f"n > {limit}"))]
        return version(*parts, user("z"), flows="start > f, f > m, f > k, m > j, k > j, j > z, z > end")

    driver = Driver(waiting(5), {"number": 7, "n": 3}, known="answer")
    driver.case["number"] = 8
    before = driver.wait("m")
    move(driver, waiting(2))
    assert driver.waits() == [before]
    driver.do("deliver_message", before.task_id, {"text": "yes"})
    assert (driver.open(), driver.case["answer"]) == (["z"], {"text": "yes"})


def test_an_event_gateway_keeps_the_waits_of_its_branches() -> None:
    def waiting(*more: str) -> ProcessDefinition:
        parts = [event_gateway("g"), catch("t", timer("duration", "PT1H")), catch("m", message_definition("msg"))]
        flows = "start > g, g > t, g > m, t > x, m > y, x > end, y > end"
        return version(*parts, user("x"), user("y"), *more, flows=flows + (", g > t2, t2 > x" if more else ""))

    driver = Driver(waiting())
    before = driver.waits()
    driver.pass_time(minutes=30)
    renamed = define(
        document(
            message("msg", "hello"),
            process(
                "p", start(), event_gateway("g"), catch("t", timer("duration", "PT9H")), user("x2"), user("y"),
                catch("m2", message_definition("msg")), end(),
                flows=["start > g", "g > t", "g > m2", "t > x2", "m2 > y", "x2 > end", "y > end"],
            ),
        )
    )  # fmt: skip
    move(driver, renamed)
    assert [(wait.task_id, wait.due_at) for wait in driver.waits()] == [(wait.task_id, wait.due_at) for wait in before]
    assert refusal(driver, waiting(catch("t2", timer("duration", "PT2H")))) == ("migration.kind_changed", ("g",))
    assert driver.pass_time(minutes=30) == ["t"]
    assert driver.open() == ["x2"]


def forked(*branches: str, join: str = "") -> ProcessDefinition:
    """Branches between a fork and a join; a branch is its tasks as letters."""
    flows = [f"{a} > {b}" for branch in branches for a, b in zip(["f", *branch], [*branch, "j"], strict=True)]
    parts = [user(name) for branch in branches for name in branch]
    gateways = [parallel("f"), exclusive("j") if join else parallel("j")]
    return version(*gateways, *parts, user("z"), flows=", ".join(["start > f", *flows, "j > z", "z > end"]))


def test_a_task_that_is_new_in_a_finished_branch_counts_as_passed() -> None:
    driver = Driver(forked("a", "b"))
    driver.finish("a")
    move(driver, forked("ax", "by"))
    assert rest(driver) == ["b", "y", "z"]


def test_a_branch_never_started_would_starve_the_join() -> None:
    driver = Driver(forked("a", "b"))
    assert refusal(driver, forked("a", "b", "c")) == ("migration.join_starves", ("j",))
    driver.finish("a")
    assert refusal(driver, forked("a", "b", "c")) == ("migration.join_starves", ("j",))
    assert refusal(driver, forked("cd", "b")) == ("migration.join_changed", ("j",))
    assert refusal(driver, forked("a", "b", join="exclusive")) == ("migration.kind_changed", ("j",))
    driver.finish("b")
    move(driver, forked("a", "b", "c"))
    assert driver.open() == ["z"]


def test_branches_on_their_way_to_a_join_keep_it() -> None:
    assert refusal(Driver(forked("a", "b")), forked("a", "b", join="exclusive")) == ("migration.join_changed", ("j",))


def test_back_into_a_fork_that_has_got_a_branch_is_refused_and_before_it_runs_all() -> None:
    def before_fork(*branches: str) -> ProcessDefinition:
        flows = [f"{a} > {b}" for branch in branches for a, b in (("f", branch), (branch, "j"))]
        parts = [user("s"), parallel("f"), parallel("j"), *(user(name) for name in branches), user("z")]
        return version(*parts, flows=", ".join(["start > s", "s > f", *flows, "j > z", "z > end"]))

    driver = Driver(before_fork("a", "b"))
    for name in "sab":
        driver.finish(name)
    move(driver, before_fork("a", "b", "c"))
    blob = driver.blob
    with pytest.raises(ProcessFault, match="branch never started"):
        driver.do("send_back", driver.wait("z").task_id, "a")
    driver.blob = blob
    driver.do("send_back", driver.wait("z").task_id, "s")
    assert rest(driver) == ["s", "a", "b", "c", "z"]


def test_back_to_a_finished_task_that_has_got_or_lost_a_boundary_event() -> None:
    guard = boundary("t", "a", timer("duration", "PT1H"))
    guarded = users("abc", "start > a, a > b, b > c, c > end, t > end", guard)
    driver = at_b()
    move(driver, guarded)
    driver.do("send_back", driver.wait("b").task_id, "a")
    assert driver.open() == ["a", "t"]
    driver.finish("a")
    assert driver.open() == ["b"]
    move(driver, ABC)
    driver.do("send_back", driver.wait("b").task_id, "a")
    assert rest(driver) == ["a", "b", "c"]


def test_work_begun_by_a_boundary_event_that_is_gone_goes_on() -> None:
    def guarded(*more: str, flows: str = "") -> ProcessDefinition:
        parts = [user("a"), user("b"), user("x"), exclusive("m"), end("e2"), *more]
        return version(*parts, flows="start > m, m > a if 1, m > x default, a > b, b > end, x > e2" + flows)

    driver = Driver(guarded(boundary("t", "a", timer("cycle", "R/PT1H"), interrupting=False), flows=", t > x"))
    driver.pass_time(hours=1)
    driver.finish("a")
    assert driver.open() == ["b", "x"]
    move(driver, guarded())
    driver.do("send_back", driver.wait("b").task_id, "a")
    assert driver.open() == ["a", "x"]
    for name in ("x", "a", "b"):
        driver.finish(name)
    assert driver.completed


def test_a_finished_gateway_that_becomes_a_join_is_no_arrival() -> None:
    flows = "start > s, s > g, g > a, a > h, h > b, b > end"
    old = users("sab", flows, exclusive("g"), exclusive("h"))
    driver = Driver(old)
    driver.finish("s")
    driver.finish("a")
    new = users("sabc", "start > s, s > g, g > a, g > c, a > h, c > h, h > b, b > end", parallel("g"), parallel("h"))
    move(driver, new)
    assert driver.open() == ["b"]
    driver.do("send_back", driver.wait("b").task_id, "s")
    assert rest(driver) == ["s", "a", "c", "b"]


def test_a_loop_over_a_sub_process_keeps_its_rows_and_takes_changes_inside() -> None:
    def looped(*names: str) -> ProcessDefinition:
        chain = ["s1", *names, "e1"]
        links = [f"{a} > {b}" for a, b in pairwise(chain)]
        inner = sub_process("sub", start("s1"), *(user(name) for name in names), end("e1"), flows=links,
                            loop=multi_instance("rows", "row", sequential=True))  # fmt: skip
        return version(inner, user("z"), flows="start > sub, sub > z, z > end")

    driver = Driver(looped("a"), {"rows": [{"id": "1"}, {"id": "2"}]})
    driver.finish("a")
    task = driver.wait("a").task_id
    move(driver, looped("a", "b"))
    assert (driver.wait("a").task_id, driver.wait("a").items) == (task, {"row": {"id": "2"}})
    assert rest(driver) == ["a", "b", "z"]


def test_what_runs_at_once_in_the_new_version_writes_the_case_once() -> None:
    def waiting(limit: int) -> ProcessDefinition:
        table = decision_table("d", ["n"], ["n"], [(["-"], ["n + 1"])])
        parts = [catch("k", condition(f"n > {limit}")), rule("r", "d"), user("z"), end()]
        return define(document(process("p", start(), *parts, flows=["start > k", "k > r", "r > z", "z > end"])), table)

    driver = Driver(waiting(5), {"n": 3})
    move(driver, waiting(2))
    assert (driver.open(), driver.case) == (["z"], {"n": 4})
