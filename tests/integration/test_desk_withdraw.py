"""Taking back what one completed: only as long as nobody has worked on what follows."""

from typing import Any

import pytest

from server.casework.context import Context
from server.commands.add_signers import AddSigners
from server.commands.ask_colleague import AskColleague
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.delegate_task import DelegateTask
from server.commands.return_task import ReturnTask
from server.commands.save_draft import SaveDraft
from server.commands.send_back_task import SendBackTask
from server.commands.set_priority import SetPriority
from server.commands.unclaim_task import UnclaimTask
from server.commands.withdraw_task import WithdrawTask
from server.queries.record_case import record_case
from server.queries.task_detail import task_detail
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs
from tests.integration.desk_house import URGENT, complete, filed, publish, task
from tests.integration.life import case, do, events, refused
from tests.integration.test_past import compare, note_all


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


@pytest.fixture
def number(site: Context) -> str:
    return filed(site)


def open_steps(site: Context, number: str) -> list[str]:
    return sorted(step["element_id"] for step in case(site, number)["steps"])


def test_the_step_is_open_again_in_the_same_hands_and_goes_on(site: Context, number: str) -> None:
    done = complete(site, number, "receive", "sales1")
    assert task_detail(site, actor(site, "sales1"), done, "en")["actions"] == ["withdraw"]
    assert task_detail(site, actor(site, "sales2"), done, "en")["actions"] == []
    answer = do(site, WithdrawTask, "sales1", task_id=done, reason="Wrong customer")
    assert sorted(answer["cancelled"]) == ["record", "secure"]
    assert open_steps(site, number) == ["receive"]
    again = task(site, number, "receive")
    assert (again["id"], again["claimed_by"]) == (answer["opened"], "sales1")
    assert again["id"] != done
    complete(site, number, "receive", "sales1")
    complete(site, number, "record", "quality1", URGENT)
    complete(site, number, "secure", "production1")
    complete(site, number, "approve", "quality2")
    assert case(site, number)["state"] == "completed"
    (event,) = events(site, number, "task.taken_back")
    assert (event["actor"], event["data"]["reason"]) == ("sales1", "Wrong customer")
    assert audit_house(site) == []


def test_a_branch_that_waits_for_the_other_is_taken_back(site: Context, number: str) -> None:
    complete(site, number, "receive", "sales1")
    done = complete(site, number, "record", "quality1", URGENT)
    do(site, ClaimTask, "production1", task_id=task(site, number, "secure")["id"])
    answer = do(site, WithdrawTask, "quality1", task_id=done)
    assert answer["cancelled"] == []
    assert open_steps(site, number) == ["record", "secure"]
    assert case(site, number)["case"]["intake"]["urgency"] == "high", "what was filled in stays"
    complete(site, number, "secure", "production1")
    complete(site, number, "record", "quality1", {"intake": {"urgency": "normal"}})
    complete(site, number, "approve", "quality2")
    assert audit_house(site) == []


def test_the_work_beside_it_may_go_on_meanwhile(site: Context, number: str) -> None:
    complete(site, number, "receive", "sales1")
    done = complete(site, number, "record", "quality1", URGENT)
    complete(site, number, "secure", "production1")
    answer = do(site, WithdrawTask, "quality1", task_id=done)
    assert answer["cancelled"] == ["approve"]
    assert open_steps(site, number) == ["record"]
    complete(site, number, "record", "quality1", {"intake": {"urgency": "normal"}})
    assert open_steps(site, number) == ["approve"]
    assert audit_house(site) == []


def begin(site: Context, number: str, how: str) -> None:
    secure: dict[str, Any] = {"task_id": task(site, number, "secure")["id"]}
    match how:
        case "claimed":
            do(site, ClaimTask, "production1", **secure)
        case "draft":
            do(site, SaveDraft, "production1", **secure, data={})
        case "completed":
            do(site, CompleteTask, "production1", **secure, data={})
        case "asked":
            do(site, AskColleague, "production1", **secure, of="service1", text="?")


@pytest.mark.parametrize("how", ["claimed", "draft", "completed", "asked"])
def test_what_follows_is_being_worked_on(site: Context, number: str, how: str) -> None:
    done = complete(site, number, "receive", "sales1")
    begin(site, number, how)
    refusal = refused(site, WithdrawTask, "sales1", task_id=done)
    assert refusal.code == "task.worked_on"
    assert "“Secure”" in refusal.text("en")
    assert "“遏制”" in refusal.text("zh-CN")
    assert audit_house(site) == []


def test_what_cannot_be_taken_back(site: Context, number: str) -> None:
    still_open = task(site, number, "receive")["id"]
    assert refused(site, WithdrawTask, "sales1", task_id=still_open).code == "task.still_open"
    done = complete(site, number, "receive", "sales1")
    for who in ("sales2", "admin"):
        assert refused(site, WithdrawTask, who, task_id=done).code == "forbidden.task_of_another"
    assert refused(site, WithdrawTask, "service1", task_id=done).code == "not_found.task"
    do(site, WithdrawTask, "sales1", task_id=done)
    assert refused(site, WithdrawTask, "sales1", task_id=done).code == "task.worked_on", "only once"


def test_after_the_work_was_sent_back_nothing_is_taken_back(site: Context, number: str) -> None:
    done = complete(site, number, "receive", "sales1")
    record = task(site, number, "record")["id"]
    do(site, SendBackTask, "quality1", task_id=record, reason="Which customer?", target="receive")
    assert refused(site, WithdrawTask, "sales1", task_id=done).code == "task.worked_on"


def test_an_ended_complaint_stays_ended(site: Context, number: str) -> None:
    complete(site, number, "receive", "sales1")
    complete(site, number, "record", "quality1", URGENT)
    complete(site, number, "secure", "production1")
    done = complete(site, number, "approve", "quality2")
    assert refused(site, WithdrawTask, "quality2", task_id=done).code == "instance.ended"


def test_what_the_server_has_done_since_is_not_undone(house: Context) -> None:
    number = filed(house)
    drain_jobs(house)
    complete(house, number, "receive", "sales1", URGENT)
    done = complete(
        house, number, "record", "sales1", {"problem": {"kind": "zero_km"}, "immediate": {"resolved": "no"}}
    )
    before = drain_jobs(house)
    if before:
        refusal = refused(house, WithdrawTask, "sales1", task_id=done)
        assert refusal.code == "task.worked_on"
        assert "The server has done" in refusal.text("en")
    else:
        do(house, WithdrawTask, "sales1", task_id=done)
        assert task(house, number, "record")["claimed_by"] == "sales1"
    assert audit_house(house) == []


def test_a_recorded_test_plays_it(site: Context, number: str) -> None:
    done = complete(site, number, "receive", "sales1")
    do(site, WithdrawTask, "sales1", task_id=done)
    complete(site, number, "receive", "sales1")
    made = record_case(site, actor(site, "admin"), number, "taken-back")
    assert made.outcome.ok, made.outcome
    assert b'"take_back": "receive"' in made.content


def test_every_moment_of_it_is_rebuilt_from_the_history(site: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = note_all(site, monkeypatch)
    number = filed(site)
    done = complete(site, number, "receive", "sales1")
    do(site, WithdrawTask, "sales1", task_id=done)
    complete(site, number, "receive", "sales1")
    record = str(task(site, number, "record")["id"])
    do(site, DelegateTask, "quality1", task_id=record, to="engineering1")
    do(site, ClaimTask, "quality1", task_id=record)
    do(site, DelegateTask, "quality1", task_id=record, to="engineering1")
    do(site, AskColleague, "engineering1", task_id=record, of="service1", text="?")
    do(site, ReturnTask, "engineering1", task_id=record)
    do(site, UnclaimTask, "quality1", task_id=record)
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="x", position="after")
    do(site, SetPriority, "quality1", task_id=record, priority=75, reason="x")
    do(site, CompleteTask, "quality1", task_id=record, data=URGENT)
    assert len(notes) == 13
    compare(site, notes)
