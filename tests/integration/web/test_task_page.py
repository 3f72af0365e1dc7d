"""One task through its page: seen, claimed, filled, refused with nothing lost, completed."""

from typing import Any

import pytest

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.queries.complaint_detail import complaint_detail
from server.queries.task_list import task_list
from tests.house import actor, drain_jobs

WHOLE = {"intake-urgency": "high", "problem-losses": "两小时停线", "customer-contact": "王工"}


@pytest.fixture
def task(house: Context, number: str) -> str:
    return str(open_task(house, number)["id"])


def open_task(house: Context, number: str) -> dict[str, Any]:
    (found,) = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return dict(found)


def case_of(house: Context, number: str) -> dict[str, Any]:
    return dict(complaint_detail(house, actor(house, "admin"), number, "en")["case"])


def test_the_list_leads_to_the_task_and_says_how_long_is_left(visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get("/tasks")
    assert visitor.page.xpath(f"//a[@href='/tasks/{task}']")
    assert number in visitor.text
    assert "left" in visitor.text
    visitor.get("/tasks?q=nothing-like-it")
    assert "No open task fits this search." in visitor.text


def test_a_task_is_completed_and_the_next_one_appears(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    assert "What to do" in visitor.text
    visitor.send(f"/tasks/{task}", {**WHOLE, "do": "complete"})
    assert visitor.reply.request.path == "/tasks"
    assert "Done: Receive the complaint." in visitor.text
    assert case_of(house, number)["problem"]["losses"] == "两小时停线"
    drain_jobs(house)
    assert open_task(house, number)["element_id"] == "record"


def test_a_refused_form_keeps_what_was_typed(house: Context, visit, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    visitor.send(f"/tasks/{task}", {**WHOLE, "intake-urgency": None, "customer-email": "no address", "do": "complete"})
    assert visitor.reply.status_code == 422
    kept = visitor.fields(f"/tasks/{task}")
    assert (kept["problem-losses"], kept["customer-email"]) == ("两小时停线", "no address")
    wrong = visitor.page.xpath("//*[@data-field='customer-email']//*[contains(@class, 'invalid-feedback')]")
    assert "e-mail" in wrong[0].text
    assert visitor.page.xpath("//*[@data-field='intake-urgency']//*[contains(@class, 'invalid-feedback')]")


def test_a_draft_is_there_again_and_the_case_untouched(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    visitor.send(f"/tasks/{task}", {"problem-losses": "still writing", "do": "draft"})
    assert visitor.fields(f"/tasks/{task}")["problem-losses"] == "still writing"
    assert "losses" not in case_of(house, number)["problem"]


def test_drafts_that_save_themselves_answer_in_json(visit, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    sent = visitor.fields(f"/tasks/{task}")
    sent["problem-losses"] = "half a sen"
    reply = visitor.client.post(f"/tasks/{task}/draft", data=sent)
    assert reply.json == {"saved": True}
    visitor.get(f"/tasks/{task}")
    assert visitor.fields(f"/tasks/{task}")["problem-losses"] == "half a sen"


def test_claiming_brings_along_what_was_typed(visit, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    visitor.send(f"/tasks/{task}", {"problem-losses": "typed before", "do": "claim"})
    assert "You are working on this task." in visitor.text
    assert visitor.fields(f"/tasks/{task}")["problem-losses"] == "typed before"


def test_anothers_task_cannot_be_completed_but_the_words_stay(visit, task: str) -> None:
    slow, quick = visit("sales1"), visit("sales2")
    slow.get(f"/tasks/{task}")
    quick.get(f"/tasks/{task}")
    quick.send(f"/tasks/{task}", {"do": "claim"})
    slow.send(f"/tasks/{task}", {**WHOLE, "do": "complete"})
    assert slow.reply.status_code == 409
    assert slow.fields(f"/tasks/{task}")["problem-losses"] == "两小时停线"


def test_a_task_done_meanwhile_says_so_and_keeps_the_words(visit, task: str) -> None:
    slow, quick = visit("sales1"), visit("sales2")
    slow.get(f"/tasks/{task}")
    quick.get(f"/tasks/{task}")
    quick.send(f"/tasks/{task}", {**WHOLE, "do": "complete"})
    slow.send(f"/tasks/{task}", {**WHOLE, "problem-losses": "my own words", "do": "complete"})
    assert slow.reply.status_code == 409
    assert "no longer open" in slow.text
    assert slow.fields(f"/tasks/{task}")["problem-losses"] == "my own words"


def amend(house: Context, number: str, **fields: Any) -> None:
    house.execute(AmendCase(actor=actor(house, "admin"), number=number, data=fields, reason="told by phone"))


@pytest.mark.parametrize(("choice", "stands"), [("theirs", "李工"), ("mine", "王工")])
def test_a_field_changed_by_two_is_settled_by_a_choice(
    house: Context, visit, number: str, task: str, choice: str, stands: str
) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    amend(house, number, customer={"contact": "李工", "phone": "139"})
    visitor.send(f"/tasks/{task}", {**WHOLE, "do": "complete"})
    assert visitor.reply.status_code == 409
    assert "李工" in visitor.text
    assert "王工" in visitor.text
    assert visitor.fields(f"/tasks/{task}")["customer-phone"] == "139", "what was left alone shows the newest value"
    visitor.send(f"/tasks/{task}", {"do": "complete"})
    assert visitor.reply.status_code == 422, "without a choice nothing is sent"
    visitor.send(f"/tasks/{task}", {"choice-customer-contact": choice, "do": "complete"})
    assert visitor.reply.status_code == 200, visitor.text
    assert case_of(house, number)["customer"] | {"name": ""} == {
        "name": "", "email": "qa@haitian.example", "contact": stands, "phone": "139",
    }  # fmt: skip


def test_another_field_changed_meanwhile_is_no_conflict(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    amend(house, number, customer={"phone": "139"})
    visitor.send(f"/tasks/{task}", {**WHOLE, "do": "complete"})
    assert visitor.reply.status_code == 200, visitor.text
    assert case_of(house, number)["customer"]["phone"] == "139"


def test_rows_are_added_and_removed_without_scripts(house: Context, visit, number: str, task: str) -> None:
    finish(house, number, until="team")
    task = open_task(house, number)["id"]
    visitor = visit("quality1")
    visitor.get(f"/tasks/{task}")
    visitor.send(f"/tasks/{task}", {"team-leader": "张伟", "add_row": "team-members"})
    visitor.send(f"/tasks/{task}", {"team-members-0-name": "孙浩", "add_row": "team-members"})
    visitor.send(f"/tasks/{task}", {"team-members-1-name": "unwanted", "add_row": "team-members"})
    visitor.send(f"/tasks/{task}", {"remove_row": "team-members-1"})
    kept = visitor.fields(f"/tasks/{task}")
    assert (kept["team-leader"], kept["team-members-0-name"]) == ("张伟", "孙浩")
    visitor.send(f"/tasks/{task}", {"do": "complete"})
    assert visitor.reply.status_code == 200, visitor.text
    assert [row["name"] for row in case_of(house, number)["team"]["members"]] == ["孙浩"]


def test_work_goes_back_with_a_reason_and_on_to_a_colleague(house: Context, visit, number: str, task: str) -> None:
    finish(house, number, until="confirm")
    task = open_task(house, number)["id"]
    visitor = visit("quality1")
    visitor.get(f"/tasks/{task}")
    visitor.send("/transfer", {"to": "nobody", "reason": "holiday"})
    assert visitor.reply.status_code == 422
    assert visitor.fields("/transfer")["reason"] == "holiday", "what was typed is still there"
    visitor.send("/transfer", {"to": "quality2", "reason": "holiday"})
    assert "Handed on to quality2." in visitor.text
    visitor.get(f"/tasks/{task}")
    visitor.send("/send-back", {"target": "record", "reason": "   "})
    assert visitor.reply.status_code == 422
    visitor.send("/send-back", {"target": "record", "reason": "The batch is missing."})
    assert "Sent back." in visitor.text
    assert open_task(house, number)["element_id"] == "record"


def test_a_task_of_another_group_can_be_read_only(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("manager")
    visitor.get(f"/tasks/{task}")
    assert visitor.reply.status_code == 200
    assert not visitor.page.xpath("//form[@data-case-form]")
    assert "You can read it, not fill it." in visitor.text


def finish(house: Context, number: str, until: str) -> None:
    """Complete tasks with the demo's answers until `until` is open."""
    from server.commands.complete_task import CompleteTask
    from tests import stories

    answers = stories.answers(next(iter(stories.SAMPLES)))
    for _ in range(20):
        task = open_task(house, number)
        if task["element_id"] == until:
            return
        data = answers.get(task["element_id"], {})
        house.execute(CompleteTask(actor=actor(house, "admin"), task_id=task["id"], data=data))
        drain_jobs(house)
    raise AssertionError(f"{until} was never reached")
