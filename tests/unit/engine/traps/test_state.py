"""Field guide, section 5: saving, loading, growth."""

import sys
import time

import pytest

from server.engine import ProcessFault, ProcessInstance
from tests.bpmn_builder import (
    boundary,
    document,
    end,
    exclusive,
    message,
    message_definition,
    multi_instance,
    node,
    parallel,
    process,
    rule,
    service,
    start,
    sub_process,
    timer,
    user,
)
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock


def looped() -> bytes:
    return document(
        process(
            "p",
            start(),
            user("a", loop=multi_instance("rows", "row")),
            user("z"),
            end(),
            flows=["start > a", "a > z", "z > end"],
        )
    )


def test_a_loaded_loop_hangs_on_a_freshly_parsed_spec() -> None:
    codec = stock.StateOnly()
    blob = codec.dump(stock.begin(looped(), data={"rows": [1]}))
    workflow = codec.load(blob, *stock.parse(looped()))
    stock.finish(workflow, "a [child]")
    assert stock.ready(workflow) == []
    driver = Driver(define(looped()), {"rows": [{"id": "1"}]})
    driver.definition = define(looped())
    driver.finish("a")
    assert driver.open() == ["z"]


def test_a_key_typename_cannot_be_loaded() -> None:
    line = document(process("p", start(), user("a"), end(), flows=["start > a", "a > end"]))
    codec = stock.StateOnly()
    blob = codec.dump(stock.begin(line, data={"problem": {"typename": "x"}}))
    with pytest.raises(TypeError):
        codec.load(blob, *stock.parse(line))
    xml = document(
        process(
            "p",
            start(),
            service("w", parameters={"x": "problem"}, loop=multi_instance("rows", "row")),
            end(),
            flows=["start > w", "w > end"],
        )
    )
    case = {"problem": {"typename": "x"}, "rows": [{"id": "1", "typename": "UUID"}]}
    driver = Driver(define(xml), case)
    assert driver.wait("w").parameters == {"x": {"typename": "x"}}
    assert driver.wait("w").items["row"]["typename"] == "UUID"
    driver.finish("w", {"typename": "y"})
    assert driver.completed


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x02abc", b"\x01garbage", b"{}"])
def test_odd_bytes_are_a_typed_fault(blob: bytes) -> None:
    driver = Driver(define(looped()), {"rows": []})
    with pytest.raises(ProcessFault):
        ProcessInstance.load(driver.definition, blob, {}, driver.env)


def test_a_state_of_another_definition_is_a_typed_fault() -> None:
    driver = Driver(define(looped()), {"rows": [{"id": "1"}]})
    other = define(document(process("p", start(), user("q"), end(), flows=["start > q", "q > end"])))
    with pytest.raises(ProcessFault):
        ProcessInstance.load(other, driver.blob, {}, driver.env)


def test_the_case_is_not_in_the_state() -> None:
    driver = Driver(define(looped()), {"rows": [{"id": "1"}], "secret": "x" * 100_000})
    assert len(driver.blob) < 1500
    for task in driver.instance._workflow.tasks.values():
        assert "secret" not in task.data


def back_and_forth() -> bytes:
    parts = [user("a"), service("w", "t@1", result="n"), exclusive("g"), user("once"),
             boundary("t", "a", timer("cycle", '"R/PT1H"'), interrupting=False), node("intermediateThrowEvent", "note"), end("e2"),
             boundary("m", "w", message_definition("msg")), end("e3")]  # fmt: skip
    flows = [
        "start > once",
        "once > a",
        "a > w",
        "w > g",
        "g > end if stop",
        "g > a default",
        "t > note",
        "note > e2",
        "m > e3",
    ]
    return document(message("msg", "x"), process("p", start(), *parts, end(), flows=flows))


def test_seven_hundred_rounds_stall_at_depth_one_thousand() -> None:
    parts = [user("a"), exclusive("g")]
    flows = ["start > a", "a > g", "g > end if stop", "g > a default"]
    xml = document(process("p", start(), *parts, end(), flows=flows))
    workflow = stock.begin(xml, data={"stop": False})
    for _ in range(600):
        if not stock.ready(workflow):
            break
        stock.finish(workflow, "a")
    assert stock.ready(workflow) == []
    assert workflow.is_completed()  # it says so, and no end event was ever reached
    driver = Driver(define(xml), {"stop": False})
    for _ in range(700):
        driver.finish("a")
    driver.case["stop"] = True
    driver.finish("a")
    assert driver.instance.end_event == "end"


def test_a_late_round_is_as_fast_and_as_small_as_an_early_one() -> None:
    driver = Driver(define(back_and_forth()), {"stop": False})
    driver.finish("once")
    sizes, counts = [], []
    for _ in range(150):
        driver.pass_time(hours=1)
        driver.finish("a")
        driver.finish("w")
        sizes.append(len(driver.blob))
        counts.append(len(driver.instance._workflow.tasks))
    assert max(counts[5:]) == counts[5]
    assert max(sizes) < sizes[3] * 1.2
    back = driver.do("send_back", driver.wait("a").task_id, "once")
    assert [wait.element_id for wait in back] == ["t"]
    assert driver.open() == ["once"]


def test_pruning_keeps_the_latest_occurrence_of_every_element() -> None:
    parts = [user("a"), exclusive("g"), user("left"), user("right"), exclusive("j")]
    flows = [
        "start > a",
        "a > g",
        "g > left if side == 'l'",
        "g > right default",
        "left > j",
        "right > j",
        "j > end if stop",
        "j > a default",
    ]
    driver = Driver(define(document(process("p", start(), *parts, end(), flows=flows))), {"side": "l", "stop": False})
    for side in ("l", "r", "r", "r"):
        driver.case["side"] = side
        driver.finish("a")
        driver.finish("left" if side == "l" else "right")
    names = [task.task_spec.name for task in driver.instance._workflow.tasks.values() if task.state == 64]
    assert [names.count(name) for name in ("a", "left", "right")] == [2, 1, 2]
    driver.do("send_back", driver.wait("a").task_id, "left")
    assert driver.open() == ["left"]
    driver.do("send_back", driver.wait("left").task_id, "a")  # what came before it is still there
    assert driver.open() == ["a"]
    driver.case["side"] = "l"
    driver.finish("a")
    driver.case["stop"] = True
    driver.finish("left")
    assert driver.completed


def test_sub_processes_in_loops_leave_with_their_round() -> None:
    inner = sub_process(
        "sub",
        start("s1"),
        user("a"),
        user("b"),
        end("e1"),
        flows=["s1 > a", "a > b", "b > e1"],
        loop=multi_instance("rows", "row"),
    )
    flows = ["start > sub", "sub > g", "g > end if stop", "g > sub default"]
    driver = Driver(
        define(document(process("p", start(), inner, exclusive("g"), end(), flows=flows))),
        {"stop": False, "rows": [{"id": "1"}, {"id": "2"}]},
    )
    counts = []
    for _ in range(20):
        for element in ("a", "a", "b", "b"):
            driver.finish(element)
        counts.append(len(driver.instance._workflow.subprocesses))
    assert max(counts[2:]) == counts[2]


def parallel_round() -> bytes:
    parts = [exclusive("m"), parallel("f"), user("a"), user("b"), parallel("j"), user("x"), exclusive("g")]
    flows = [
        "start > m",
        "m > f",
        "f > a",
        "f > b",
        "a > j",
        "b > j",
        "j > x",
        "x > g",
        "g > end if stop",
        "g > m default",
    ]
    return document(process("p", start(), *parts, end(), flows=flows))


def test_a_join_in_a_loop_takes_an_old_arrival_for_a_new_one() -> None:
    """Stock grows cubically here, crashes at times, and fires the join early in some orders."""
    began = time.perf_counter()
    workflow = stock.begin(parallel_round(), data={"stop": False})
    orders = ("ab", "ba", "ba", "ab", "ba", "ab", "ab", "ba")
    wrong = None
    try:
        for order in orders:
            for name in order:
                stock.finish(workflow, name)
                if name == order[0] and "x" in stock.ready(workflow):
                    wrong = "the join fired after one branch"
            stock.finish(workflow, "x")
    except Exception as error:  # any of the library's crashes shows the trap
        wrong = repr(error)
    assert wrong is not None
    assert time.perf_counter() - began < 60
    driver = Driver(define(parallel_round()), {"stop": False})
    counts = []
    for number in range(60):
        for name in orders[number % len(orders)]:
            assert "x" not in driver.open()
            driver.finish(name)
        assert driver.open() == ["x"]
        driver.finish("x")
        counts.append(len(driver.instance._workflow.tasks))
    assert max(counts[4:]) <= counts[4] + 4
    for name in "ab":
        driver.finish(name)
    driver.case["stop"] = True
    driver.finish("x")
    assert driver.completed


def test_deep_automatic_loops_do_not_meet_the_recursion_limit() -> None:
    from tests.bpmn_builder import decision_table

    table = decision_table("d", ["n"], ["n"], [(["-"], ["n + 1"])])
    flows = ["start > r", "r > g", "g > r if n < 900", "g > end default"]
    driver = Driver(
        define(document(process("p", start(), rule("r", "d"), exclusive("g"), end(), flows=flows)), table), {"n": 0}
    )
    assert (driver.completed, driver.case) == (True, {"n": 900})
    assert sys.getrecursionlimit() < 2000


def test_event_sub_processes_change_the_shared_spec() -> None:
    inner = sub_process(
        "x", start("s1", message_definition("m")), user("h"), end("e1"), flows=["s1 > h", "h > e1"],
        attributes='bpmn:triggeredByEvent="true" triggeredByEvent="true"',
    )  # fmt: skip
    xml = document(message("m", "x"), process("p", start(), user("a"), inner, end(), flows=["start > a", "a > end"]))
    from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
    from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition

    spec, subs = stock.parse(xml)
    before = len(spec.start.outputs)
    workflow = BpmnWorkflow(spec, subs)
    workflow.do_engine_steps()
    workflow.catch(BpmnEvent(MessageEventDefinition("x"), payload={}))
    assert len(spec.start.outputs) == before + 1
    plain = xml.replace(b"bpmn:triggeredByEvent", b"triggeredByEvent", 1).replace(
        b'triggeredByEvent="true" triggeredByEvent="true"', b'triggeredByEvent="true"'
    )
    from server.engine import DiagramRefused

    with pytest.raises(DiagramRefused):
        define(plain)
