"""The sentence about a real complaint, moment by moment; working hours are counted by hand.

The office works from 08:30 to 12:00 and from 13:00 to 17:30. The returned part may take 16 working hours, so of a
complaint filed on Monday, 2 March 2026, at 09:00 it is due on Wednesday at 09:00 (7.5 h + 8 h + 0.5 h).
"""

from typing import Any

import pytest

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.add_signers import AddSigners
from server.commands.answer_question import AnswerQuestion
from server.commands.ask_colleague import AskColleague
from server.commands.cancel_instance import CancelInstance
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.continue_clock import ContinueClock
from server.commands.deliver_message import DeliverMessage
from server.commands.pause_clock import PauseClock
from server.commands.publish_version import PublishVersion
from server.commands.resume_instance import ResumeInstance
from server.commands.suspend_instance import SuspendInstance
from server.domain.bundle import Bundle, bundled_root
from server.queries.complaint_detail import complaint_detail
from server.queries.task_list import task_list
from server.runner.ticks import Ticks
from tests.bpmn_builder import (
    boundary,
    catch,
    decision_table,
    document,
    end,
    exclusive,
    lanes,
    message,
    message_definition,
    parallel,
    process,
    service,
    start,
    timer,
    user,
)
from tests.house import actor, drain_jobs
from tests.integration.deadline_house import file, go_to

BACK = message_definition("m_back", correlation={"number": "number"})
DIAGRAM = document(
    message("m_back", "part.returned"),
    process(
        "complaint",
        start(),
        parallel("both"),
        user(
            "part", {"formKey": "empty", "milestone": "D4", "waitsFor": "退回的样品\nthe returned sample"},
            name="等样品\nWait for the part",
        ),
        boundary("back", "part", BACK),
        user("plan", {"formKey": "empty"}, name="方案\nPlan"),
        exclusive("met"),
        parallel("together"),
        service("answer", "customer.acknowledge@1", retries=2),
        catch("three_days", timer("duration", '"P3D"')),
        end(),
        flows=[
            "start > both", "both > part", "both > plan", "part > met", "back > met",
            "met > together", "plan > together",
            "together > answer", "answer > three_days", "three_days > end",
        ],
        lanes=lanes(quality=["part"], engineering=["plan"]),
    ),
)  # fmt: skip
TABLE = decision_table(
    "deadlines",
    ["step"],
    ["amount", "unit", "start", "remind", "escalate", "source"],
    [(['"part"'], ["16", '"working_hours"', '"task"', "", "[0]", '"S4"'])],
    hit_policy="FIRST",
)


@pytest.fixture
def number(house: Context) -> str:
    bundled = Bundle.from_folder(bundled_root(), "complaint")
    kept = [name for name in bundled if not name.endswith((".bpmn", ".dmn")) and not name.startswith("tests/")]
    files = {name: bundled[name] for name in kept} | {"complaint.bpmn": DIAGRAM, "deadlines.dmn": TABLE}
    files["forms/empty.json"] = b'{"schema": {"type": "object", "properties": {}}, "ui": {}}'
    house.execute(PublishVersion(actor=SYSTEM, bundle=Bundle(files).to_zip(), note="for a test"))
    return file(house)


def why(house: Context, number: str, language: str = "en") -> str:
    return str(complaint_detail(house, actor(house, "admin"), number, language)["waits_for"])


def task(house: Context, number: str, element_id: str) -> str:
    items = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return next(str(item["id"]) for item in items if item["element_id"] == element_id)


def instance_of(house: Context, number: str) -> str:
    return str(complaint_detail(house, actor(house, "admin"), number, "en")["instance_id"])


def name(house: Context, username: str) -> str:
    return actor(house, username).display_name


def test_a_promised_step_from_outside(house: Context, number: str) -> None:
    go_to(house, "3 13:00")
    told = "Waits 1 d 4 h on the returned sample; owner: Quality; D4 due in 5 working hours; and 1 other."
    assert why(house, number) == told
    assert (
        why(house, number, "zh-CN") == "等待退回的样品已 1 天 4 小时；责任：品质部；D4 还剩 5 个工作小时；另有 1 项。"
    )
    quality = actor(house, "quality1")
    house.execute(ClaimTask(actor=quality, task_id=task(house, number, "part")))
    assert f"; {name(house, 'quality1')} (Quality) is working on it; D4 due" in why(house, number)


def test_late_escalated_and_with_its_clock_stopped(house: Context, number: str) -> None:
    go_to(house, "4 10:00")
    Ticks(house).fire_timers()
    told = why(house, number)
    assert told.startswith("Waits 2 d 1 h on the returned sample; owner: Quality; escalated to ")
    assert told.endswith("; D4 overdue by 1 working hour; and 1 other.")
    admin = actor(house, "admin")
    house.execute(PauseClock(actor=admin, number=number, reason="other", text="the line is being moved"))
    assert "; the clock has stood since 2026-03-04 10:00: the line is being moved; and 1" in why(house, number)
    go_to(house, "4 15:00")
    house.execute(ContinueClock(actor=admin, number=number))
    # What was late before the clock stopped stays due then: from 9:00 to 12:00 and from 13:00 to 15:00 are 5 h.
    assert "; D4 overdue by 5 working hours; and 1" in why(house, number)


def test_a_stopped_clock_moves_the_promise(house: Context, number: str) -> None:
    """Stopped on Tuesday from 13:00 to 15:00, the part is due two working hours later: on Wednesday at 11:00."""
    admin = actor(house, "admin")
    go_to(house, "3 13:00")
    house.execute(PauseClock(actor=admin, number=number, reason="waiting_part"))
    go_to(house, "3 15:00")
    house.execute(ContinueClock(actor=admin, number=number))
    assert "; D4 due in 5 working hours; promise moved once; and 1 other." in why(house, number)


def test_a_suspended_and_a_cancelled_complaint(house: Context, number: str) -> None:
    admin, instance_id = actor(house, "admin"), instance_of(house, number)
    go_to(house, "2 11:00")
    house.execute(SuspendInstance(actor=admin, instance_id=instance_id, reason="Line stopped."))
    go_to(house, "4 11:00")
    told = "Suspended since 2026-03-02 11:00 (2 d): Line stopped; it will go on with “Plan”; and 1 other."
    assert why(house, number).replace("“Wait for the part”", "“Plan”") == told
    house.execute(ResumeInstance(actor=admin, instance_id=instance_id, reason="it runs"))
    house.execute(CancelInstance(actor=admin, instance_id=instance_id, reason="entered twice"))
    assert why(house, number) == "Cancelled on 2026-03-04 11:00 after 2 d 2 h: entered twice; nothing was promised."


def test_the_server_and_the_end(house: Context, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = actor(house, "admin")
    house.execute(CompleteTask(actor=admin, task_id=task(house, number, "plan"), data={}))
    assert why(house, number).endswith("; D4 due in 16 working hours.")
    house.execute(DeliverMessage(actor=admin, name="part.returned", correlation={"number": number}, payload={}))
    assert why(house, number) == "Waits 0 min for the server to do “answer”."

    def broken(*_given: Any) -> Any:
        raise RuntimeError("mail server refused\nTraceback")

    with monkeypatch.context() as patch:
        patch.setattr(type(house.topics), "run", broken)
        drain_jobs(house)
        told = why(house, number)
        assert told.startswith("“answer” failed and is tried again in 0 min; what broke: ")
        assert "mail server refused" in told
        assert told.endswith("; tries left: 1.")
        go_to(house, "2 10:00")
        drain_jobs(house)
    assert why(house, number).startswith("“answer” has waited 0 min for repair; what broke: ")
    go_to(house, "2 13:00")
    assert why(house, number).startswith("“answer” has waited 3 h for repair; what broke: ")
    assert "等待修复已 3 小时；故障：" in why(house, number, "zh-CN")


def test_a_timer_and_an_end(house: Context, number: str) -> None:
    admin = actor(house, "admin")
    go_to(house, "4 10:00")
    for element_id in ("plan", "part"):
        house.execute(CompleteTask(actor=admin, task_id=task(house, number, element_id), data={}))
    drain_jobs(house)
    go_to(house, "5 10:00")
    told = "Waits 1 d for a point in time, “three_days”; it comes on 2026-03-07 10:00."
    assert why(house, number) == told
    go_to(house, "7 10:00")
    Ticks(house).fire_timers()
    assert why(house, number) == "Ended on 2026-03-07 10:00 after 5 d 1 h; the promise was not kept: D4."


def test_whose_answer_and_signature_are_awaited(house: Context, number: str) -> None:
    go_to(house, "2 10:00")
    part = task(house, number, "part")
    of, by = name(house, "engineering1"), name(house, "quality1")
    asking = AskColleague(actor=actor(house, "quality1"), task_id=part, of="engineering1", text="Which tool?")
    request = house.execute(asking).body["request"]
    told = f"; at “Wait for the part” {of} was asked by {by} on 2026-03-02 10:00 and has not answered."
    assert why(house, number).endswith(told), "its own limit stands meanwhile, so that another step leads"
    house.execute(AnswerQuestion(actor=actor(house, "engineering1"), request_id=request, text="Tool 7"))
    assert "was asked by" not in why(house, number)
    signing = AddSigners(actor=actor(house, "quality1"), task_id=part, signers=("manager",), text="Please look")
    house.execute(signing)
    told = f"{name(house, 'manager')} was asked by {by} on 2026-03-02 10:00 to sign and has not"
    assert told in why(house, number)
    assert f"{by}于 2026-03-02 10:00 请{name(house, 'manager')}签署，尚未签署" in why(house, number, "zh-CN")
    later = AddSigners(
        actor=actor(house, "quality1"), task_id=part, signers=("sales1",), text="Later", position="after"
    )
    house.execute(later)
    assert why(house, number).count("was asked by") == 1, "who signs when the form is filled is not awaited yet"
