"""What the check must not say: sound drawings, and what other tools write into theirs, pass without a finding."""

import pytest

from server.engine.check import Asked, check_files
from tests.unit.check.drawing import (
    boundary,
    catching,
    chain,
    choice,
    definitions,
    end,
    extensions,
    flow,
    process,
    service,
    start,
    step,
    table,
    timer,
    user,
    waiting,
    with_boundary,
)

CORRELATION = (
    "<s:processVariableCorrelation><s:propertyId>number</s:propertyId>"
    "<s:expression>number</s:expression></s:processVariableCorrelation>"
)
MESSAGE = '<message id="m" name="answered"/>'
ANSWERED = f'<messageEventDefinition messageRef="m">{extensions(CORRELATION)}</messageEventDefinition>'
RULE_TASK = (
    f'<businessRuleTask id="r">{extensions("<s:calledDecisionId>grade</s:calledDecisionId>")}</businessRuleTask>'
)
POOL = '<collaboration id="c"><participant id="x" processRef="p"/><participant id="y" name="Customer"/></collaboration>'
PLAIN = start() + end() + chain("s", "e")
NAMES = {"amount", "level", "number", "rows", "due"}

SOUND = {
    "straight": step(user() + "", "u", lanes="u"),
    "choice with default": choice("amount &gt; 1", None, default="b"),
    "inclusive": choice("amount &gt; 1 and level != null", None, default="b", kind="inclusiveGateway"),
    "joining gateway needs no default": process(
        choice("amount == 1", None, default="b").decode().split("<process", 1)[1].split(">", 1)[1].split("</process")[0]
    ),
    "service with result": step(
        service(
            inner='<s:parameters><s:parameter id="a" type="str" value="number"/></s:parameters><s:retry retries="3"/>',
            more='resultVariable="level.found"',
        ),
        "w",
    ),
    "working time as a date": waiting("timeDate", "working_hours(8)"),
    "duration": waiting("timeDuration", '"PT1.5H"'),
    "date from the case": waiting("timeDate", "due"),
    "repeating reminder": with_boundary(timer("timeCycle", '"R3/PT8H"'), 'cancelActivity="false"'),
    "due date": step(user(dueDate="working_days(3)", milestone="D3", remark="free text"), "u", lanes="u"),
    "message with correlation": catching(ANSWERED, root=MESSAGE),
    "boundary message": with_boundary(ANSWERED, root=MESSAGE),
    "error boundary": step(
        service() + boundary('<errorEventDefinition errorRef="x"/>', on="w"),
        "w",
        root='<error id="x" errorCode="broken"/>',
    ),
    "pool around the process": process(PLAIN, root=POOL),
    "message start beside a plain one": process(
        start() + start("s2", '<messageEventDefinition messageRef="m"/>') + user() + end() + chain("s", "u", "e")
        + chain("s2", "u"),
        lanes="u",
        root=MESSAGE,
    ),
    "loop through a user task": process(
        start() + user() + '<exclusiveGateway id="g" default="f_g_e"/>' + end() + chain("s", "u", "g", "e")
        + flow("g", "u", "level == 'again'"),
        lanes="u",
    ),
    "loop through a sub-process that waits": process(
        start()
        + '<subProcess id="n">' + start("a") + user() + end("z") + chain("a", "u", "z") + "</subProcess>"
        + '<exclusiveGateway id="g" default="f_g_e"/>' + end() + chain("s", "n", "g", "e") + flow("g", "n", "amount == 1"),
        lanes="n",
    ),
    "parallel part inside a sub-process on a loop": process(
        start()
        + '<subProcess id="n">' + start("a") + '<parallelGateway id="y"/>' + user() + user("v")
        + '<parallelGateway id="j"/>' + end("z") + chain("a", "y", "u", "j", "z") + chain("y", "v", "j")
        + '</subProcess><exclusiveGateway id="g" default="f_g_e"/>' + end() + chain("s", "n", "g", "e")
        + flow("g", "n", "amount == 1"),
        lanes="n",
    ),
    "several rows": step(
        user(
            inner="<multiInstanceLoopCharacteristics><loopDataInputRef>rows</loopDataInputRef>"
            '<inputDataItem id="row"/></multiInstanceLoopCharacteristics>'
        ),
        "u",
        lanes="u",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_drawing_has_no_finding(name: str) -> None:
    found = check_files({"x.bpmn": SOUND[name]}, known_names=NAMES)
    assert [(finding.code, finding.message.format(**finding.params)) for finding in found] == []


@pytest.mark.parametrize(
    "condition",
    ["", "-", "5", '"x"', "> 100", "50 < ? <= 100", '? in ["x","y"]', '"x","y"', 'not("x")', "[1..5]", "null", "level"],
)
def test_a_cell_the_engine_reads_rightly_has_no_finding(condition: str) -> None:
    rest = [] if condition in ("", "-") else [("", '"low"')]
    files = {"x.dmn": table((condition, '"high"'), *rest)}
    assert check_files(files, known_names=NAMES) == []


def test_a_decision_the_server_asks_reads_and_gives_names_of_its_own() -> None:
    files = {"x.dmn": table(('"plan"', "8"), ("", "24"), source="step", output="minutes")}
    asked = {"grade": Asked(frozenset({"step"}), frozenset({"minutes"}))}
    assert check_files(files, known_names=NAMES, asked=asked) == []
    assert [finding.code for finding in check_files(files, known_names=NAMES)] == ["K302", "K306"]


def test_a_called_process_and_a_decision_in_other_files() -> None:
    files = {
        "x.bpmn": step('<callActivity id="c" calledElement="q"/>', "c"),
        "y.bpmn": process(start("s1") + RULE_TASK + end("e1") + chain("s1", "r", "e1"), key="q"),
        "z.dmn": table(("> 1", '"high"'), ("", '"low"')),
        "README.md": b"not a diagram",
    }
    assert check_files(files, known_names=NAMES) == []


def test_a_loop_item_is_known_in_the_process_it_calls() -> None:
    many = (
        '<callActivity id="c" calledElement="q"><multiInstanceLoopCharacteristics>'
        '<loopDataInputRef>rows</loopDataInputRef><inputDataItem id="row"/>'
        "</multiInstanceLoopCharacteristics></callActivity>"
    )
    called = choice("row.amount == 1", None, default="b").replace(b'process id="p"', b'process id="q"')
    assert check_files({"x.bpmn": step(many, "c"), "y.bpmn": called}, known_names=NAMES) == []
    alone = check_files({"y.bpmn": called}, known_names=NAMES)
    assert [finding.code for finding in alone] == ["K302"]


def test_other_tools_write_into_their_own_namespaces() -> None:
    foreign = (
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
        'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" exporter="Camunda Modeler" modeler:executionPlatform="x"'
    )
    task = (
        '<userTask id="u" name="u" camunda:formKey="embedded:x" camunda:candidateGroups="a,b" bioc:stroke="#333">'
        + extensions(
            '<camunda:formData><camunda:formField id="amount"/></camunda:formData>'
            '<s:properties><s:property name="formKey" value="u"/></s:properties>'
        )
        + "</userTask>"
    )
    lanes = '<laneSet id="l"><lane id="sales"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
    content = lanes + start() + task + end() + chain("s", "u", "e")
    xml = definitions(f'<process id="p" isExecutable="true">{content}</process>', foreign)
    assert check_files({"x.bpmn": xml}, known_names=NAMES) == []


def test_a_lone_drawing_is_only_warned_about_its_neighbours() -> None:
    rule = f'<businessRuleTask id="r">{extensions("<s:calledDecisionId>d</s:calledDecisionId>")}</businessRuleTask>'
    nodes = (
        start() + '<userTask id="u" name="u"/>' + rule + service() + '<callActivity id="c" calledElement="q"/>' + end()
    )
    xml = process(nodes + chain("s", "u", "r", "w", "c", "e"))
    found = check_files({"x.bpmn": xml}, topics=set(), forms=set(), known_names={"amount"}, lone=True)
    assert {finding.code for finding in found} == {"K409", "K411", "K405", "K407", "K402"}
    assert {finding.severity for finding in found} == {"warning"}
    assert {finding.severity for finding in check_files({"x.bpmn": xml}, topics=set())} == {"error"}


def test_hints_name_the_nearest_known_word() -> None:
    xml = choice("amuont == 1", None, default="b")
    (found,) = check_files({"x.bpmn": xml}, known_names=NAMES)
    assert found.fix.format(**found.params) == "Did you mean amount?"
    assert (found.process, found.element) == ("p", "f_g_a")


def test_a_loop_without_a_wait_shows_the_way_round() -> None:
    nodes = start() + '<intermediateThrowEvent id="k"/><exclusiveGateway id="g" default="f_g_e"/>' + end()
    xml = process(nodes + chain("s", "k", "g", "e") + flow("g", "k", "amount == 1"))
    (found,) = check_files({"x.bpmn": xml}, known_names=NAMES)
    assert found.code == "K217"
    assert found.counterexample == ("s", "k", "g", "k")


def test_findings_come_in_the_order_of_the_files() -> None:
    files = {
        name: process(PLAIN + boundary("<errorEventDefinition/>", on="s"), key=name[0]) for name in ("b.bpmn", "a.bpmn")
    }
    found = check_files(files)
    assert [finding.file for finding in found] == sorted(finding.file for finding in found)
    assert found
