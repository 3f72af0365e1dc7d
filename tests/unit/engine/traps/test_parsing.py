"""Field guide, section 1.1 to 1.3 and 2: what the parser accepts, drops or raises."""

import pytest
from lxml import etree

from server.engine import DiagramRefused, parse_definition
from tests.bpmn_builder import (
    boundary,
    call,
    document,
    end,
    error_definition,
    exclusive,
    lanes,
    multi_instance,
    node,
    process,
    rule,
    service,
    start,
    sub_process,
    user,
)
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock

LINE = ["start > a", "a > end"]


def refused(xml: bytes, process_id: str = "p") -> DiagramRefused:
    with pytest.raises(DiagramRefused) as caught:
        parse_definition({"p.bpmn": xml}, process_id)
    return caught.value


@pytest.mark.parametrize(
    "xml",
    [
        b"<bpmn:definitions",
        b"",
        b"\xff\xfe\x00",
        document(process("p", start(), user("a"), end(), flows=["start > a", "a > nowhere"])),
        document(process("p", start(), call("a", "missing"), end(), flows=LINE)),
        document(process("p", start(), node("callActivity", "a"), end(), flows=LINE)),
        document(process("p", start(), rule("a", "missing"), end(), flows=LINE)),
        document(process("p", start(), node("serviceTask", "a"), end(), flows=LINE)),
        document(process("p", start(), user("a"), end(), flows=[*LINE, "a > end"])),
        document(process("p", start(), exclusive("a"), end(), end("e"), flows=["start > a", "a > end", "a > e"])),
        document(process("p", user("a"), end(), flows=["a > end"])),
        document(process("p", start(), node("complexGateway", "a"), end(), flows=LINE)),
        document(process("p", start(), node("userTask", "a", nonsense="1"), end(), flows=LINE)),
        document(process("q", start(), end(), flows=["start > end"])),
        document(process("p", start(), sub_process("a", start("b"), flows=[]), end(), flows=LINE)),
        document(process("p", start(), user("a", loop=multi_instance("x", cardinality="3")), end(), flows=LINE)),
    ],
)
def test_parse_errors_are_of_many_types_there_and_one_here(xml: bytes) -> None:
    assert refused(xml).code


def test_stock_raises_a_type_of_its_own_for_each_source_of_error() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        stock.parse(b"<bpmn:definitions")
    chain = [f"a{n} > a{n + 1}" for n in range(499)]
    long = document(
        process("p", start(), *(user(f"a{n}") for n in range(500)), end(), flows=["start > a0", *chain, "a499 > end"])
    )
    with pytest.raises(Exception, match="RecursionError"):
        stock.parse(long)
    assert "too long" in str(refused(long)) or refused(long).code


@pytest.mark.parametrize("reserved", ["Start", "End", "x.BoundaryEventSplit", "p.EndJoin"])
def test_reserved_ids_collide_with_internal_tasks(reserved: str) -> None:
    xml = document(process("p", start(), user("a"), end(reserved), flows=["start > a", f"a > {reserved}"]))
    assert refused(xml).element == reserved


def test_stock_skips_everything_when_a_task_is_called_end() -> None:
    xml = document(process("p", start(), user("End"), user("b"), end(), flows=["start > End", "End > b", "b > end"]))
    assert stock.ready(stock.begin(xml)) == []


def test_a_process_without_end_event_never_completes() -> None:
    xml = document(process("p", start(), user("a"), flows=["start > a"]))
    workflow = stock.begin(xml)
    stock.finish(workflow, "a")
    assert workflow.is_completed()
    assert not workflow.data  # "completed", yet nothing came out
    assert refused(xml).code == "engine.no_end"


def test_the_same_id_twice_loses_a_task() -> None:
    xml = document(process("p", start(), user("a"), user("a"), end(), flows=LINE))
    assert stock.ready(stock.begin(xml)) == ["a"]
    assert refused(xml)


def test_two_processes_with_one_id() -> None:
    one = document(process("p", start(), end(), flows=["start > end"]))
    with pytest.raises(DiagramRefused):
        parse_definition({"a.bpmn": one, "b.bpmn": one}, "p")


def test_scripts_are_run_inside_task_data() -> None:
    script = node("scriptTask", "a", "<bpmn:script>x = __import__('os').getpid()</bpmn:script>")
    xml = document(process("p", start(), script, user("b"), end(), flows=["start > a", "a > b", "b > end"]))
    assert stock.begin(xml).get_next_task(state=stock.READY).data["x"] > 0
    assert refused(xml).code == "engine.unsupported"
    before = user("a").replace(
        "></bpmn:userTask>",
        "><bpmn:extensionElements><spiffworkflow:preScript>x = 1</spiffworkflow:preScript></bpmn:extensionElements>"
        "</bpmn:userTask>",
    )
    assert refused(document(process("p", start(), before, end(), flows=LINE))).code == "engine.unsupported"


def test_event_start_is_not_handed_to_the_library() -> None:
    by_timer = start(
        "s2", "<bpmn:timerEventDefinition><bpmn:timeCycle>R/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>"
    )
    xml = document(
        process(
            "p", start(), by_timer, user("a"), user("b"), end(), flows=["start > a", "s2 > b", "a > end", "b > end"]
        )
    )
    definition = define(xml)
    driver = Driver(definition)
    assert driver.open() == ["a"]
    driver.finish("a")
    assert driver.completed
    started = definition.element("p", "s2")
    assert started is not None
    assert (started.event, started.event_text) == ("timer", "R/P1D")
    with pytest.raises(Exception, match="R/P1D"):
        stock.begin(xml)


def test_a_process_with_an_event_start_only_begins_there() -> None:
    by_message = start("s2", "<bpmn:messageEventDefinition/>")
    xml = document(process("p", by_message, user("a"), end(), flows=["s2 > a", "a > end"]))
    assert stock.ready(stock.begin(xml)) == []
    assert Driver(define(xml)).open() == ["a"]


def test_lanes_keep_their_name_only() -> None:
    inner = sub_process("sub", start("s1"), user("b"), end("e1"), flows=["s1 > b", "b > e1"])
    xml = document(
        process(
            "p", start(), user("a"), inner, call("c", "q"), end(),
            flows=["start > a", "a > sub", "sub > c", "c > end"], lanes=lanes(sales=["a", "c"], quality=["sub"]),
        ),
        process("q", start("s2"), user("d"), end("e2"), flows=["s2 > d", "d > e2"]),
    )  # fmt: skip
    assert stock.begin(xml).get_next_task(state=stock.READY).task_spec.lane == "SALES"
    driver = Driver(define(xml))
    groups = []
    for element in ("a", "b", "d"):
        groups.append(driver.wait(element).group)
        driver.finish(element)
    assert groups == ["sales", "quality", None]


def test_lane_group_property_and_innermost_lane() -> None:
    properties = (
        '<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="group" value="qa"/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )
    inner = f'<bpmn:lane id="inner">{properties}<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
    lane = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="outer"><bpmn:flowNodeRef>a</bpmn:flowNodeRef>'
        f'<bpmn:childLaneSet id="cs">{inner}</bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>'
    )
    driver = Driver(define(document(process("p", start(), user("a"), end(), flows=LINE, lanes=lane))))
    assert driver.wait("a").group == "qa"


def test_extensions_of_a_loop_sit_on_the_instances() -> None:
    looped = user("a", {"formKey": "f"}, loop=multi_instance(cardinality="2"))
    xml = document(process("p", start(), looped, end(), flows=LINE))
    wrapper = next(t for t in stock.begin(xml).get_tasks() if t.task_spec.name == "a")
    assert not hasattr(wrapper.task_spec, "extensions")
    assert [wait.properties["formKey"] for wait in Driver(define(xml)).waits("user_task")] == ["f", "f"]


@pytest.mark.parametrize(
    "part",
    [
        '<bpmn:adHocSubProcess id="x"><bpmn:userTask id="y"/></bpmn:adHocSubProcess>',
        sub_process(
            "x", start("s", error_definition()), end("e"), flows=["s > e"], attributes='triggeredByEvent="true"'
        ),
        node("intermediateThrowEvent", "x", "<bpmn:compensateEventDefinition/>"),
        node("intermediateThrowEvent", "x", '<bpmn:linkEventDefinition name="l"/>'),
        boundary("x", "a", error_definition() + error_definition()),
    ],
)
def test_elements_that_are_misread_are_refused(part: str) -> None:
    xml = document(process("p", start(), user("a"), part, end(), flows=LINE))
    assert refused(xml).element in ("x", "p")


def test_stock_runs_the_error_handler_of_an_event_sub_process_at_the_start() -> None:
    handler = sub_process(
        "x", start("s", error_definition()), user("h"), end("e"), flows=["s > h", "h > e"],
        attributes='bpmn:triggeredByEvent="true" triggeredByEvent="true"',
    )  # fmt: skip
    xml = document(process("p", start(), user("a"), handler, end(), flows=LINE))
    assert stock.ready(stock.begin(xml)) == ["a", "h"]


def test_stock_drops_what_stands_behind_a_link() -> None:
    link = '<bpmn:linkEventDefinition name="l"/>'
    parts = [node("intermediateThrowEvent", "x", link), node("intermediateCatchEvent", "y", link), user("b")]
    xml = document(process("p", start(), *parts, end(), flows=["start > x", "y > b", "b > end"]))
    spec, _subs = stock.parse(xml)
    assert "b" not in spec.task_specs


def test_service_task_without_topic_and_with_one() -> None:
    driver = Driver(
        define(document(process("p", start(), service("a", "t@1", {"x": "1 + 1"}, retries=3), end(), flows=LINE)))
    )
    job = driver.wait("a")
    assert (job.kind, job.topic, job.parameters, job.retries, job.backoff) == ("job", "t@1", {"x": 2}, 3, 2)
