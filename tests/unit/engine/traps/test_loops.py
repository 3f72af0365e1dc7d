"""Field guide, section 1.4: multi-instance loops."""

import pytest
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition

from server.engine import ProcessFault
from tests.bpmn_builder import (
    boundary,
    call,
    document,
    end,
    exclusive,
    message,
    message_definition,
    multi_instance,
    process,
    service,
    start,
    sub_process,
    user,
)
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock


def interrupted_loop() -> bytes:
    parts = [
        call("c", "q", multi_instance("rows", "row")),
        boundary("b", "c", message_definition("m")),
        user("x"),
        end("e2"),
    ]
    return document(
        message("m", "stop"),
        process("p", start(), *parts, end(), flows=["start > c", "c > end", "b > x", "x > e2"]),
        process("q", start("qs"), user("u"), end("qe"), flows=["qs > u", "u > qe"]),
    )


def test_interrupting_a_multi_instance_call_activity_crashes() -> None:
    workflow = stock.begin(interrupted_loop(), data={"rows": [1, 2]})
    workflow.send_event(BpmnEvent(MessageEventDefinition("stop"), payload={}))
    with pytest.raises(Exception, match="not found"):
        workflow.do_engine_steps()
    driver = Driver(define(interrupted_loop()), {"rows": [{"id": "1"}, {"id": "2"}]})
    assert driver.open() == ["b", "c", "c", "u", "u"]
    driver.finish("u")
    driver.do("deliver_message", driver.wait("b").task_id, None)
    assert driver.open() == ["x"]
    driver.finish("x")
    assert (driver.completed, driver.instance.end_event) == (True, "e2")


def test_an_output_item_must_be_set_in_every_instance() -> None:
    loop = multi_instance("rows", "row", output="results", output_item="result")
    xml = document(process("p", start(), user("a", loop=loop), end(), flows=["start > a", "a > end"]))
    workflow = stock.begin(xml, data={"rows": [1]})
    with pytest.raises(Exception, match="Expected an output item"):
        stock.finish(workflow, "a [child]")
    driver = Driver(define(xml), {"rows": [{"id": "r1"}]})
    driver.finish("a")
    assert driver.completed


def test_completion_condition_never_sees_the_other_results() -> None:
    loop = multi_instance("rows", "row", output="results", output_item="result", until="len(results) >= 2")
    xml = document(
        process(
            "p",
            start(),
            service("a", result="result.value", loop=loop),
            user("z"),
            end(),
            flows=["start > a", "a > z", "z > end"],
        )
    )
    users = document(
        process("p", start(), user("a", loop=loop), user("z"), end(), flows=["start > a", "a > z", "z > end"])
    )
    workflow = stock.begin(users, data={"rows": [1, 2, 3]})
    for _ in range(2):
        stock.finish(workflow, "a [child]", result=1)
    assert stock.ready(workflow) == ["a [child]"]
    driver = Driver(define(xml), {"rows": [{"id": "1"}, {"id": "2"}, {"id": "3"}]}, known="results")
    driver.finish("a", {"n": 1})
    driver.finish("a", {"n": 2})
    assert driver.open() == ["z"]
    assert driver.case["results"] == [{"id": "1", "value": {"n": 1}}, {"id": "2", "value": {"n": 2}}]


@pytest.mark.parametrize("sequential", [False, True])
def test_results_of_loop_items_go_to_the_row_with_their_id(sequential: bool) -> None:
    """Stock merges the data of finished items by position: parallel and sequential items overwrite each other."""
    loop = multi_instance("rows", "row", sequential=sequential)
    users = document(
        process("p", start(), user("a", loop=loop), user("z"), end(), flows=["start > a", "a > z", "z > end"])
    )
    workflow = stock.begin(users, data={"rows": [{"id": "x"}, {"id": "y"}]})
    if sequential:
        with pytest.raises(Exception, match="already exists"):
            stock.finish(workflow, "a [child]")
    inner = sub_process("a", start("s1"), service("w", "t@1", {"id": "row.id"}, "row.check"), exclusive("g"), user("bad"), end("e1"),
                        flows=["s1 > w", "w > g", "g > bad if row.check.ok == false", "g > e1 default", "bad > e1"], loop=loop)  # fmt: skip
    xml = document(process("p", start(), inner, end(), flows=["start > a", "a > end"]))
    driver = Driver(define(xml), {"rows": [{"id": "x", "v": 1}, {"id": "y", "v": 2}]})
    while driver.waits("job"):
        job = driver.waits("job")[-1]
        driver.case["rows"].insert(0, {"id": f"new{len(driver.case['rows'])}"})
        driver.do("complete_job", job.task_id, {"ok": job.parameters["id"] == "x", "of": job.parameters["id"]})
        for bad in driver.waits("user_task"):
            assert bad.items["row"]["check"]["of"] == bad.items["row"]["id"] == "y"
            driver.do("complete_user_task", bad.task_id)
    assert driver.completed
    found = {row["id"]: row for row in driver.case["rows"]}
    assert found["x"] == {"id": "x", "v": 1, "check": {"ok": True, "of": "x"}}
    assert found["y"]["check"]["of"] == "y"
    assert len(found) == 4


def test_loop_items_never_shadow_case_fields() -> None:
    loop = multi_instance("rows", "customer")
    xml = document(process("p", start(), user("a", loop=loop), end(), flows=["start > a", "a > end"]))
    with pytest.raises(ProcessFault, match="name of a case field"):
        Driver(define(xml), {"rows": [{"id": "1"}]}, known="customer")


def test_nested_loops_and_rows_of_rows() -> None:
    inner = sub_process("in", start("s2"), service("w", "t@1", {"n": "part.n + site.n"}, "part.out"), end("e2"),
                        flows=["s2 > w", "w > e2"], loop=multi_instance("site.parts", "part"))  # fmt: skip
    outer = sub_process(
        "out",
        start("s1"),
        inner,
        end("e1"),
        flows=["s1 > in", "in > e1"],
        loop=multi_instance("plan.sites", "site", sequential=True),
    )
    sites = [{"id": str(s), "n": s * 10, "parts": [{"id": str(p), "n": p} for p in (1, 2)]} for s in (1, 2)]
    driver = Driver(
        define(document(process("p", start(), outer, end(), flows=["start > out", "out > end"]))),
        {"plan": {"sites": sites}},
    )
    while driver.waits("job"):
        job = driver.waits("job")[-1]
        driver.do("complete_job", job.task_id, {"sum": job.parameters["n"]})
    assert [[part["out"]["sum"] for part in site["parts"]] for site in driver.case["plan"]["sites"]] == [
        [11, 12],
        [21, 22],
    ]


@pytest.mark.parametrize(("collection", "opens"), [(None, 0), ([], 0), (["a", "b"], 2)])
def test_empty_missing_and_plain_collections(collection: object, opens: int) -> None:
    xml = document(
        process(
            "p",
            start(),
            user("a", loop=multi_instance("x.rows", "row")),
            user("z"),
            end(),
            flows=["start > a", "a > z", "z > end"],
        )
    )
    driver = Driver(define(xml), {"x": {"rows": collection}})
    assert [wait.items.get("row") for wait in driver.waits() if wait.element_id == "a"] == (collection or [])
    assert len(driver.waits()) == (opens or 1)


def test_a_collection_that_is_no_list_is_a_fault() -> None:
    xml = document(
        process("p", start(), user("a", loop=multi_instance("rows", "row")), end(), flows=["start > a", "a > end"])
    )
    with pytest.raises(ProcessFault, match="no list"):
        Driver(define(xml), {"rows": {"id": "1"}})
