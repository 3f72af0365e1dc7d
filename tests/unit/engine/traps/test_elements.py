"""Field guide, section 1.4: gateways, events and sub-processes."""

import time

import pytest
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition, SignalEventDefinition

from server.engine import ProcessFault, TaskNotOpen
from tests.bpmn_builder import (
    boundary,
    call,
    catch,
    condition,
    document,
    end,
    error,
    error_definition,
    event_gateway,
    exclusive,
    inclusive,
    message,
    message_definition,
    node,
    parallel,
    process,
    service,
    signal,
    signal_definition,
    start,
    sub_process,
    throw,
    timer,
    user,
)
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock


def test_conditions_go_by_the_height_in_the_drawing() -> None:
    xml = document(
        process(
            "p", start(), exclusive("g"), user("a"), user("b"), end(),
            flows=["start > g", "g > a if n > 0", "g > b if n > 1", "a > end", "b > end"],
        ),
        heights={"a": 100, "b": 0},
    )  # fmt: skip
    assert stock.ready(stock.begin(xml, data={"n": 2})) == ["b"]
    assert Driver(define(xml), {"n": 2}).open() == ["a"]


def test_conditions_go_by_the_order_of_outgoing() -> None:
    gateway = exclusive("g").replace("></", "><bpmn:outgoing>p_2</bpmn:outgoing><bpmn:outgoing>p_1</bpmn:outgoing></")
    flows = ["start > g", "g > a if n > 0", "g > b if n > 1", "a > end", "b > end"]
    xml = document(process("p", start(), gateway, user("a"), user("b"), end(), flows=flows))
    assert stock.ready(stock.begin(xml, data={"n": 2})) == ["a"]
    driver = Driver(define(xml), {"n": 2})
    assert driver.instance.path()[-1] == ("p", "p_2")
    assert driver.open() == ["b"]
    element = driver.definition.element("p", "g")
    assert element is not None
    assert element.outgoing == ("p_2", "p_1")


def test_no_condition_and_no_default_is_a_fault_of_the_gateway() -> None:
    flows = ["start > g", "g > a if n > 5", "g > b if n > 7", "a > end", "b > end"]
    xml = document(process("p", start(), exclusive("g"), user("a"), user("b"), end(), flows=flows))
    with pytest.raises(ProcessFault, match="no condition holds") as caught:
        Driver(define(xml), {"n": 2})
    assert caught.value.element_id == "g"


def two_timers() -> bytes:
    parts = [
        catch("long", timer("duration", '"P1D"')),
        catch("short", timer("duration", '"PT0.01S"')),
        user("a"),
        user("b"),
    ]
    flows = ["start > g", "g > long", "g > short", "long > a", "short > b", "a > end", "b > end"]
    return document(process("p", start(), event_gateway("g"), *parts, end(), flows=flows))


def test_two_timers_behind_an_event_gateway_share_one_due_date() -> None:
    workflow = stock.begin(two_timers())
    values = [t.internal_data.get("event_value") for t in workflow.get_tasks(state=stock.WAITING)]
    assert len([value for value in values if value]) == 1
    driver = Driver(define(two_timers()))
    assert len({wait.due_at for wait in driver.waits("timer")}) == 2
    assert driver.pass_time(seconds=1) == ["short"]
    assert driver.open() == ["b"]


def test_event_gateway_takes_the_message_that_came() -> None:
    parts = [
        catch("m", message_definition("msg", "answer")),
        catch("t", timer("duration", '"P1D"')),
        user("a"),
        user("b"),
    ]
    flows = ["start > g", "g > m", "g > t", "m > a", "t > b", "a > end", "b > end"]
    driver = Driver(
        define(document(message("msg", "hello"), process("p", start(), event_gateway("g"), *parts, end(), flows=flows)))
    )
    wait = driver.wait("m")
    driver.do("deliver_message", wait.task_id, {"text": "hi"})
    assert (driver.open(), driver.case) == (["a"], {"answer": {"text": "hi"}})
    with pytest.raises(TaskNotOpen):
        driver.do("deliver_message", wait.task_id, None)


def staying(definition: str, *roots: str) -> bytes:
    parts = [user("a"), boundary("b", "a", definition, interrupting=False), user("x"), end("e2")]
    flows = ["start > a", "a > end", "b > x", "x > e2"]
    return document(*roots, process("p", start(), *parts, end(), flows=flows))


def test_a_non_interrupting_message_fires_once_only() -> None:
    xml = staying(message_definition("m"), message("m", "ping"))
    workflow = stock.begin(xml)
    workflow.send_event(BpmnEvent(MessageEventDefinition("ping"), payload={}))
    with pytest.raises(Exception, match="not waiting"):
        workflow.send_event(BpmnEvent(MessageEventDefinition("ping"), payload={}))
    driver = Driver(define(xml))
    for _ in range(3):
        driver.do("deliver_message", driver.wait("b").task_id, None)
    assert driver.open() == ["a", "b", "x", "x", "x"]
    driver.finish("x")
    driver.finish("a")
    assert driver.open() == ["x", "x"]
    driver.finish("x")
    driver.finish("x")
    assert driver.completed


def test_a_non_interrupting_signal_fires_once_only() -> None:
    loop = [
        throw("t", signal_definition("s")),
        user("u"),
        parallel("f"),
        user("a"),
        user("x"),
        end("e2"),
        end("e3"),
        exclusive("g"),
    ]
    parts = [boundary("b", "a", signal_definition("s"), interrupting=False), exclusive("back")]
    flows = ["start > f", "f > a", "f > back", "back > u", "u > t", "t > g", "g > back if n < 9", "g > e3 default",
             "a > end", "b > x", "x > e2"]  # fmt: skip
    xml = document(signal("s", "sig"), process("p", start(), *loop, *parts, end(), flows=flows))
    workflow = stock.begin(xml, data={"n": 0})
    stock.finish(workflow, "u")
    workflow.catch(BpmnEvent(SignalEventDefinition("sig")))
    workflow.do_engine_steps()
    assert stock.ready(workflow).count("x") == 1
    driver = Driver(define(xml), {"n": 0})
    driver.finish("u")
    driver.finish("u")
    assert driver.open().count("x") == 2


def test_work_of_a_non_interrupting_cycle_vanishes_with_its_activity() -> None:
    xml = staying(timer("cycle", '"R3/PT0.05S"'))
    workflow = stock.begin(xml)
    time.sleep(0.06)
    workflow.refresh_timers()
    workflow.do_engine_steps()
    assert stock.ready(workflow) == ["a", "x"]
    stock.finish(workflow, "a")
    assert (stock.ready(workflow), workflow.completed) == ([], True)
    xml = staying(timer("cycle", '"R3/PT1S"'))
    driver = Driver(define(xml))
    assert driver.pass_time(seconds=1) == ["b"]
    driver.finish("a")
    assert driver.open() == ["x"]
    driver.finish("x")
    assert driver.completed


def test_conditions_are_not_looked_at_again() -> None:
    flows = ["start > c", "c > a", "a > end"]
    xml = document(process("p", start(), catch("c", condition("n > 3")), user("a"), end(), flows=flows))
    workflow = stock.begin(xml, data={"n": 1})
    waiting = workflow.get_next_task(state=stock.WAITING)
    waiting.data["n"] = 5
    workflow.refresh_timers()
    workflow.do_engine_steps()
    assert stock.ready(workflow) == []
    driver = Driver(define(xml), {"n": 1})
    assert driver.waits()[0].kind == "condition"
    driver.case["n"] = 5
    driver.do("reevaluate")
    assert driver.open() == ["a"]


def test_a_condition_on_an_unfilled_field_is_no_error() -> None:
    xml = staying(condition("n > 3"))
    with pytest.raises(Exception, match="n > 3"):
        stock.begin(xml)
    driver = Driver(define(xml), known="n")
    driver.case["n"] = 4
    driver.do("reevaluate")
    driver.do("reevaluate")
    assert driver.open().count("x") == 1
    for value in (1, 9):
        driver.case["n"] = value
        driver.do("reevaluate")
    assert driver.open().count("x") == 2


def test_an_interrupting_condition() -> None:
    parts = [user("a"), boundary("b", "a", condition("stop")), user("x"), end("e2")]
    driver = Driver(
        define(document(process("p", start(), *parts, end(), flows=["start > a", "a > end", "b > x", "x > e2"]))),
        known="stop",
    )
    driver.case["stop"] = True
    driver.do("reevaluate")
    assert driver.open() == ["x"]


def test_signal_end_event_throws_nothing() -> None:
    parts = [
        parallel("f"),
        user("a"),
        user("b"),
        boundary("s", "b", signal_definition("sig")),
        user("x"),
        end("e2"),
        end("e3"),
    ]
    ending = end("end", signal_definition("sig"))
    flows = ["start > f", "f > a", "f > b", "a > end", "b > e2", "s > x", "x > e3"]
    xml = document(signal("sig", "go"), process("p", start(), *parts, ending, flows=flows))
    workflow = stock.begin(xml)
    stock.finish(workflow, "a")
    assert stock.ready(workflow) == ["b"]
    driver = Driver(define(xml))
    driver.finish("a")
    assert driver.instance.thrown()[0]["name"] == "go"
    assert driver.open() == ["x"]


def test_an_inclusive_join_forgets_a_job_under_way() -> None:
    """Stock looks for READY and WAITING tasks only: a started job with a choice before the join does not hold it up."""
    names = [inclusive("f"), inclusive("j"), exclusive("g"), exclusive("m"), service("w")]
    flows = ["start > f", "f > a if 1", "f > w if 1", "f > z default", "a > j", "w > g", "g > b if 1", "g > c default",
             "b > m", "c > m", "m > j", "j > y", "y > end", "z > end"]  # fmt: skip
    xml = document(process("p", start(), *names, *(user(name) for name in "abcyz"), end(), flows=flows))
    workflow = stock.begin_queued(xml)
    stock.finish(workflow, "a")
    assert stock.ready(workflow) == ["y"]
    driver = Driver(define(xml))
    driver.finish("a")
    assert driver.open() == ["w"]
    driver.finish("w")
    assert driver.open() == ["b"]
    driver.finish("b")
    assert driver.open() == ["y"]


def test_a_called_process_replaces_the_data_of_its_caller() -> None:
    called = process("q", start("qs"), user("u"), end("qe"), flows=["qs > u", "u > qe"])
    xml = document(
        process("p", start(), call("c", "q"), user("z"), end(), flows=["start > c", "c > z", "z > end"]), called
    )
    workflow = stock.begin(xml, data={"kept": 1})
    task = workflow.get_next_task(state=stock.READY, manual=True)
    del task.data["kept"]
    task.run()
    workflow.do_engine_steps()
    assert "kept" not in workflow.get_next_task(state=stock.READY, manual=True).data
    driver = Driver(define(xml), {"kept": 1})
    driver.finish("u")
    assert (driver.case, driver.open()) == ({"kept": 1}, ["z"])


def test_data_objects_copy_into_the_task() -> None:
    reference = '<bpmn:dataObject id="o"/><bpmn:dataObjectReference id="r" dataObjectRef="o"/>'
    reading = '<bpmn:dataInputAssociation id="da"><bpmn:sourceRef>r</bpmn:sourceRef><bpmn:targetRef>r</bpmn:targetRef></bpmn:dataInputAssociation>'
    task = node("userTask", "a", reading)
    xml = document(process("p", start(), task, reference, end(), flows=["start > a", "a > end"]))
    assert "o" in stock.begin(xml).get_next_task(state=stock.READY, manual=True).data
    driver = Driver(define(xml))
    driver.finish("a")
    assert driver.completed


def test_transaction_and_cancel() -> None:
    inner = sub_process("tx", start("s1"), user("a"), exclusive("g"), end("e1"), end("e2", "<bpmn:cancelEventDefinition/>"),
                        flows=["s1 > a", "a > g", "g > e2 if bad", "g > e1 default"]).replace("bpmn:subProcess", "bpmn:transaction")  # fmt: skip
    parts = [inner, boundary("b", "tx", "<bpmn:cancelEventDefinition/>"), user("x"), end("e3")]
    driver = Driver(
        define(document(process("p", start(), *parts, end(), flows=["start > tx", "tx > end", "b > x", "x > e3"]))),
        {"bad": 1},
    )
    driver.finish("a")
    assert driver.open() == ["x"]


def test_terminate_ends_only_its_process() -> None:
    stop = end("stop", "<bpmn:terminateEventDefinition/>")
    called = process("q", start("qs"), parallel("f"), user("u"), user("v"), stop, end("qe"),
                     flows=["qs > f", "f > u", "f > v", "u > stop", "v > qe"])  # fmt: skip
    xml = document(
        process("p", start(), call("c", "q"), user("z"), end(), flows=["start > c", "c > z", "z > end"]), called
    )
    driver = Driver(define(xml))
    driver.finish("u")
    assert driver.open() == ["z"]
    driver.finish("z")
    assert driver.completed


def test_an_error_end_event_reaches_the_boundary_of_its_own_activity_only() -> None:
    """Stock offers the error to every waiting boundary event of a level: another sub-process is interrupted too."""

    def part(name: str) -> list[str]:
        inner = sub_process(name, start(f"s{name}"), user(f"u{name}"), end(f"e{name}", error_definition("err")),
                            flows=[f"s{name} > u{name}", f"u{name} > e{name}"])  # fmt: skip
        return [inner, boundary(f"b{name}", name, error_definition("err")), user(f"x{name}"), end(f"f{name}")]

    flows = ["start > f", "f > k", "f > l", "k > end", "l > end", "bk > xk", "xk > fk", "bl > xl", "xl > fl"]
    xml = document(
        error("err", "E1", "oops"), process("p", start(), parallel("f"), *part("k"), *part("l"), end(), flows=flows)
    )
    workflow = stock.begin(xml)
    stock.finish(workflow, "uk")
    assert stock.ready(workflow) == ["xk", "xl"]
    driver = Driver(define(xml))
    driver.finish("uk")
    assert driver.open() == ["ul", "xk"]


def test_an_error_nobody_catches_inside_is_a_fault_and_at_the_top_is_reported() -> None:
    ending = end("bad", error_definition("err"))
    top = document(error("err", "E1"), process("p", start(), user("a"), ending, flows=["start > a", "a > bad"]))
    workflow = stock.begin(top)
    stock.finish(workflow, "a")
    assert workflow.completed
    assert workflow.success  # an uncaught error looks like success
    driver = Driver(define(top))
    driver.finish("a")
    assert driver.instance.thrown() == [
        {"kind": "error", "name": None, "element_id": "bad", "process_id": "p", "code": "E1", "payload": None}
    ]
    assert (driver.completed, driver.instance.end_event) == (True, "bad")
    inner = sub_process("sub", start("s1"), user("a"), ending, flows=["s1 > a", "a > bad"])
    deep = Driver(
        define(document(error("err", "E1"), process("p", start(), inner, end(), flows=["start > sub", "sub > end"])))
    )
    with pytest.raises(ProcessFault, match="nobody catches the error E1") as caught:
        deep.finish("a")
    assert caught.value.element_id == "bad"
