"""What colleagues do with tasks together, through the REST API; every answer is held to the document."""

from datetime import timedelta
from typing import Any

import pytest

from server.clock import ManualClock
from tests.rest import Api

RECEIVED = {"intake": {"urgency": "high"}}


@pytest.fixture
def seller(api: Api) -> Api:
    return api.as_("sales1")


@pytest.fixture
def task(api: Api, filed: dict[str, Any]) -> str:
    """The id of the task `receive`, open to sales."""
    return str(api.task(filed["number"])["id"])


def test_the_loser_of_a_claim_is_told_in_details(api: Api, seller: Api, task: str, clock: ManualClock) -> None:
    other = api.task(api.file()["number"])["id"]
    assert seller.post(f"/tasks/{task}/claim").status_code == 200
    clock.advance(timedelta(seconds=4))
    refused = api.as_("sales2").post(f"/tasks/{task}/claim")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "task.claimed")
    (told,) = refused.json["error"]["details"]
    assert (told["claimed_by"], told["next"]["id"]) == ("sales1", other)
    assert "4 s ago" in refused.json["error"]["message"]


def test_delegated_and_back(api: Api, seller: Api, task: str) -> None:
    given = seller.post(f"/tasks/{task}/delegate", {"to": "engineering1", "reason": "You know it"})
    assert given.json["task"]["claimed_by"] == "engineering1"
    helper = api.as_("engineering1")
    shown = helper.get(f"/tasks/{task}").json
    assert "return" in shown["actions"]
    assert shown["delegated_by"]
    refused = helper.post(f"/tasks/{task}/complete", {"data": RECEIVED})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "task.delegated")
    assert helper.post(f"/tasks/{task}/return", {"reason": "Done"}).json["task"]["claimed_by"] == "sales1"
    assert seller.post(f"/tasks/{task}/return").json["error"]["code"] == "task.not_delegated"


def test_signed_and_completed(api: Api, seller: Api, task: str) -> None:
    body = {"signers": ["manager"], "text": "Please read", "position": "after"}
    assert seller.post(f"/tasks/{task}/signers", body).status_code == 200
    kept = seller.post(f"/tasks/{task}/complete", {"data": RECEIVED, "command_id": "once"}).json
    assert (kept["signing"], kept["task"]["state"]) == (["manager"], "open")
    again = seller.post(f"/tasks/{task}/complete", {"data": RECEIVED})
    assert (again.status_code, again.json["error"]["code"]) == (409, "task.unsigned")
    assert again.json["error"]["details"][0]["signer"] == "manager"
    signer = api.as_("manager")
    (asked,) = signer.get("/requests").json["items"]
    assert (asked["kind"], asked["position"], asked["asked_by"]) == ("signature", "after", "sales1")
    assert signer.post(f"/requests/{asked['id']}/sign", {"agree": True}).json["state"] == "agreed"
    assert signer.get("/requests").json["items"] == []
    assert seller.get(f"/tasks/{task}").json["requests"][0]["state"] == "agreed"
    assert seller.post(f"/tasks/{task}/complete", {"data": RECEIVED}).json["task"]["state"] == "completed"


def test_asked_answered_and_taken_back(api: Api, seller: Api, task: str) -> None:
    asked = seller.post(f"/tasks/{task}/ask", {"of": "quality1", "text": "Ours?"}).json
    assert asked["clock_stands"] is False
    colleague = api.as_("quality1")
    assert colleague.post(f"/requests/{asked['request']}/answer", {"text": "Yes"}).json["state"] == "answered"
    assert colleague.post(f"/requests/{asked['request']}/answer", {"text": "Yes"}).status_code == 409
    second = seller.post(f"/tasks/{task}/ask", {"of": "quality1", "text": "Sure?"}).json["request"]
    assert seller.post(f"/requests/{second}/withdraw").json["state"] == "withdrawn"


def test_taken_back_while_nobody_works_on_what_follows(api: Api, seller: Api, task: str) -> None:
    assert seller.post(f"/tasks/{task}/complete", {"data": RECEIVED}).status_code == 200
    assert "withdraw" in seller.get(f"/tasks/{task}").json["actions"]
    opened = seller.post(f"/tasks/{task}/withdraw", {"reason": "too early"}).json["opened"]
    assert seller.get(f"/tasks/{opened}").json["claimed_by"] == "sales1"
    again = seller.post(f"/tasks/{task}/withdraw")
    assert (again.status_code, again.json["error"]["code"]) == (409, "task.worked_on")


def test_urged_prioritised_and_commented(api: Api, seller: Api, task: str, filed: dict[str, Any]) -> None:
    assert "sales2" in seller.post(f"/tasks/{task}/urge", {"text": "now"}).json["told"]
    assert seller.post(f"/tasks/{task}/urge").json["error"]["code"] == "task.urged_already"
    assert seller.post(f"/tasks/{task}/priority", {"priority": 75, "reason": "line down"}).json["priority"] == 75
    assert seller.post(f"/tasks/{task}/priority", {"priority": 101, "reason": "x"}).status_code == 400
    url = f"/complaints/{filed['number']}/comments"
    unseen = seller.post(url, {"text": "@service1 look"})
    assert (unseen.status_code, unseen.json["error"]["code"]) == (422, "comment.mention")
    said = seller.post(url, {"text": "@sales2 look 👍", "task": task}).json
    assert said["mentions"] == ["sales2"]
    (comment,) = api.as_("sales2").get(url).json["items"]
    assert (comment["text"], comment["task"]) == ("@sales2 look 👍", task)
    (mention,) = api.as_("sales2").get("/requests").json["items"]
    assert api.as_("sales2").post(f"/requests/{mention['id']}/seen").json["state"] == "seen"
    assert api.as_("production1").get(url).status_code == 404


def test_what_sending_back_would_cancel(api: Api, seller: Api, task: str, filed: dict[str, Any]) -> None:
    seller.post(f"/tasks/{task}/complete", {"data": RECEIVED})
    record = api.task(filed["number"], "record")["id"]
    told = seller.get(f"/tasks/{record}/send-back/preview?target=receive").json
    assert (told["target"], told["cancels"]) == ("receive", [])
    refused = seller.get(f"/tasks/{record}/send-back/preview?target=nowhere")
    assert refused.json["error"]["code"] == "task.no_way_back"


def test_many_at_once_each_with_its_result_and_once(api: Api, seller: Api) -> None:
    tasks = [str(api.task(api.file()["number"])["id"]) for _ in range(3)]
    api.as_("sales2").post(f"/tasks/{tasks[1]}/claim")
    body = {"action": "claim", "tasks": [*tasks, "nothing", tasks[0]], "command_id": "many"}
    first = seller.post("/tasks/bulk", body).json["results"]
    assert [(row["task"], row["ok"]) for row in first] == [
        (tasks[0], True),
        (tasks[1], False),
        (tasks[2], True),
        ("nothing", False),
    ]
    assert (first[1]["status"], first[1]["error"]["code"]) == (409, "task.claimed")
    assert (first[3]["status"], first[3]["error"]["code"]) == (404, "not_found.task")
    assert seller.post(f"/tasks/{tasks[0]}/unclaim").status_code == 200
    again = seller.post("/tasks/bulk", body).json["results"]
    assert again[0] == first[0], "a repetition is answered as the first time"
    assert seller.get(f"/tasks/{tasks[0]}").json["claimed_by"] is None, "and does nothing again"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"action": "transfer", "to": "sales2", "reason": "shift"}, "assignee"),
        ({"action": "priority", "priority": 75, "reason": "line down"}, "priority"),
        ({"action": "urge", "reason": "line down"}, None),
        ({"action": "complete", "data": RECEIVED}, "state"),
    ],
)
def test_each_action_in_bulk(api: Api, seller: Api, told: dict[str, Any], field: str | None) -> None:
    tasks = [str(api.task(api.file()["number"])["id"]) for _ in range(2)]
    results = seller.post("/tasks/bulk", {"tasks": tasks, **told}).json["results"]
    assert [row["ok"] for row in results] == [True, True], results
    expected = {"assignee": "sales2", "priority": 75, "state": "completed"}
    for task in tasks:
        if field:
            assert seller.get(f"/tasks/{task}").json[field] == expected[field]


def test_bulk_that_is_refused_as_a_whole(seller: Api) -> None:
    for body in ({"action": "delete", "tasks": ["x"]}, {"action": "claim", "tasks": []}, {"action": "claim"}):
        assert seller.post("/tasks/bulk", body).status_code == 400


def test_substitutes(api: Api, seller: Api, task: str, clock: ManualClock) -> None:
    start = clock.now()
    period = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(days=3)).isoformat()}
    made = seller.post("/substitutes", {"substitute": "service1", **period})
    assert made.status_code == 201
    deputy = api.as_("service1")
    assert deputy.get(f"/tasks/{task}").json["on_behalf_of"]
    assert deputy.post(f"/tasks/{task}/claim").status_code == 200
    (shown,) = deputy.get("/substitutes").json["items"]
    assert (shown["absent"], shown["substitute"], shown["state"]) == ("sales1", "service1", "now")
    assert seller.post(f"/substitutes/{made.json['id']}/end").json["state"] == "ended"
    assert deputy.post(f"/tasks/{task}/complete", {"data": RECEIVED}).status_code == 403
    wrong = seller.post("/substitutes", {"substitute": "service1", "starts_at": "tomorrow", "ends_at": "later"})
    assert wrong.json["error"]["code"] == "malformed.time"
