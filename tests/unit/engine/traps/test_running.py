"""Field guide, sections 3 and 7.1: running, errors, messages."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.exceptions import TaskNotFoundException
from SpiffWorkflow.spiff.specs.event_definitions import ErrorEventDefinition, MessageEventDefinition

from server.engine import BudgetExceeded, EngineError, Limits, ProcessFault, TaskNotOpen
from tests.bpmn_builder import (
    boundary,
    call,
    catch,
    document,
    end,
    error,
    error_definition,
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
    throw,
    timer,
    user,
)
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock

LINE = document(process("p", start(), user("a"), user("b"), end(), flows=["start > a", "a > b", "b > end"]))


def test_run_completes_future_and_completed_tasks_without_complaint() -> None:
    workflow = stock.begin(LINE)
    future = next(task for task in workflow.get_tasks() if task.task_spec.name == "b")
    assert future.run() is True
    driver = Driver(define(LINE))
    task_id = driver.wait("a").task_id
    driver.do("complete_user_task", task_id)
    for wrong in (task_id, str(uuid4()), "no id", ""):
        with pytest.raises(TaskNotOpen):
            driver.do("complete_user_task", wrong)
    assert driver.open() == ["b"]


def endless() -> bytes:
    flows = ["start > g", "g > e if 0", "g > t default", "t > g"]
    return document(process("p", start(), exclusive("g"), node("intermediateThrowEvent", "t"), end("e"), flows=flows))


def test_an_endless_loop_is_stopped_by_the_budget() -> None:
    workflow = stock.begin(endless())
    assert workflow.is_completed()  # without having reached an end event, with a ready task that nobody finds
    assert {task.state for task in workflow.tasks.values() if task.task_spec.name == "e"} <= {stock.MAYBE}
    assert any(task.state == stock.READY for task in workflow.tasks.values())
    assert workflow.get_tasks(state=stock.READY) == []
    with pytest.raises(BudgetExceeded) as caught:
        Driver(define(endless()), limits=Limits(steps=300))
    assert (caught.value.budget, caught.value.element_id in ("g", "t")) == ("steps", True)
    with pytest.raises(BudgetExceeded) as caught:
        Driver(define(endless()), limits=Limits(steps=10**9, seconds=0.1))
    assert caught.value.budget == "seconds"


def test_the_state_has_a_largest_size() -> None:
    with pytest.raises(BudgetExceeded) as caught:
        Driver(define(LINE), limits=Limits(state_bytes=100))
    assert caught.value.budget == "state_bytes"


def test_a_loop_has_a_largest_number_of_instances() -> None:
    xml = document(
        process("p", start(), user("a", loop=multi_instance("rows", "row")), end(), flows=["start > a", "a > end"])
    )
    with pytest.raises(BudgetExceeded):
        Driver(define(xml), {"rows": list(range(1001))})


def job_with_timer() -> bytes:
    parts = [service("w", "t@1", result="out"), boundary("t", "w", timer("duration", '"PT1H"')), user("x"), end("e2")]
    return document(process("p", start(), *parts, end(), flows=["start > w", "w > end", "t > x", "x > e2"]))


def test_the_answer_of_a_late_worker_is_refused() -> None:
    workflow = stock.begin(LINE)
    task = workflow.get_next_task(state=stock.READY, manual=True)
    task.cancel()
    task.complete()  # no complaint: a cancelled task is completed
    assert task.state == 64
    driver = Driver(define(job_with_timer()))
    job = driver.wait("w")
    driver.pass_time(hours=2)
    assert driver.open() == ["x"]
    for late in (("complete_job", job.task_id, {"a": 1}), ("throw_error", job.task_id, "E")):
        with pytest.raises(TaskNotOpen):
            driver.do(*late)
    assert driver.case == {}


def test_a_service_without_connector_hides_its_error_behind_a_name_error() -> None:
    with pytest.raises(NameError, match="script"):
        stock.begin(document(process("p", start(), service("w"), end(), flows=["start > w", "w > end"])))
    driver = Driver(define(job_with_timer()))
    assert driver.wait("w").topic == "t@1"


def test_a_job_is_no_user_task_and_the_other_way_round() -> None:
    driver = Driver(define(job_with_timer()))
    with pytest.raises(TaskNotOpen):
        driver.do("complete_user_task", driver.wait("w").task_id)
    with pytest.raises(TaskNotOpen):
        driver.do("complete_job", driver.wait("t").task_id, None)
    line = Driver(define(LINE))
    with pytest.raises(TaskNotOpen):
        line.do("complete_job", line.wait("a").task_id, None)


def two_jobs() -> bytes:
    def part(name: str) -> list[str]:
        return [service(name), boundary(f"b{name}", name, error_definition("e1")), user(f"x{name}"), end(f"e{name}")]

    flows = ["start > f", "f > v", "f > w", "v > end", "w > end", "bv > xv", "bw > xw", "xv > ev", "xw > ew"]
    return document(
        error("e1", "E1", "failure"), process("p", start(), parallel("f"), *part("v"), *part("w"), end(), flows=flows)
    )


def test_an_error_reaches_every_waiting_boundary_event() -> None:
    users = two_jobs().replace(b"serviceTask", b"userTask")
    workflow = stock.begin(users)
    workflow.catch(BpmnEvent(ErrorEventDefinition("E1", code="E1")))
    workflow.do_engine_steps()
    assert stock.ready(workflow) == ["xv", "xw"]
    driver = Driver(define(two_jobs()))
    assert driver.do("throw_error", driver.wait("v").task_id, "E1", {"why": "broken"}) is True
    assert (driver.open(), driver.case) == (["w", "xv"], {"failure": {"why": "broken"}})


def test_an_error_nobody_catches_changes_nothing() -> None:
    driver = Driver(define(two_jobs()))
    assert driver.do("throw_error", driver.wait("v").task_id, "OTHER") is False
    assert driver.open() == ["v", "w"]


def test_an_exact_code_goes_before_a_catch_all_and_errors_climb_outwards() -> None:
    parts = [
        call("c", "q", multi_instance("rows", "row")),
        boundary("any", "c", error_definition()), boundary("one", "c", error_definition("e1")),
        user("x"), user("y"), end("e2"), end("e3"),
    ]  # fmt: skip
    xml = document(
        error("e1", "E1"),
        process("p", start(), *parts, end(), flows=["start > c", "c > end", "any > x", "one > y", "x > e2", "y > e3"]),
        process("q", start("qs"), service("w"), end("qe"), flows=["qs > w", "w > qe"]),
    )
    rows = [{"id": "1"}, {"id": "2"}]
    for code, target in (("E1", "y"), ("E9", "x")):
        driver = Driver(define(xml), {"rows": rows})
        assert driver.do("throw_error", driver.wait("w", 1).task_id, code) is True
        assert driver.open() == [target]
        driver.finish(target)
        assert driver.completed


def correlated() -> bytes:
    definition = message_definition("m", "reply", correlation={"number": "number"})
    flows = ["start > c", "c > a", "a > end"]
    return document(
        message("m", "answered"), process("p", start(), catch("c", definition), user("a"), end(), flows=flows)
    )


def test_without_stored_correlations_every_message_matches() -> None:
    workflow = stock.begin(correlated(), data={"number": "C-1"})
    workflow.send_event(
        BpmnEvent(MessageEventDefinition("answered"), payload={}, correlations={"k": {"number": "C-9"}})
    )
    workflow.do_engine_steps()
    assert stock.ready(workflow) == ["a"]
    driver = Driver(define(correlated()), {"number": "C-1"})
    wait = driver.wait("c")
    assert (wait.kind, wait.message, wait.correlation) == ("message", "answered", {"number": "C-1"})
    driver.case["number"] = "C-2"
    assert driver.wait("c").correlation == {"number": "C-1"}  # fixed when it started to wait
    driver.do("deliver_message", wait.task_id, {"accepted": True})
    assert (driver.open(), driver.case["reply"]) == (["a"], {"accepted": True})


def test_correlation_by_property_and_messages_thrown() -> None:
    properties = (
        '<spiffworkflow:properties><spiffworkflow:property name="correlation.number" value="number"/>'
        "</spiffworkflow:properties>"
    )
    waiting = catch("c", message_definition("m"), properties)
    sending = throw("s", message_definition("m", payload="{'n': number}", correlation={"number": "number"}))
    flows = ["start > s", "s > c", "c > end"]
    driver = Driver(
        define(document(message("m", "go"), process("p", start(), sending, waiting, end(), flows=flows))),
        {"number": "C-1"},
    )
    assert driver.instance.thrown() == [
        {
            "kind": "message", "name": "go", "element_id": "s", "process_id": "p", "payload": {"n": "C-1"},
            "correlation": {"number": "C-1"},
        }
    ]  # fmt: skip
    assert driver.wait("c").correlation == {"number": "C-1"}


def test_library_exceptions_are_of_many_types_there_and_one_here() -> None:
    bad = document(
        process(
            "p",
            start(),
            exclusive("g"),
            end("e1"),
            end("e2"),
            flows=["start > g", "g > e1 if nothing > 1", "g > e2 default"],
        )
    )
    with pytest.raises(Exception, match="nothing"):
        stock.begin(bad)
    with pytest.raises(ProcessFault, match="nothing") as caught:
        Driver(define(bad))
    assert isinstance(caught.value, EngineError)
    assert caught.value.element_id == "g"


def test_any_exception_of_the_library_becomes_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver(define(LINE))

    def explode(*_arguments: object) -> None:
        raise KeyError("inside the library")

    monkeypatch.setattr("SpiffWorkflow.specs.base.TaskSpec._on_complete", explode)
    with pytest.raises(ProcessFault, match="KeyError") as caught:
        driver.finish("a")
    assert caught.value.element_id == "a"


def test_a_query_for_completed_tasks_does_not_find_finished_instances() -> None:
    xml = document(
        process("p", start(), user("a", loop=multi_instance("rows", "row")), end(), flows=["start > a", "a > end"])
    )
    workflow = stock.begin(xml, data={"rows": [1, 2]})
    stock.finish(workflow, "a [child]")
    assert [t for t in workflow.get_tasks(state=64) if t.task_spec.name == "a [child]"] == []
    driver = Driver(define(xml), {"rows": [{"id": "1"}, {"id": "2"}]})
    driver.finish("a")
    driver.finish("a")
    assert driver.instance.path() == [("p", "a"), ("p", "p_1"), ("p", "end")]


def test_a_task_is_addressed_by_its_id_where_its_name_is_there_twice() -> None:
    called = process("q", start("qs"), user("u"), end("qe"), flows=["qs > u", "u > qe"])
    flows = ["start > f", "f > k", "f > l", "k > x", "l > y", "x > end", "y > end"]
    outer = process(
        "p", start(), parallel("f"), call("k", "q"), call("l", "q"), user("x"), user("y"), end(), flows=flows
    )
    workflow = stock.begin(document(outer, called))
    assert stock.ready(workflow) == ["u", "u"]
    with pytest.raises(TaskNotFoundException):
        workflow.get_task_from_id(str(workflow.get_next_task(spec_name="u").id))
    driver = Driver(define(document(outer, called)))
    driver.do("complete_user_task", driver.wait("u", 1).task_id)
    assert driver.open() == ["k", "u", "y"]


def test_two_threads_run_one_task_twice() -> None:
    """Nothing in the library guards an instance; here threads share definitions only, and the server locks the case."""

    asked: list[str] = []

    class Meeting(TaskDataEnvironment):
        both = Barrier(2)

        def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
            self.both.wait(timeout=20)
            asked.append(expression)
            return super().evaluate(expression, context, external_context)

    flows = ["start > a", "a > g", "g > x if 1", "g > end default", "x > end"]
    xml = document(process("p", start(), user("a"), exclusive("g"), user("x"), end(), flows=flows))
    workflow = stock.begin(xml, engine=PythonScriptEngine(Meeting()))
    workflow.get_next_task(state=stock.READY, manual=True).run()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(workflow.do_engine_steps)
    assert asked == ["1", "1"]


def test_one_definition_serves_many_threads() -> None:
    flows = ["start > f", "f > a", "f > b", "a > j", "b > j", "j > end"]
    parts = [parallel("f"), parallel("j"), user("a", loop=multi_instance("rows", "row")), service("b", result="out")]
    definition = define(document(process("p", start(), *parts, end(), flows=flows)))

    def play(number: int) -> object:
        driver = Driver(definition, {"rows": [{"id": str(n)} for n in range(3)], "out": {"n": number}})
        driver.finish("b", {"done": number})
        for _ in range(3):
            driver.finish("a")
        return driver.completed and driver.case["out"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(play, range(60))) == [{"n": n, "done": n} for n in range(60)]


def test_cancel() -> None:
    driver = Driver(define(job_with_timer()))
    driver.do("cancel")
    assert (driver.completed, driver.waits(), driver.instance.end_event) == (True, [], None)
    with pytest.raises(TaskNotOpen):
        driver.do("complete_job", "x", None)


def test_a_missing_decision_is_refused_and_a_missing_result_path_drops_the_result() -> None:
    driver = Driver(define(document(process("p", start(), service("w"), end(), flows=["start > w", "w > end"]))))
    driver.finish("w", {"a": 1})
    assert (driver.completed, driver.case) == (True, {})
    assert rule("r", "d")
