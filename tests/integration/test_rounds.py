"""Rounds: a plan that is refused comes again, the refused one stays as it was, and after the last round nobody goes back."""

import json
from typing import Any

import pytest

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.publish_version import PublishVersion
from server.commands.send_back_task import SendBackTask
from server.commands.withdraw_task import WithdrawTask
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.queries.case_story import case_story
from server.queries.complaint_detail import complaint_detail
from server.queries.diagram import diagram
from server.queries.instance_history import instance_history
from server.queries.record_case import record_case
from server.queries.task_detail import task_detail
from server.queries.task_list import task_list
from tests.bpmn_builder import call, document, end, exclusive, lanes, process, start, user
from tests.house import actor

APPLICATION = """
key = "complaint"
title = "投诉\\nComplaint"
process_id = "complaint"
filing_form = "file"
rounds = 2
[loops.plan]
title = "改善方案\\nImprovement plan"
keeps = ["plan", "approval"]
clears = ["approval"]
reason = ["approval.opinion"]
[groups]
engineering = "工程部\\nEngineering"
management = "管理层\\nManagement"
"""
TEXT = {"type": "string", "title": "文字\nText", "maxLength": 500}
WHOLE = {"type": "integer", "title": "数\nNumber", "minimum": 0, "maximum": 99, "readOnly": True}


def group(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "title": "组\nGroup", "properties": properties}


ROW = {
    "id": {**TEXT, "readOnly": True},
    "number": WHOLE,
    "reason": TEXT,
    "closed_at": {"type": "string", "format": "date-time", "title": "时间\nAt"},
    "values": {"type": "object", "title": "内容\nValues"},
}
CASE = {
    "type": "object",
    "title": "投诉\nComplaint",
    "properties": {
        "customer": group(name=TEXT),
        "problem": group(description=TEXT),
        "plan": group(summary=TEXT),
        "approval": group(decision=TEXT, opinion=TEXT),
        "rounds": group(limit=WHOLE, plan=WHOLE),
        "plan_rounds": {
            "type": "array",
            "title": "轮\nRounds",
            "readOnly": True,
            "maxItems": 99,
            "items": {"type": "object", "properties": ROW},
        },
    },
}
FORMS = {"file": ["customer", "problem"], "plan": ["plan"], "approve": ["approval"], "decide": ["approval"]}
MAIN = document(
    process(
        "complaint",
        start(),
        call("planning", "plan_process"),
        exclusive("Refused"),
        user("decide", {"formKey": "decide"}),
        end(),
        flows=[
            "start > planning",
            "planning > Refused",
            'Refused > decide if approval.decision == "refused"',
            "Refused > end default",
            "decide > end",
        ],
        lanes=lanes(management=["decide"]),
    ).replace('id="complaint"', 'id="complaint" name="投诉&#10;Complaint"', 1)
)
PLANNING = document(
    process(
        "plan_process",
        start("begin"),
        user("plan", {"formKey": "plan", "loop": "plan"}),
        user("approve", {"formKey": "approve"}),
        exclusive("Approved"),
        end("planned"),
        flows=[
            "begin > plan",
            "plan > approve",
            "approve > Approved",
            'Approved > plan if approval.decision == "refused" and rounds.plan < rounds.limit',
            "Approved > planned default",
        ],
        lanes=lanes(engineering=["plan"], management=["approve"]),
    ).replace('id="plan_process"', 'id="plan_process" name="方案&#10;Planning"', 1)
)


def form(groups: list[str]) -> bytes:
    properties = {name: {"$ref": f"case.schema.json#/properties/{name}"} for name in groups}
    return json.dumps({"schema": {"type": "object", "title": "表\nForm", "properties": properties}}).encode()


@pytest.fixture
def number(house: Context) -> str:
    files = {
        "application.toml": APPLICATION.encode(),
        "complaint.bpmn": MAIN,
        "planning.bpmn": PLANNING,
        "forms/case.schema.json": json.dumps(CASE).encode(),
        **{f"forms/{name}.json": form(groups) for name, groups in FORMS.items()},
    }
    house.execute(PublishVersion(actor=SYSTEM, bundle=Bundle(files).to_zip(), note="rounds"))
    fields = {"customer": {"name": "ACME"}, "problem": {"description": "sink marks"}}
    return str(house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields)).body["number"])


def open_task(house: Context, number: str) -> dict[str, Any]:
    (task,) = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return dict(task)


def does(house: Context, number: str, element: str, **data: dict[str, Any]) -> None:
    task = open_task(house, number)
    assert task["element_id"] == element
    house.execute(CompleteTask(actor=actor(house, "admin"), task_id=task["id"], data=data))


def detail(house: Context, number: str) -> dict[str, Any]:
    return complaint_detail(house, actor(house, "admin"), number, "en")


def refused_once(house: Context, number: str) -> None:
    does(house, number, "plan", plan={"summary": "retrain the operator"})
    does(house, number, "approve", approval={"decision": "refused", "opinion": "retraining is no cure"})


def test_a_refused_plan_is_frozen_and_asked_for_again(house: Context, number: str) -> None:
    assert detail(house, number)["case"]["rounds"] == {"limit": 2, "plan": 1}
    refused_once(house, number)
    case = detail(house, number)["case"]
    assert case["rounds"] == {"limit": 2, "plan": 2}
    assert "approval" not in case
    assert open_task(house, number)["element_id"] == "plan"
    (first,) = detail(house, number)["rounds"]
    assert (first["title"], first["number"], first["reason"]) == ("Improvement plan", 1, "retraining is no cure")
    assert first["values"] == {
        "plan": {"summary": "retrain the operator"},
        "approval": {"decision": "refused", "opinion": "retraining is no cure"},
    }


def test_the_next_round_leaves_the_frozen_one_alone(house: Context, number: str) -> None:
    refused_once(house, number)
    before = detail(house, number)["case"]["plan_rounds"]
    does(house, number, "plan", plan={"summary": "lock the pressure"})
    after = detail(house, number)["case"]
    assert after["plan_rounds"] == before
    assert after["plan"] == {"summary": "lock the pressure"}


def test_after_the_last_round_the_decision_goes_up(house: Context, number: str) -> None:
    refused_once(house, number)
    does(house, number, "plan", plan={"summary": "lock the pressure"})
    does(house, number, "approve", approval={"decision": "refused", "opinion": "too dear"})
    assert open_task(house, number)["element_id"] == "decide"


def test_going_back_by_hand_is_a_round_too_and_ends_with_the_limit(house: Context, number: str) -> None:
    admin = actor(house, "admin")
    does(house, number, "plan", plan={"summary": "retrain"})
    house.execute(SendBackTask(actor=admin, task_id=open_task(house, number)["id"], reason="no trial"))
    assert detail(house, number)["case"]["rounds"]["plan"] == 2
    does(house, number, "plan", plan={"summary": "lock"})
    task = task_detail(house, admin, open_task(house, number)["id"], "en")
    assert "send_back" not in task["actions"]
    with pytest.raises(Rejected) as refusal:
        house.execute(SendBackTask(actor=admin, task_id=task["id"], reason="again", target="plan"))
    assert refusal.value.code == "task.no_way_back"


def test_the_story_tells_the_round_by_its_name(house: Context, number: str) -> None:
    refused_once(house, number)
    told = [event["sentence"] for event in case_story(house, actor(house, "admin"), number, "en")]
    assert "Round 2 of Improvement plan began: retraining is no cure" in told


def test_the_history_alone_gives_the_case_file_with_its_rounds(house: Context, number: str) -> None:
    from server.domain.case_file import fold

    refused_once(house, number)
    case = detail(house, number)
    events = instance_history(house, actor(house, "admin"), case["instance_id"], limit=1000, cursor=None)["items"]
    changes = [change for event in events for change in event["data"].get("changes", ())]
    assert fold(changes) == case["case"]


def test_each_part_of_the_process_is_drawn_with_its_own_marks(house: Context, number: str) -> None:
    does(house, number, "plan", plan={"summary": "lock the pressure"})
    admin, instance = actor(house, "admin"), detail(house, number)["instance_id"]
    whole = diagram(house, admin, instance, "en")
    assert whole["process_id"] == "complaint"
    assert whole["marks"]["active"] == ["planning"]
    assert [(one["id"], one["name"], one["state"]) for one in whole["processes"]] == [
        ("complaint", "Complaint", "active"),
        ("plan_process", "Planning", "active"),
    ]
    part = diagram(house, admin, instance, "en", "plan_process")
    assert 'id="plan_process"' in part["xml"]
    assert part["marks"]["active"] == ["approve"]
    assert {"begin", "plan"} <= set(part["marks"]["done"])
    assert not {"start", "planning"} & set(part["marks"]["done"])
    assert diagram(house, admin, instance, "en", "no_such_process")["process_id"] == "complaint"


def test_a_plan_taken_back_is_the_same_round_again(house: Context, number: str) -> None:
    does(house, number, "plan", plan={"summary": "retrain the operator"})
    (done,) = task_list(house, actor(house, "admin"), language="en", case=number, state="completed")["items"]
    house.execute(WithdrawTask(actor=actor(house, "admin"), task_id=done["id"]))
    assert open_task(house, number)["element_id"] == "plan"
    case = detail(house, number)["case"]
    assert case["rounds"] == {"limit": 2, "plan": 1}
    assert case["plan"] == {"summary": "retrain the operator"}
    assert detail(house, number)["rounds"] == []
    refused_once(house, number)
    assert detail(house, number)["case"]["rounds"]["plan"] == 2
    assert record_case(house, actor(house, "admin"), number).outcome.ok
