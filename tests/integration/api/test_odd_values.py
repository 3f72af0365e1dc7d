"""Odd values through the interface: stored as they came, or refused with the field and what to do."""

from typing import Any

import pytest

from tests.rest import Api

FAITHFUL = (
    "emoji 👩🏽‍🔧 🏭️ 🇨🇳",
    "\u202eright to left\u202c \u2067שלום\u2069",
    "e\u0301 and é",
    "𠮷野家",
    "１２，５",
    "tab\tline\nbell\x07escape\x1b",
    "<script>alert(1)</script> & “quotes” ' \"",
    "x" * 2000,
)


@pytest.fixture(scope="module")
def task(shared_api: Api) -> str:
    return str(shared_api.task(shared_api.file()["number"])["id"])


@pytest.mark.parametrize("text", FAITHFUL, ids=range(len(FAITHFUL)))
def test_a_text_is_kept_as_it_came(shared_api: Api, text: str) -> None:
    number = shared_api.file()["number"]
    task = shared_api.task(number)["id"]
    data = {"intake": {"urgency": "high"}, "problem": {"losses": text}}
    assert shared_api.post(f"/tasks/{task}/draft", {"data": data}).status_code == 200
    assert shared_api.get(f"/tasks/{task}").json["draft"]["data"] == data
    assert shared_api.post(f"/tasks/{task}/complete", {"data": data}).status_code == 200
    assert shared_api.get(f"/complaints/{number}").json["case"]["problem"]["losses"] == text
    comment = {"text": f".{text}."}
    assert shared_api.post(f"/complaints/{number}/comments", comment).status_code == 200
    assert shared_api.get(f"/complaints/{number}/comments").json["items"][0]["text"] == comment["text"]


@pytest.mark.parametrize(
    ("value", "status", "says"),
    [
        ("a\0b", 400, "NUL"),
        ("half \ud83d", 400, "half of a character pair"),
        ("\udc00", 400, "half of a character pair"),
        ("长" * 50_000, 422, "2000"),
        (12, 422, "text"),
        (["x"], 422, "text"),
    ],
)
@pytest.mark.parametrize("verb", ["draft", "complete"])
def test_what_cannot_be_kept_is_refused_at_its_field(
    shared_api: Api, task: str, verb: str, value: Any, status: int, says: str
) -> None:
    data = {"intake": {"urgency": "high"}, "problem": {"losses": value}}
    reply = shared_api.post(f"/tasks/{task}/{verb}", {"data": data})
    assert reply.status_code == status, reply.json
    error = reply.json["error"]
    assert error["field"].endswith("/problem/losses")
    assert says in error["message"]


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d", "长" * 50_000])
def test_so_is_a_comment(shared_api: Api, text: str) -> None:
    number = shared_api.file()["number"]
    reply = shared_api.post(f"/complaints/{number}/comments", {"text": text})
    assert reply.status_code in (400, 422)
    assert reply.json["error"]["field"] == "/text"
    assert shared_api.get(f"/complaints/{number}/comments").json["items"] == []


def test_a_draft_that_was_not_seen_is_not_written_over(shared_api: Api) -> None:
    task = shared_api.task(shared_api.file()["number"])["id"]
    seen = shared_api.get(f"/tasks/{task}").json["draft_version"]
    assert seen == "none"
    first = {"data": {"problem": {"losses": "first"}}, "draft_version": seen}
    assert shared_api.post(f"/tasks/{task}/draft", first).status_code == 200
    other = {"data": {"problem": {"losses": "second"}}, "draft_version": seen}
    for verb in ("draft", "complete"):
        refused = shared_api.post(f"/tasks/{task}/{verb}", other)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "task.draft_changed")
        assert refused.json["error"]["details"] == [{"field": "/problem/losses", "yours": "second", "theirs": "first"}]
    again = other | {"draft_version": shared_api.get(f"/tasks/{task}").json["draft_version"]}
    assert shared_api.post(f"/tasks/{task}/draft", again).status_code == 200


def test_several_are_completed_without_data_only_where_nothing_is_asked(shared_api: Api) -> None:
    task = shared_api.task(shared_api.file()["number"])["id"]
    (row,) = shared_api.post("/tasks/bulk", {"action": "complete", "tasks": [task]}).json["results"]
    assert (row["ok"], row["status"], row["error"]["code"]) == (False, 422, "task.form_waits")


def test_who_comes_too_late_is_told_by_whom_and_when(shared_api: Api) -> None:
    task = shared_api.task(shared_api.file()["number"])["id"]
    body = {"data": {"intake": {"urgency": "high"}}}
    assert shared_api.as_("sales2").post(f"/tasks/{task}/complete", body).status_code == 200
    reply = shared_api.post(f"/tasks/{task}/claim")
    (detail,) = reply.json["error"]["details"]
    assert (reply.status_code, detail["state"], detail["ended_by"]) == (409, "completed", "sales2")
    assert detail["ended_by_name"]
    assert detail["ended_at"]
