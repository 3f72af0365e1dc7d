"""Life outside the happy path on the complaint's own process: from wherever it stands it comes to the right end."""

from typing import Any

import pytest

from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.deliver_message import DeliverMessage
from server.commands.file_complaint import FileComplaint
from server.commands.merge_complaint import MergeComplaint
from server.commands.refer_complaint import ReferComplaint
from server.commands.report_recurrence import ReportRecurrence
from server.commands.withdraw_complaint import WithdrawComplaint
from server.domain.rejection import Rejected
from server.queries.complaint_detail import complaint_detail
from server.queries.mailbox import mailbox
from server.queries.task_list import task_list
from tests import stories
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs

STORY = "housing-sink-marks"


def do(house: Context, command: Any, **given: Any) -> dict[str, Any]:
    body: dict[str, Any] = house.execute(command(actor=actor(house, "admin"), **given)).body
    drain_jobs(house)
    return body


def filed(house: Context) -> str:
    return str(do(house, FileComplaint, channel="email", fields=stories.fields(STORY))["number"])


def case(house: Context, number: str) -> dict[str, Any]:
    return complaint_detail(house, actor(house, "admin"), number, "en")


def tasks(house: Context, number: str) -> list[dict[str, Any]]:
    return task_list(house, actor(house, "admin"), language="en", case=number)["items"]


def lived_up_to(house: Context, element_id: str) -> str:
    """A complaint of which this step is open, told as the demo tells it."""
    number = filed(house)
    for step in stories.steps(STORY):
        open_now = tasks(house, number)
        if element_id in [task["element_id"] for task in open_now]:
            return number
        if "message" in step:
            message = {"name": step["message"], "correlation": {"number": number}, "payload": step["payload"]}
            do(house, DeliverMessage, **message)
        else:
            do(house, CompleteTask, task_id=stories.task_of(step, open_now)["id"], data=step["data"])
    raise AssertionError(f"the story never comes to {element_id}")


@pytest.mark.parametrize("step", ["receive", "confirm", "emergency", "quarantine_wip", "approve_plan", "eight_d"])
def test_a_complaint_is_withdrawn_wherever_it_stands(house: Context, step: str) -> None:
    number = lived_up_to(house, step)
    do(house, WithdrawComplaint, number=number, reason="solved", name="Ms Wang")
    seen = case(house, number)
    assert (seen["state"], seen["end_event"], tasks(house, number)) == ("completed", "End_Withdrawn", [])
    assert seen["case"]["closing_mail"]["outcome"] == "withdrawn"
    assert audit_house(house) == []


@pytest.mark.parametrize("step", ["record", "quarantine_stock"])
def test_a_duplicate_ends_wherever_it_stands_and_its_customer_is_told(house: Context, step: str) -> None:
    survivor, number = filed(house), lived_up_to(house, step)
    do(house, MergeComplaint, number=number, of=survivor, reason="same delivery")
    seen = case(house, number)
    assert (seen["state"], seen["end_event"]) == ("completed", "End_Duplicate")
    assert seen["case"]["closing_mail"]["outcome"] == "duplicate"
    last = mailbox(house, actor(house, "admin"))["items"][0]
    assert last["case_number"] == number
    assert survivor in last["body"]
    assert case(house, survivor)["links"] == [{"kind": "has_duplicate", "number": number}]
    assert audit_house(house) == []


def test_what_others_settle_ends_and_what_they_give_back_goes_on(house: Context) -> None:
    number = lived_up_to(house, "confirm")
    do(house, ReferComplaint, number=number, kind="authority", reason="asked by the bureau")
    assert case(house, number)["case"]["referral"]["kind"] == "authority"
    with pytest.raises(Rejected) as refusal:
        do(house, WithdrawComplaint, number=number, reason="solved")
    assert refusal.value.code == "instance.not_waiting"
    _tell_outside(house, number, "back")
    assert {"withdraw", "merge", "refer"} <= set(case(house, number)["actions"])
    assert [task["element_id"] for task in tasks(house, number)] == ["confirm"]
    do(house, ReferComplaint, number=number, kind="legal", reason="sued")
    _tell_outside(house, number, "settled")
    seen = case(house, number)
    assert (seen["state"], seen["end_event"]) == ("completed", "End_SettledOutside")


def _tell_outside(house: Context, number: str, result: str) -> None:
    """Somebody fills in the reference; then word comes from outside."""
    (task,) = [task for task in tasks(house, number) if task["element_id"] == "refer_outside"]
    data = {"referral": {"to": "Market supervision bureau", "facts": "x", "referred_on": "2026-03-02"}}
    do(house, CompleteTask, task_id=task["id"], data=data)
    payload = {"result": result, "ruling": "as they say", "name": "Ms Li"}
    do(house, DeliverMessage, name="outside.decided", correlation={"number": number}, payload=payload)


def test_what_was_withdrawn_may_come_back(house: Context) -> None:
    old = filed(house)
    do(house, WithdrawComplaint, number=old, reason="solved")
    new = do(house, ReportRecurrence, number=old, reason="again")["number"]
    seen = case(house, new)
    assert seen["case"]["successor"] == {"of": old, "reason": "again"}
    assert seen["case"]["product"]["part_no"] == stories.fields(STORY)["product"]["part_no"]
    assert "quantity_defective" not in seen["case"]["product"]
    assert [task["element_id"] for task in tasks(house, new)] == ["receive"]
    assert audit_house(house) == []


def test_where_a_site_wants_four_eyes_the_planner_does_not_approve(house: Context) -> None:
    number = lived_up_to(house, "verify_plan")
    object.__setattr__(house, "settings", house.settings.model_copy(update={"four_eyes": True}))
    (task,) = tasks(house, number)
    with pytest.raises(Rejected) as refusal:
        do(house, CompleteTask, task_id=task["id"], data={"plan": {"feasible": "yes"}})
    assert refusal.value.code == "forbidden.four_eyes"
