"""Field guide, section 7.4: data is copied and merged wrongly by the library, and lives in the case file here."""

from tests.bpmn_builder import call, document, end, multi_instance, parallel, process, service, start, sub_process, user
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock


def two_branches() -> bytes:
    flows = ["start > f", "f > a", "f > b", "a > j", "b > j", "j > z", "z > end"]
    return document(
        process("p", start(), parallel("f"), parallel("j"), user("a"), user("b"), user("z"), end(), flows=flows)
    )


def test_nested_values_are_shared_between_branches() -> None:
    workflow = stock.begin(two_branches(), data={"n": {"l": {"m": 1}}})
    first, second = workflow.get_tasks(state=stock.READY, manual=True)
    first.data["n"]["l"]["m"] = 2
    assert second.data["n"]["l"]["m"] == 2
    driver = Driver(define(two_branches()), {"n": {"l": {"m": 1}}})
    assert all(not task.data for task in driver.instance._workflow.tasks.values())


def test_a_join_overwrites_the_changes_of_a_branch() -> None:
    old = []
    for order in (("a", "b"), ("b", "a")):
        workflow = stock.begin(two_branches(), data={"v": 0, "rows": ["x"]})
        for name in order:
            stock.finish(workflow, name, **({"v": 1} if name == "a" else {}), rows=["x", name])
        data = workflow.get_next_task(state=stock.READY, manual=True).data
        old.append((data["v"], len(data["rows"])))
    assert any(value == 0 for value, _count in old)
    assert all(count == 2 for _value, count in old)
    jobs = two_branches().replace(b'<bpmn:userTask id="a">', b'<bpmn:userTask id="a" name="x">')
    driver = Driver(define(jobs), {"v": 0, "rows": ["x"]})
    for name in ("a", "b"):
        driver.case.setdefault("rows", []).append(name)
        if name == "a":
            driver.case["v"] = 1
        driver.finish(name)
    assert driver.case == {"v": 1, "rows": ["x", "a", "b"]}


def test_results_of_parallel_jobs_both_stay() -> None:
    flows = ["start > f", "f > v", "f > w", "v > j", "w > j", "j > end"]
    parts = [parallel("f"), parallel("j"), service("v", result="answer"), service("w", result="answer.more")]
    driver = Driver(
        define(document(process("p", start(), *parts, end(), flows=flows))), {"answer": {"text": "by hand"}}
    )
    driver.finish("w", {"b": [1, {"c": None}]})
    driver.finish("v", {"sent": True, "text": None})
    assert (driver.case, driver.completed) == ({"answer": {"sent": True, "more": {"b": [1, {"c": None}]}}}, True)


def test_what_a_worker_returns_is_copied() -> None:
    result = {"rows": [{"id": "1"}]}
    driver = Driver(
        define(document(process("p", start(), service("w", result="out"), end(), flows=["start > w", "w > end"])))
    )
    driver.finish("w", result)
    result["rows"][0]["id"] = "changed"
    assert driver.case["out"]["rows"][0]["id"] == "1"


def test_deletions_in_a_called_process_reach_nobody_else() -> None:
    inner = sub_process("sub", start("s1"), user("a"), end("e1"), flows=["s1 > a", "a > e1"])
    called = process("q", start("qs"), inner, end("qe"), flows=["qs > sub", "sub > qe"])
    driver = Driver(
        define(document(process("p", start(), call("c", "q"), end(), flows=["start > c", "c > end"]), called)), {"x": 1}
    )
    driver.finish("a")
    assert driver.instance.path()[0] == ("sub", "a")
    assert (driver.completed, driver.case) == (True, {"x": 1})
    element = driver.definition.element("q", "a")
    assert element is not None
    assert element.process_id == "sub"
    assert driver.definition.element("p", "a") is None


def test_what_a_wait_was_given_does_not_change_with_the_case() -> None:
    loop = multi_instance("rows", "row")
    work = service("w", parameters={"all": "rows", "own": "row"}, loop=loop)
    xml = document(process("p", start(), work, end(), flows=["start > w", "w > end"]))
    driver = Driver(define(xml), {"rows": [{"id": "1", "n": 1}]}, reload=False)
    driver.case["rows"][0]["n"] = 2
    assert driver.wait("w").parameters == {"all": [{"id": "1", "n": 1}], "own": {"id": "1", "n": 1}}
    assert driver.wait("w").items["row"]["n"] == 2  # the live row
    driver.case["rows"].clear()
    assert driver.wait("w").items["row"]["n"] == 1  # as copied when the loop was reached


def test_an_instance_kept_in_memory_goes_on_with_the_case_file_of_then() -> None:
    driver = Driver(define(two_branches()), {"v": 1})
    kept = driver.instance
    kept.complete_user_task(driver.wait("a").task_id)
    assert kept.path()[-2:] == [("p", "a"), ("p", "p_3")]
    resumed = kept.resume({"v": 2})
    assert (resumed.path(), resumed.evaluate("v"), resumed.case) == ([], 2, {"v": 2})
