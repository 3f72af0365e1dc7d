"""Expressions against the case schema: the labels of cases.py, in conditions and in due dates."""

from datetime import UTC, datetime

import pytest

from server.clock import ManualClock
from server.domain.working_time import functions
from server.engine.check import Finding, check_files, language
from server.engine.check.calls import SIGNATURES
from server.engine.null_rules import FUNCTIONS
from tests.unit.check.case_fields import NAMES, SCHEMA
from tests.unit.check.drawing import chain, choice, end, escaped, flow, process, service, start, step, user
from tests.unit.check.kinds.cases import DUE, RIGHT, WRONG


def told(finding: Finding) -> str:
    shown = finding.to_json(lambda text, **params: text.format(**params))
    return f"{shown['message']} {shown['fix']}"


def check(condition: str) -> list[Finding]:
    xml = choice(escaped(condition), None, default="b")
    return check_files({"x.bpmn": xml}, known_names=NAMES, case_schema=SCHEMA)


@pytest.mark.parametrize("condition", RIGHT)
def test_a_condition_that_can_work_has_no_finding(condition: str) -> None:
    assert [told(finding) for finding in check(condition)] == []


@pytest.mark.parametrize(("condition", "code", "words"), WRONG)
def test_a_condition_that_cannot_work_is_told(condition: str, code: str, words: tuple[str, ...]) -> None:
    # What lies behind a condition that is never true is told as well, at the element.
    (found,) = (one for one in check(condition) if one.code != "K804")
    assert (found.code, found.element) == (code, "f_g_a")
    assert all(word in told(found) for word in words), told(found)


def test_the_functions_the_check_knows_are_those_that_run() -> None:
    handed_in = functions(lambda: None, ManualClock(datetime(2030, 1, 1, tzinfo=UTC)))
    assert set(FUNCTIONS) | set(handed_in) == language.FUNCTIONS
    assert set(SIGNATURES) | {"min", "max", "bool"} == language.FUNCTIONS


def test_what_a_worker_writes_can_be_read_before_the_schema_has_it() -> None:
    nodes = start() + service(more='resultVariable="grading.waybill"') + '<exclusiveGateway id="g" default="f_g_b"/>'
    flows = chain("s", "w", "g", "b") + flow("g", "a", "grading.waybill.number == 3")
    xml = process(nodes + end("a") + end("b") + flows)
    found = check_files({"x.bpmn": xml}, known_names=NAMES, case_schema=SCHEMA)
    assert [finding.code for finding in found] == ["K324"]


@pytest.mark.parametrize("source", DUE)
def test_a_due_date_gives_a_time(source: str) -> None:
    xml = step(user(dueDate=escaped(source).replace('"', "&quot;")), "u", lanes="u")
    found = check_files({"x.bpmn": xml}, known_names=NAMES, case_schema=SCHEMA)
    assert [finding.code for finding in found] == ([DUE[source]] if DUE[source] else [])
