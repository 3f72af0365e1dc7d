"""A form that comes too late, or from the older of two windows: told why and by whom, and nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from server.casework.context import Context
from server.commands.cancel_instance import CancelInstance
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.save_draft import SaveDraft
from server.commands.send_back_task import SendBackTask
from server.domain.rejection import Rejected
from server.queries.task_detail import task_detail
from tests.house import actor
from tests.integration.desk_house import URGENT, filed, publish, received, task
from tests.integration.life import do

TYPED = {"intake-urgency": "high", "problem-losses": "two hours of line stop 🏭", "do": "complete"}


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


@pytest.fixture
def number(site: Context) -> str:
    return received(site)


@pytest.fixture
def record(site: Context, number: str) -> str:
    return str(task(site, number, "record")["id"])


def _completed(site: Context, record: str) -> None:
    do(site, CompleteTask, "quality2", task_id=record, data=URGENT)


def _sent_back(site: Context, record: str) -> None:
    do(site, SendBackTask, "quality2", task_id=record, reason="The batch is missing.", target="receive")


def _cancelled(site: Context, record: str) -> None:
    instance = task_detail(site, actor(site, "admin"), record, "en")["instance_id"]
    do(site, CancelInstance, "manager", instance_id=instance, reason="Filed twice.")


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [(_completed, "completed “Record”"), (_sent_back, "The batch is missing."), (_cancelled, "Filed twice.")],
)
def test_it_says_what_happened_and_the_words_become_a_comment(
    site: Context, visit: Any, record: str, meanwhile: Callable[[Context, str], None], told: str
) -> None:
    other = received(site)
    free = task(site, other, "record")["id"]
    visitor = visit("quality1")
    visitor.get(f"/tasks/{record}")
    meanwhile(site, record)
    visitor.send(f"/tasks/{record}", TYPED)
    assert visitor.reply.status_code == 409
    (ending,) = visitor.page.xpath("//*[@data-ending]")
    assert told in ending.text_content()
    assert "2026-03-02" in ending.text_content()
    (left,) = visitor.page.xpath("//*[@data-left-over]")
    assert left.xpath(f".//a[@href='/tasks/{free}']"), "no other task is offered"
    (words,) = left.xpath(".//textarea")
    assert "Customer's losses: two hours of line stop 🏭" in words.text
    form = left.xpath(".//form")[0]
    visitor.post(form.get("action"), {one.get("name"): one.get("value") or one.text for one in form.xpath(
        ".//input | .//textarea")})  # fmt: skip
    assert visitor.reply.status_code == 200
    assert "Customer's losses: two hours of line stop 🏭" in visitor.text


def test_who_opens_a_finished_task_sees_who_finished_it(site: Context, visit: Any, record: str) -> None:
    visitor = visit("quality1")
    _completed(site, record)
    visitor.get(f"/tasks/{record}")
    assert visitor.page.xpath("//*[@data-ending]")
    assert not visitor.page.xpath("//*[@data-left-over]")


def test_the_interface_says_who_ended_it_and_which_one_is_free(site: Context, record: str) -> None:
    other = received(site)
    free = task(site, other, "record")["id"]
    _completed(site, record)
    with pytest.raises(Rejected) as refused:
        do(site, ClaimTask, "quality1", task_id=record)
    (detail,) = refused.value.details or ()
    assert (refused.value.code, detail["state"], detail["ended_by"]) == ("task.not_open", "completed", "quality2")
    assert detail["ended_at"].startswith("2026-03-02T01:00")
    assert detail["next"]["id"] == free


def test_the_older_window_does_not_write_over_the_newer_draft(site: Context, visit: Any, record: str) -> None:
    visitor = visit("quality1")
    visitor.get(f"/tasks/{record}")
    older = visitor.page
    visitor.get(f"/tasks/{record}")
    visitor.send(f"/tasks/{record}", {"problem-losses": "from the newer", "do": "draft"})
    visitor.page = older
    visitor.send(f"/tasks/{record}", {**TYPED, "problem-losses": "from the older", "do": "complete"})
    assert visitor.reply.status_code == 409
    (conflict,) = visitor.page.xpath("//*[@data-field='problem-losses']//*[contains(@class, 'conflict')]")
    for text in ("from the newer", "from the older"):
        assert text in conflict.text_content()
    assert draft_of(site, record) == {"problem": {"losses": "from the newer"}}
    visitor.send(f"/tasks/{record}", {"choice-problem-losses": "theirs", "do": "draft"})
    assert visitor.reply.status_code == 200
    assert draft_of(site, record)["problem"] == {"losses": "from the newer"}
    visitor.send(f"/tasks/{record}", {"do": "complete"})
    assert "Done:" in visitor.text


def test_a_draft_that_saves_itself_is_no_news_to_its_own_window(site: Context, visit: Any, record: str) -> None:
    visitor = visit("quality1")
    visitor.get(f"/tasks/{record}")
    sent = visitor.fields(f"/tasks/{record}")
    for text in ("one", "two", "one", "three"):
        sent["problem-losses"] = text
        assert visitor.client.post(f"/tasks/{record}/draft", data=sent).json == {"saved": True}
        assert draft_of(site, record)["problem"] == {"losses": text}
    visitor.send(f"/tasks/{record}", {**TYPED, "problem-losses": "and more"})
    assert "Done:" in visitor.text


def test_a_colleagues_draft_is_told_with_his_name(site: Context, record: str) -> None:
    seen = task_detail(site, actor(site, "quality1"), record, "en")["draft_version"]
    do(site, SaveDraft, "quality2", task_id=record, data={"problem": {"losses": "none"}})
    with pytest.raises(Rejected) as refused:
        do(site, SaveDraft, "quality1", task_id=record, data={"problem": {"losses": "many"}}, draft_version=seen)
    assert refused.value.code == "task.draft_changed"
    assert refused.value.details == [{"field": "/problem/losses", "yours": "many", "theirs": "none"}]
    name = task_detail(site, actor(site, "quality1"), record, "en") and refused.value.params["name"]
    assert name
    assert name in refused.value.text("en")


def test_a_draft_on_a_revision_the_case_never_had_is_refused(site: Context, record: str) -> None:
    for revision in (99, 2**62, -1):
        with pytest.raises(Rejected) as refused:
            do(site, SaveDraft, "quality1", task_id=record, data={}, revision=revision)
        assert refused.value.code == "case.revision"


def draft_of(site: Context, record: str) -> Any:
    return (task_detail(site, actor(site, "admin"), record, "en")["draft"] or {}).get("data")


def test_several_are_completed_only_where_nothing_is_to_be_filled_in(site: Context, visit: Any, record: str) -> None:
    bare = task(site, filed(site), "receive")["id"]
    visitor = visit("admin")
    visitor.get("/tasks?view=all")
    visitor.send("/tasks/bulk", {"task": [record, bare], "action": "complete"})
    assert "1 done, 1 not" in visitor.text
    assert "Its form asks for “Urgency”" in visitor.text
    assert visitor.fields("/tasks/bulk") is not None
    assert task_detail(site, actor(site, "admin"), bare, "en")["state"] == "completed"
    begun = task(site, filed(site), "receive")["id"]
    do(site, SaveDraft, "sales1", task_id=begun, data={})
    visitor.send("/tasks/bulk", {"task": [begun], "action": "complete"})
    assert "A draft is saved there." in visitor.text
    assert task_detail(site, actor(site, "admin"), begun, "en")["state"] == "open"
