"""Pairs of small bundles, and by hand what changed between them: (kind, element or entry, aspect, before, after)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bpmn_builder import (
    boundary,
    call,
    decision_table,
    document,
    end,
    error,
    error_definition,
    exclusive,
    lanes,
    message,
    message_definition,
    process,
    rule,
    service,
    start,
    timer,
    user,
)

Files = dict[str, bytes]

TOML = b"""key = "small"
title = "Small"
process_id = "p"
filing_form = "first"
rounds = 3
[columns]
level = { pointer = "/level", title = "Level" }
[groups]
sales = "Sales"
quality = "Quality"
"""

FLOWS = ("start > a", "a > work", "work > choose", "choose > gw", "gw > b if level > 2", "gw > c default", "b > end",
         "c > inner", "inner > end", "late > end", "told > end", "broken > end")  # fmt: skip


def diagram(flows: tuple[str, ...] = FLOWS, more: str = "", wait: str = '"P1D"', sales: tuple[str, ...] = ()) -> bytes:
    return document(
        message("m", "answer"),
        error("e", "no_luck"),
        process(
            "p",
            start(),
            user("a", {"formKey": "first", "milestone": "D1", "dueDate": "working_hours(8)"}, name="一\nOne"),
            service("work", "work@1", {"n": "1"}, "result", retries=3),
            rule("choose", "choice"),
            exclusive("gw"),
            user("b", {"formKey": "second", "priority": "50"}, name="二\nTwo"),
            user("c", {"formKey": "second", "sendBackTo": "a"}, name="三\nThree"),
            call("inner", "q"),
            boundary("late", "b", timer("duration", wait)),
            boundary("told", "c", message_definition("m")),
            boundary("broken", "work", error_definition("e")),
            end(),
            more,
            flows=list(flows),
            lanes=lanes(sales=["a", *sales], quality=["b", "c"]),
        ),
        process("q", start("q_start"), user("q_task"), end("q_end"), flows=["q_start > q_task", "q_task > q_end"],
                lanes=lanes(production=["q_task"]).replace("lane_set", "q_lanes")),
    )  # fmt: skip


ROWS = [(["> 2"], ['"high"']), (["> 1"], ['"middle"']), ([""], ['"low"'])]

SCHEMA = b"""{"type": "object", "properties": {
 "level": {"type": "number", "title": "Level"},
 "colour": {"type": "string", "oneOf": [{"const": "red", "title": "Red"}, {"const": "blue", "title": "Blue"}]},
 "name": {"type": "string", "maxLength": 40}}}"""

FIRST = b"""{"schema": {"type": "object", "properties": {
 "level": {"$ref": "case.schema.json#/properties/level"},
 "name": {"$ref": "case.schema.json#/properties/name"}}, "required": ["level"]}, "ui": {"order": ["/level", "/name"]}}"""
SECOND = b"""{"schema": {"type": "object", "properties": {
 "colour": {"$ref": "case.schema.json#/properties/colour"}}}, "ui": {}}"""


def base() -> Files:
    return {
        "application.toml": TOML,
        "p.bpmn": diagram(),
        "choice.dmn": decision_table("choice", ["level"], ["class"], ROWS, "FIRST"),
        "forms/case.schema.json": SCHEMA,
        "forms/first.json": FIRST,
        "forms/second.json": SECOND,
        "forms/documents/answer.txt": b"Dear customer,\nwe are sorry.\n",
        "tests/one.json": b"{}",
    }


@dataclass(frozen=True)
class Case:
    """`change` makes the new bundle out of a copy of the old one."""

    name: str
    change: Callable[[Files], None]
    expected: set[tuple[str, str, str, Any, Any]]


def edit(path: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        text = files[path].decode()
        assert text.count(old) >= 1, old
        files[path] = text.replace(old, new).encode()

    return change


def put(path: str, data: bytes | None) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        if data is None:
            del files[path]
        else:
            files[path] = data

    return change


def both(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    return lambda files: [change(files) for change in changes] and None


def table(rows: list[tuple[list[str], list[str]]], inputs: list[str] | None = None, policy: str = "FIRST") -> bytes:
    return decision_table("choice", inputs or ["level"], ["class"], rows, policy)


NEW_TASK = user("extra", {"formKey": "second"}, name="新\nNew")
LED = ("start > a", "a > extra", "extra > work", *FLOWS[2:])
SWAPPED = ("start > work", "work > a", "a > choose", *FLOWS[3:])
ELSEWHERE = (*FLOWS[:8], "inner > a", *FLOWS[9:])

BPMN = "p.bpmn"
CASES = [
    Case("nothing", lambda files: None, set()),
    Case("name in English", edit(BPMN, "一&#10;One", "一&#10;Uno"), {("changed", "a", "name.en", "One", "Uno")}),
    Case("name in Chinese", edit(BPMN, "一&#10;One", "壹&#10;One"), {("changed", "a", "name.zh-CN", "一", "壹")}),
    Case("group", put(BPMN, diagram(sales=("b",)).replace(b"<bpmn:flowNodeRef>b<", b"<bpmn:flowNodeRef><", 2)
                      .replace(b"<bpmn:flowNodeRef><", b"<bpmn:flowNodeRef>b<", 1)
                      .replace(b"<bpmn:flowNodeRef></bpmn:flowNodeRef>", b"")),
         {("changed", "b", "group", "quality", "sales")}),
    Case("form", edit(BPMN, 'name="formKey" value="first"', 'name="formKey" value="second"'),
         {("changed", "a", "form", "first", "second")}),
    Case("due date", edit(BPMN, "working_hours(8)", "working_hours(4)"),
         {("changed", "a", "due", "working_hours(8)", "working_hours(4)")}),
    Case("milestone", edit(BPMN, 'value="D1"', 'value="D2"'), {("changed", "a", "milestone", "D1", "D2")}),
    Case("priority", edit(BPMN, 'value="50"', 'value="80"'), {("changed", "b", "priority", "50", "80")}),
    Case("assignee", edit(BPMN, 'name="milestone" value="D1"', 'name="assignee" value="owner"'),
         {("changed", "a", "milestone", "D1", None), ("changed", "a", "assignee", None, "owner")}),
    Case("send back", edit(BPMN, 'name="sendBackTo" value="a"', 'name="sendBackTo" value="a, b"'),
         {("changed", "c", "send_back", "a", "a, b")}),
    Case("another property", edit(BPMN, 'name="sendBackTo"', 'name="loop"'),
         {("changed", "c", "send_back", "a", None), ("changed", "c", "loop", None, "a")}),
    Case("prompts", edit(BPMN, 'name="milestone" value="D1"', 'name="prompts" value="calm"'),
         {("changed", "a", "milestone", "D1", None), ("changed", "a", "prompts", None, "calm")}),
    Case("topic", edit(BPMN, "work@1", "work@2"), {("changed", "work", "topic", "work@1", "work@2")}),
    Case("parameter", edit(BPMN, 'id="n" type="str" value="1"', 'id="n" type="str" value="2"'),
         {("changed", "work", "parameter.n", "1", "2")}),
    Case("retries", edit(BPMN, 'retries="3"', 'retries="5"'), {("changed", "work", "retries", "3", "5")}),
    Case("result", edit(BPMN, 'resultVariable="result"', 'resultVariable="outcome"'),
         {("changed", "work", "result", "result", "outcome")}),
    Case("decision", edit(BPMN, "calledDecisionId>choice<", "calledDecisionId>other<"),
         {("changed", "choose", "decision", "choice", "other")}),
    Case("called process", edit(BPMN, 'calledElement="q"', 'calledElement="r"'),
         {("changed", "inner", "called", "q", "r")}),
    Case("condition", edit(BPMN, "level &gt; 2", "level &gt; 3"),
         {("changed", "p_4", "condition", "level > 2", "level > 3")}),
    Case("default flow", edit(BPMN, 'default="p_5"', 'default="p_4"'),
         {("changed", "gw", "default", "c", "b")}),
    Case("timer", edit(BPMN, '"P1D"', '"P2D"'), {("changed", "late", "timer", '"P1D"', '"P2D"')}),
    Case("message", edit(BPMN, 'name="answer"', 'name="reply"'), {("changed", "told", "message", "answer", "reply")}),
    Case("error code", edit(BPMN, 'errorCode="no_luck"', 'errorCode="bad_luck"'),
         {("changed", "broken", "error", "no_luck", "bad_luck")}),
    Case("interrupting", edit(BPMN, 'attachedToRef="b" cancelActivity="true"',
                              'attachedToRef="b" cancelActivity="false"'),
         {("changed", "late", "interrupting", "true", "false")}),
    Case("instructions", edit(BPMN, '<bpmn:userTask id="q_task">',
                              '<bpmn:userTask id="q_task"><bpmn:extensionElements>'
                              "<spiffworkflow:instructionsForEndUser>[en]\nLook.</spiffworkflow:instructionsForEndUser>"
                              "</bpmn:extensionElements>"),
         {("changed", "q_task", "instructions", None, "[en]\nLook.")}),
    Case("kind", edit(BPMN, "bpmn:userTask", "bpmn:manualTask"),
         {("changed", each, "kind", "userTask", "manualTask") for each in ("a", "b", "c", "q_task")}),
    Case("loop", edit(BPMN, '<bpmn:userTask id="q_task">', '<bpmn:userTask id="q_task">'
                      '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>2'
                      "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"),
         {("changed", "q_task", "repeated", None, "sequential, loopCardinality 2")}),
    Case("something of another tool", edit(BPMN, '<bpmn:userTask id="q_task">',
                                           '<bpmn:userTask id="q_task" implementation="special">'),
         {("changed", "q_task", "attribute.implementation", None, "special")}),
    Case("added task", put(BPMN, diagram(LED, NEW_TASK)), {("added", "extra", "", None, None)}),
    Case("led back", put(BPMN, diagram(ELSEWHERE)),
         {("removed", "p_8", "flow", "inner", "end"), ("added", "p_8", "flow", "inner", "a")}),
    Case("moved in the flow", put(BPMN, diagram(SWAPPED)), {("moved", "a", "", "start", "work")}),
    Case("renamed", both(edit(BPMN, '"a"', '"alpha"'), edit(BPMN, ">a<", ">alpha<")),
         {("renamed", "alpha", "", "a", "alpha")}),
    Case("added flow", put(BPMN, diagram((*FLOWS[:5], "gw > inner if level > 1", *FLOWS[5:]))),
         {("added", "p_5", "flow", "gw", "inner")}),
    Case("layout only", put(BPMN, diagram().replace(
        b"</bpmn:definitions>", b'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p"/>'
        b"</bpmndi:BPMNDiagram></bpmn:definitions>")), set()),
    Case("rule added", put("choice.dmn", table([*ROWS[:1], (["> 1.5"], ['"more"']), *ROWS[1:]])),
         {("added", "choice", "row.2", None, '> 1.5 → "more"')}),
    Case("rule removed", put("choice.dmn", table([ROWS[0], ROWS[2]])),
         {("removed", "choice", "row.2", '> 1 → "middle"', None)}),
    Case("cell", put("choice.dmn", table([ROWS[0], (["> 1"], ['"average"']), ROWS[2]])),
         {("changed", "choice", "row.2.class", '"middle"', '"average"')}),
    Case("order of rows", put("choice.dmn", table([ROWS[1], ROWS[0], ROWS[2]])),
         {("moved", "choice", "row.1", "2", "1")}),
    Case("hit policy", put("choice.dmn", table(ROWS, policy="UNIQUE")),
         {("changed", "choice", "hit_policy", "FIRST", "UNIQUE")}),
    Case("input expression", put("choice.dmn", table(ROWS, ["level + 1"])),
         {("changed", "choice", "input.1", "level", "level + 1")}),
    Case("input added", put("choice.dmn", table([([*tests, ""], values) for tests, values in ROWS], ["level", "name"])),
         {("added", "choice", "input.2", None, "name")}),
    Case("choice removed", edit("forms/case.schema.json", ', {"const": "blue", "title": "Blue"}', ""),
         {("removed", "/colour", "choice", "blue", None)}),
    Case("choice added", edit("forms/case.schema.json", '{"const": "blue", "title": "Blue"}',
                              '{"const": "blue", "title": "Blue"}, {"const": "green", "title": "Green"}'),
         {("added", "/colour", "choice", None, "green")}),
    Case("field added", edit("forms/case.schema.json", '"name": {', '"weather": {"type": "string"}, "name": {'),
         {("added", "/weather", "field", None, "string")}),
    Case("field removed", both(edit("forms/case.schema.json", ',\n "name": {"type": "string", "maxLength": 40}', ""),
                               edit("forms/first.json", ',\n "name": {"$ref": "case.schema.json#/properties/name"}', "")),
         {("removed", "/name", "field", "string", None)}),
    Case("field narrowed", edit("forms/case.schema.json", '"maxLength": 40', '"maxLength": 20'),
         {("changed", "/name", "maxLength", 40, 20)}),
    Case("field retyped", edit("forms/case.schema.json", '"type": "number"', '"type": "string"'),
         {("changed", "/level", "type", "number", "string")}),
    Case("newly required", edit("forms/first.json", '"required": ["level"]', '"required": ["level", "name"]'),
         {("changed", "/name", "required", False, True)}),
    Case("no longer required", edit("forms/first.json", ', "required": ["level"]', ""),
         {("changed", "/level", "required", True, False)}),
    Case("read only", edit("forms/first.json", '/properties/name"', '/properties/name", "readOnly": true'),
         {("changed", "/name", "readOnly", None, True)}),
    Case("shown on the form", edit("forms/second.json", '"properties": {',
                                   '"properties": {"name": {"$ref": "case.schema.json#/properties/name"},'),
         {("added", "/name", "field", None, "string")}),
    Case("order of fields", edit("forms/first.json", '["/level", "/name"]', '["/name", "/level"]'),
         {("changed", "", "ui.order", ("/level", "/name"), ("/name", "/level"))}),
    Case("rounds", edit("application.toml", "rounds = 3", "rounds = 4"), {("changed", "rounds", "", 3, 4)}),
    Case("group title", edit("application.toml", '"Sales"', '"Selling"'),
         {("changed", "groups.sales.title", "", "Sales", "Selling")}),
    Case("group added", edit("application.toml", 'quality = "Quality"', 'quality = "Quality"\nlab = "Lab"'),
         {("added", "groups.lab", "", None, "Lab")}),
    Case("column", edit("application.toml", "/level", "/name"),
         {("changed", "columns.level.pointer", "", "/level", "/name")}),
    Case("text", edit("forms/documents/answer.txt", "sorry", "very sorry"),
         {("changed", "", "lines", 1, 1)}),
    Case("test removed", put("tests/one.json", None), {("removed", "", "file", None, None)}),
    Case("table added", put("other.dmn", decision_table("other", ["level"], ["class"], ROWS)),
         {("added", "", "file", None, None)}),
]  # fmt: skip


def pair(case: Case) -> tuple[Files, Files]:
    """The old and the new files."""
    old, new = base(), base()
    case.change(new)
    return old, new


REVERSED = {
    "added task": {("removed", "extra", "", None, None)},
    "rule added": {("removed", "choice", "row.2", '> 1.5 → "more"', None)},
    "renamed": {("renamed", "a", "", "alpha", "a")},
    "newly required": {("changed", "/name", "required", True, False)},
    "test removed": {("added", "", "file", None, None)},
}
"""What some pairs say the other way round."""
