"""Field guide, section 6: moving a running instance to another version. What stock does right too: ../test_migration.py."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.defaults import ServiceTask

from server.engine import DiagramRefused, MigrationRefused
from tests.bpmn_builder import (
    boundary,
    call,
    document,
    end,
    multi_instance,
    process,
    service,
    start,
    timer,
    user,
)
from tests.unit.engine.helpers import START, Driver, define
from tests.unit.engine.traps import stock


def line(*names_or_parts: str, more: tuple[str, ...] = (), flows: tuple[str, ...] = ()) -> bytes:
    """A process in a row; a name alone is a user task, a part is written as 'name|xml'."""
    pairs = [(each.partition("|")[0], each.partition("|")[2] or user(each)) for each in names_or_parts]
    names = ["start", *(name for name, _part in pairs), "end"]
    links = [f"{a} > {b}" for a, b in pairwise(names)]
    return document(process("p", start(), *(part for _name, part in pairs), *more, end(), flows=[*links, *flows]))


ABC = line("a", "b", "c")
GUARDED = line("a", "b", "c", more=(boundary("t", "b", timer("duration", '"PT1H"')),), flows=("t > end",))


def stock_at_b(xml: bytes) -> BpmnWorkflow:
    workflow = stock.begin(xml)
    stock.finish(workflow, "a")
    return workflow


def ours_at_b(xml: bytes) -> Driver:
    driver = Driver(define(xml))
    driver.finish("a")
    return driver


def move(driver: Driver, xml: bytes) -> None:
    """Move to a new version, which is loaded from then on."""
    new = define(xml)
    driver.do("migrate", new)
    driver.definition = new


def refused(driver: Driver, xml: bytes) -> MigrationRefused:
    """The refusal; the instance goes on in its old version."""
    before, blob = driver.waits(), driver.blob
    with pytest.raises(MigrationRefused) as caught:
        driver.do("migrate", define(xml))
    assert (driver.instance.waits(), driver.instance.dump()) == (before, blob)
    return caught.value


def test_a_removed_active_task_cannot_be_loaded_any_more() -> None:
    workflow = stock_at_b(ABC)
    stock.migrate(workflow, *stock.parse(line("a", "c")))
    assert stock.ready(workflow) == ["b"]
    with pytest.raises(TypeError):
        stock.saved(workflow)
    driver = ours_at_b(ABC)
    refusal = refused(driver, line("a", "c"))
    assert (refusal.code, refusal.elements) == ("migration.element_removed", ("b",))
    driver.finish("b")
    assert driver.open() == ["c"]


def test_a_boundary_event_gained_by_an_active_task_breaks_it() -> None:
    workflow = stock_at_b(ABC)
    stock.migrate(workflow, *stock.parse(GUARDED))
    with pytest.raises(WorkflowException, match="was not reached"):
        stock.finish(workflow, "b")
    driver = ours_at_b(ABC)
    refusal = refused(driver, GUARDED)
    assert (refusal.code, refusal.elements) == ("migration.boundary_changed", ("b",))
    driver.finish("b")
    assert driver.open() == ["c"]


def test_a_boundary_event_lost_by_an_active_task_cannot_be_loaded_any_more() -> None:
    workflow = stock_at_b(GUARDED)
    stock.migrate(workflow, *stock.parse(ABC))
    with pytest.raises(TypeError):
        stock.saved(workflow)
    refusal = refused(ours_at_b(GUARDED), ABC)
    assert (refusal.code, refusal.elements) == ("migration.boundary_changed", ("b", "t"))


def test_timers_start_again_and_claims_and_drafts_are_lost() -> None:
    def version(note: str) -> bytes:
        guard = boundary("t", "b", timer("duration", '"PT1H"'))
        return line(f"b|{user('b', {'note': note})}", "c", more=(guard,), flows=("t > end",))

    workflow = stock.begin(version("1"))
    waiting = workflow.get_tasks(state=stock.WAITING)[0]
    due = waiting.internal_data["event_value"]
    task = workflow.get_tasks(state=stock.READY, manual=True)[0]
    task.data["draft"], task.internal_data["claim"] = "text", "li"
    stock.migrate(workflow, *stock.parse(version("2")))
    assert waiting.internal_data["event_value"] != due
    assert (task.data, task.internal_data) == ({}, {})
    driver = Driver(define(version("1")))
    before = driver.wait("b").task_id, driver.wait("t").task_id
    driver.clock.advance(timedelta(minutes=40))
    move(driver, version("2"))
    assert (driver.wait("b").task_id, driver.wait("t").task_id) == before
    assert driver.wait("t").due_at == START + timedelta(hours=1)
    assert driver.wait("b").properties == {"note": "2"}
    assert driver.pass_time(minutes=20) == ["t"]


def stock_job(new: bytes, monkeypatch: pytest.MonkeyPatch, **options: Any) -> BpmnWorkflow:
    """A workflow with an open job, moved to a new version."""
    config = {spec: converter for spec, converter in SPIFF_CONFIG.items() if spec is not ServiceTask}
    config[stock.QueuedServiceTask] = SPIFF_CONFIG[ServiceTask]
    monkeypatch.setattr(stock, "REGISTRY", stock.BpmnWorkflowSerializer.configure(config))
    stock.JOBS.clear()
    workflow = stock.begin_queued(JOB)
    assert len(stock.JOBS) == 1
    stock.migrate(workflow, stock.parse_queued(new), {}, **options)
    workflow.do_engine_steps()
    return workflow


JOB = line(f"w|{service('w', result='out')}", "c")
JOB_AND_X = line(f"w|{service('w', result='out')}", "x", "c")


def test_what_is_new_behind_an_open_job_is_skipped_or_the_job_is_there_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = stock_job(JOB_AND_X, monkeypatch)
    workflow.get_tasks(state=stock.STARTED)[0].complete()
    workflow.do_engine_steps()
    assert stock.ready(workflow) == ["c"]
    stock_job(JOB_AND_X, monkeypatch, reset_mask=stock.READY | stock.WAITING | stock.STARTED)
    assert len(stock.JOBS) == 2
    driver = Driver(define(JOB))
    job = driver.wait("w")
    move(driver, JOB_AND_X)
    assert driver.waits() == [job]
    driver.do("complete_job", job.task_id, {"n": 1})
    assert (driver.open(), driver.case) == (["x"], {"out": {"n": 1}})


def looped(collection: str, note: str = "") -> bytes:
    loop = user("b", {"note": note}, loop=multi_instance(collection, "row"))
    return line(f"b|{loop}", "c")


def test_a_loop_loses_its_items_and_never_ends() -> None:
    workflow = stock.begin(looped("rows"), data={"rows": [1, 2]})
    stock.migrate(workflow, *stock.parse(looped("rows", "new")))
    assert not any("row" in task.data for task in workflow.get_tasks(state=stock.READY, manual=True))
    for _ in range(2):
        stock.finish(workflow, "b [child]")
    assert (stock.ready(workflow), workflow.completed) == ([], False)
    driver = Driver(define(looped("rows")), {"rows": [{"id": "1"}, {"id": "2"}]})
    driver.finish("b")
    move(driver, looped("rows", "new"))
    assert [wait.items for wait in driver.waits()] == [{"row": {"id": "2"}}]
    driver.finish("b")
    assert driver.open() == ["c"]


def test_a_loop_that_changed_under_way_goes_on_over_the_old_rows() -> None:
    rows = {"rows": [{"id": "1"}, {"id": "2"}], "others": [{"id": "3"}]}
    workflow = stock.begin(looped("rows"), data=rows)
    stock.migrate(workflow, *stock.parse(looped("others")))
    assert stock.ready(workflow) == ["b [child]", "b [child]"]
    driver = Driver(define(looped("rows")), rows)
    for changed in (looped("others"), line(f"b|{user('b')}", "c"), looped("rows").replace(b'"false"', b'"true"')):
        assert refused(driver, changed).code in ("migration.loop_changed", "migration.element_removed")


def calling(*inner: str, called: str = "q", after: tuple[str, ...] = ()) -> bytes:
    names = [f"{called}s", *inner, f"{called}e"]
    inside = process(called, start(f"{called}s"), *(user(name) for name in inner), end(f"{called}e"),
                     flows=[f"{a} > {b}" for a, b in pairwise(names)])  # fmt: skip
    outer = line(f"k|{call('k', called)}", *after, "z").decode()
    return outer.replace("</bpmn:definitions>", inside + "</bpmn:definitions>").encode()


def test_a_change_in_a_called_process_is_not_taken_over() -> None:
    workflow = stock.begin(calling("u"))
    stock.migrate(workflow, *stock.parse(calling("u", "n")))
    stock.finish(workflow, "u")
    assert stock.ready(workflow) == ["z"]
    driver = Driver(define(calling("u")))
    before = driver.wait("u").task_id, driver.wait("k").task_id
    move(driver, calling("u", "n"))
    assert (driver.wait("u").task_id, driver.wait("k").task_id) == before
    driver.finish("u")
    assert driver.open() == ["k", "n"]
    driver.finish("n")
    assert driver.open() == ["z"]


def test_what_is_new_behind_an_open_call_is_skipped() -> None:
    workflow = stock.begin(calling("u"))
    stock.migrate(workflow, *stock.parse(calling("u", after=("x",))))
    stock.finish(workflow, "u")
    assert stock.ready(workflow) == ["z"]
    driver = Driver(define(calling("u")))
    move(driver, calling("u", after=("x",)))
    driver.finish("u")
    assert driver.open() == ["x"]


def test_a_called_process_that_is_gone_cannot_be_loaded_any_more() -> None:
    workflow = stock.begin(calling("u"))
    spec, subs = stock.parse(calling("v", called="r"))
    stock.migrate(workflow, spec, subs)
    workflow.subprocess_specs = subs
    with pytest.raises(TypeError):
        stock.saved(workflow)
    driver = Driver(define(calling("u")))
    refusal = refused(driver, calling("v", called="r"))
    assert (refusal.code, refusal.elements) == ("migration.called_process", ("k",))
    with pytest.raises(DiagramRefused):
        define(line(f"k|{call('k', 'nowhere')}"))
