"""Four eyes: with KESU_FOUR_EYES nobody completes a task that judges a step he did himself."""

from typing import Any

import pytest

from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.send_back_task import SendBackTask
from server.domain.rejection import Rejected
from server.queries.task_list import task_list
from tests.bpmn_builder import document, end, lanes, process, start, user
from tests.house import actor
from tests.integration import strip

PLANNED = document(
    process(
        "complaint",
        start(),
        user("plan", {"formKey": "empty"}, name="方案\nPlan"),
        user("look", {"formKey": "empty", "sendBackTo": "plan"}),
        user("approve", {"formKey": "empty", "notBy": "plan"}),
        end(),
        flows=["start > plan", "plan > look", "look > approve", "approve > end"],
        lanes=lanes(quality=["plan", "look", "approve"]),
    )
)


@pytest.fixture
def site(house: Context) -> Context:
    strip.publish(house, PLANNED)
    object.__setattr__(house, "settings", house.settings.model_copy(update={"four_eyes": True}))
    return house


def number(site: Context) -> str:
    fields = {"customer": {"name": "ACME"}, "problem": {"description": "x"}}
    return str(site.execute(FileComplaint(actor=actor(site, "sales1"), channel="phone", fields=fields)).body["number"])


def task(site: Context, case: str) -> dict[str, Any]:
    (found,) = task_list(site, actor(site, "admin"), language="en", case=case)["items"]
    return found


def complete(site: Context, case: str, by: str) -> None:
    site.execute(CompleteTask(actor=actor(site, by), task_id=task(site, case)["id"], data={}))


def test_who_planned_may_not_approve_and_another_may(site: Context) -> None:
    case = number(site)
    complete(site, case, "quality1")
    complete(site, case, "quality2")
    with pytest.raises(Rejected) as refusal:
        complete(site, case, "quality1")
    assert refusal.value.code == "forbidden.four_eyes"
    assert "“Plan”" in refusal.value.text("en")
    assert "方案" in refusal.value.text("zh-CN")
    complete(site, case, "quality2")


def test_not_even_an_administrator(site: Context) -> None:
    case = number(site)
    complete(site, case, "admin")
    complete(site, case, "quality1")
    with pytest.raises(Rejected, match="four-eyes"):
        complete(site, case, "admin")


def test_of_a_step_done_twice_the_last_time_counts(site: Context) -> None:
    case = number(site)
    complete(site, case, "quality1")
    back = task(site, case)
    site.execute(SendBackTask(actor=actor(site, "quality2"), task_id=back["id"], reason="thin", target="plan"))
    complete(site, case, "quality2")
    complete(site, case, "quality2")
    with pytest.raises(Rejected, match="four-eyes"):
        complete(site, case, "quality2")
    complete(site, case, "quality1")


def test_switched_off_it_says_nothing(house: Context) -> None:
    strip.publish(house, PLANNED)
    case = number(house)
    for _step in range(3):
        complete(house, case, "quality1")
    assert task_list(house, actor(house, "admin"), language="en", case=case)["items"] == []
