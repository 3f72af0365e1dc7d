"""Whatever a file of a recorded test holds, playing it gives an outcome in words, soon, and never an exception."""

import json
import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.casework.library import published
from server.casework.run_tests import Outcome, run_test, run_tests
from server.domain.bundle import Bundle
from server.domain.recorded_test import files_of
from tests.unit.process.bundled import BUNDLE

VERSION = published(0, 0, BUNDLE)
WHOLE = {file: json.loads(BUNDLE[file]) for file in files_of(BUNDLE)}
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 2**70, "", "x" * 3000, "__proto__", "\x00", "2026-02-30T00:00:00Z", "2099-12-31T23:59:59Z",
    [], {}, [[]], [None], {"id": 1}, [{"id": "row-1"}, {"id": "row-1"}], {"__class__": {}}, {"typename": "x"}, "End_Archived",
)  # fmt: skip


def played(test: Any) -> Outcome:
    started = time.perf_counter()
    found = run_test(VERSION, "tests/odd.json", json.dumps(test).encode())
    assert time.perf_counter() - started < 25
    if found.difference is not None:
        for language in ("en", "zh-CN"):
            assert found.to_json(language)["difference"]["message"]
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def mutated(test: Any, rng: Random) -> Any:
    test = json.loads(json.dumps(test))
    *outer, last = rng.choice([place for place in places(test) if place])
    holder = test
    for key in outer:
        holder = holder[key]
    how = rng.random()
    if how < 0.2:
        del holder[last]
    elif how < 0.3 and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), holder[last])
    elif how < 0.4 and isinstance(holder, dict):
        holder[rng.choice(("id", "task", "then", "values", "writes", "error", "result", "x"))] = rng.choice(ODD)
    else:
        holder[last] = rng.choice(ODD)
    return test


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_a_test_with_random_faults(seed: int, faults: int) -> None:
    rng = Random(seed)
    test: Any = rng.choice(
        [WHOLE["tests/not-valid.json"], WHOLE["tests/duplicate.json"], WHOLE["tests/withdrawn.json"]]
    )
    for _ in range(faults):
        test = mutated(test, rng)
        if not isinstance(test, dict):
            break
    played(test)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_test(data: bytes) -> None:
    assert not run_test(VERSION, "tests/odd.json", data).ok


@pytest.mark.parametrize(
    "test",
    [*ODD, {"format": 2, "steps": []}, {"format": 1, "steps": [{"at": "2026-03-02T01:00:00Z", "task": "receive"}]}],
)
def test_what_is_no_recorded_test_is_told(test: Any) -> None:
    found = played(test)
    assert found.difference is not None
    assert found.difference.kind == "test"
    assert found.difference.step == 0


def steps(*more: dict[str, Any]) -> dict[str, Any]:
    first = WHOLE["tests/not-valid.json"]["steps"][:2]
    return {"format": 1, "steps": [*first, *more]}


AT = "2026-03-02T02:00:00Z"


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ({"task": "nowhere"}, "not_open"),
        ({"job": "acknowledge"}, "not_open"),
        ({"message": "nobody.waits"}, "not_open"),
        ({"timers": ["nowhere"]}, "not_open"),
        ({"send_back": "receive", "to": "nowhere"}, "fault"),
        ({"amend": {"nothing": {"of": "the kind"}}}, "form"),
        ({"amend": {"grading": {"cost": "a lot"}}}, "form"),
        ({"task": "receive", "data": {"rounds": {"limit": 99}}}, "form"),
        ({"message": "complaint.withdrawn", "payload": {"reason": {"a": 1}}}, "form"),
        ({"task": "receive", "group": "gm", "data": {}}, "group"),
    ],
)
def test_a_step_that_cannot_be_done_is_told(step: dict[str, Any], kind: str) -> None:
    found = played(steps({"at": AT, **step})).difference
    assert found is not None
    assert (found.kind, found.step) == (kind, 3)


def test_a_time_that_goes_back_stands_still() -> None:
    test = json.loads(json.dumps(WHOLE["tests/not-valid.json"]))
    for step in test["steps"][3:]:
        step["at"] = "2020-01-01T00:00:00Z"
    assert played(test).ok


def test_a_test_may_leave_expectations_out() -> None:
    test = json.loads(json.dumps(WHOLE["tests/not-valid.json"]))
    for step in test["steps"]:
        for name in ("then", "open", "values", "group", "process", "topic"):
            step.pop(name, None)
    for name in ("end", "names", "notes", "title"):
        test.pop(name, None)
    assert played(test).ok


def test_an_end_that_is_expected_and_does_not_come() -> None:
    test = json.loads(json.dumps(WHOLE["tests/not-valid.json"]))
    test["steps"].pop()
    found = played(test).difference
    assert found is not None
    assert found.kind == "end"
    assert found.expected == "End_NotValid"
    assert found.found is None


LOOP = b"""<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 id="d" targetNamespace="t"><bpmn:process id="complaint" isExecutable="true"><bpmn:startEvent id="s"><bpmn:outgoing>a</bpmn:outgoing>
</bpmn:startEvent><bpmn:exclusiveGateway id="g" default="b"><bpmn:incoming>a</bpmn:incoming><bpmn:incoming>b</bpmn:incoming>
<bpmn:outgoing>b</bpmn:outgoing><bpmn:outgoing>c</bpmn:outgoing></bpmn:exclusiveGateway><bpmn:endEvent id="e"><bpmn:incoming>c</bpmn:incoming>
</bpmn:endEvent><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="g"/><bpmn:sequenceFlow id="b" sourceRef="g" targetRef="g"/>
<bpmn:sequenceFlow id="c" sourceRef="g" targetRef="e"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">1 == 2</bpmn:conditionExpression>
</bpmn:sequenceFlow></bpmn:process></bpmn:definitions>"""


def test_a_process_that_never_stops_is_given_up_for_every_test() -> None:
    files = {path: data for path, data in BUNDLE.items() if not path.endswith((".bpmn", ".dmn"))}
    started = time.perf_counter()
    report = run_tests(Bundle(files | {"complaint.bpmn": LOOP}))
    assert not any(test.ok for test in report.tests)
    assert {test.difference.kind for test in report.tests if test.difference} <= {"fault", "version"}
    assert time.perf_counter() - started < 60
