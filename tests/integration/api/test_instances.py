"""Where a case stands, its history, and the hand on the brake; messages from outside; the repair desk."""

from datetime import timedelta
from typing import Any

import pytest

from server.casework.context import Context
from server.clock import ManualClock
from tests import stories
from tests.house import drain_jobs
from tests.recordings import Tale
from tests.rest import Api

RECEIVED = {"intake": {"urgency": "high"}}


def waiting_for_the_customer(api: Api) -> dict[str, Any]:
    """A complaint whose 8D report has been sent."""
    story = stories.answers("housing-sink-marks")
    filed = api.file(**stories.fields("housing-sink-marks"))
    for element, data in story.items():
        if element == "customer_answer":
            return filed
        api.complete(filed["number"], data, element)
    raise AssertionError("the story has no answer of the customer")


def test_where_a_case_stands(api: Api, filed: dict[str, Any]) -> None:
    instance = api.get(f"/instances/{filed['instance_id']}").json
    assert (instance["definition"], instance["version"], instance["state"]) == ("complaint", 1, "active")
    people = [(step["element_id"], step["kind"]) for step in instance["active"] if step["kind"] != "message"]
    assert people == [("receive", "user_task")]
    assert {step["element_id"] for step in instance["active"] if step["kind"] == "message"} == {
        "complaint_withdrawn",
        "complaint_merged",
        "complaint_referred",
    }
    assert instance["ended_at"] is instance["end_event"] is None


def test_history_in_pages(api: Api, filed: dict[str, Any]) -> None:
    api.complete(filed["number"], RECEIVED)
    url = f"/instances/{filed['instance_id']}/history"
    everything = api.get(f"{url}?limit=1000").json["items"]
    assert [event["seq"] for event in everything] == list(range(1, len(everything) + 1))
    found, cursor = [], ""
    while True:
        page = api.get(f"{url}?limit=2{cursor}").json
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == everything
    assert len([event for event in everything if event["type"] == "task.completed"]) == 1


def test_suspend_resume_cancel(api: Api, filed: dict[str, Any]) -> None:
    url = f"/instances/{filed['instance_id']}"
    task = api.task(filed["number"])
    assert api.post(f"{url}/suspend", {"reason": "waiting for the lawyer"}).status_code == 200
    assert api.get(url).json["state"] == "suspended"
    refused = api.post(f"/tasks/{task['id']}/complete", {"data": RECEIVED})
    assert (refused.status_code, refused.json["error"]["code"].partition(".")[0]) == (409, "instance")
    assert api.post(f"{url}/suspend", {"reason": "again"}).status_code == 409
    assert api.post(f"{url}/resume", {"reason": "settled"}).status_code == 200
    assert api.post(f"{url}/resume", {"reason": "again"}).status_code == 409
    assert api.post(f"{url}/cancel", {"reason": "filed twice"}).status_code == 200
    ended = api.get(url).json
    assert (ended["state"], ended["end_event"], ended["active"]) == ("cancelled", None, [])
    assert ended["ended_at"]
    assert api.post(f"{url}/cancel", {"reason": "again"}).status_code == 409
    assert api.get(f"/tasks/{task['id']}").json["state"] == "cancelled"
    assert api.post(f"/tasks/{task['id']}/complete", {"data": RECEIVED}).status_code == 409


@pytest.mark.parametrize("call", ["cancel", "suspend", "resume"])
def test_the_brake_needs_reason_and_permission(api: Api, filed: dict[str, Any], call: str) -> None:
    url = f"/instances/{filed['instance_id']}/{call}"
    assert api.post(url, {}).status_code == 400
    assert api.post(url, {"reason": "  "}).status_code == 422
    assert api.as_("sales1").post(url, {"reason": "x"}).status_code == 403
    assert api.post(f"/instances/nope/{call}", {"reason": "x"}).status_code == 404


def test_a_message_ends_the_wait_for_the_customer(api: Api) -> None:
    filed = waiting_for_the_customer(api)
    task = api.task(filed["number"])
    body = {
        "name": "eight_d.answered",
        "correlation": {"number": filed["number"]},
        "payload": {"result": "accepted", "text": "fine"},
    }
    reply = api.post("/messages", body)
    assert (reply.status_code, reply.json) == (200, {"instance_id": filed["instance_id"]})
    assert api.get(f"/tasks/{task['id']}").json["state"] == "cancelled"
    assert api.task(filed["number"], "implement_customer")["state"] == "open"
    case = api.get(f"/complaints/{filed['number']}").json["case"]
    assert case["answer"] == {"result": "accepted", "text": "fine"}
    assert api.post("/messages", body).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": "eight_d.answered"}, 400),
        ({"name": "", "correlation": {}}, 400),
        ({"name": "eight_d.answered", "correlation": []}, 400),
        ({"name": "eight_d.answered", "correlation": {}, "payload": []}, 400),
        ({"name": "eight_d.answered", "correlation": {}}, 404),
        ({"name": "eight_d.answered", "correlation": {"number": "NOPE-1"}}, 404),
        ({"name": "eight_d.answered", "correlation": {"number": {"a": [1, None]}}}, 404),
        ({"name": "nobody.waits", "correlation": {"number": "X"}, "payload": {}}, 404),
    ],
)
def test_messages_nobody_waits_for(shared_api: Api, body: Any, status: int) -> None:
    assert shared_api.post("/messages", body).status_code == status


def test_an_incident_and_its_repair(api: Api, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_anything: Any) -> None:
        raise ConnectionError("the mail room is on fire")

    monkeypatch.setattr(type(api.context.topics), "run", broken)
    reply = api.post("/complaints", {"channel": "phone", "fields": stories.fields("housing-sink-marks")})
    for _ in range(12):
        drain_jobs(api.context)
        clock.advance(timedelta(hours=1))
    instance = api.get(f"/instances/{reply.json['instance_id']}").json
    assert instance["state"] == "incident"
    (incident,) = api.get("/incidents").json["items"]
    assert (incident["element_id"], incident["case_number"]) == ("acknowledge", reply.json["number"])
    assert "fire" in incident["message"]
    monkeypatch.undo()
    assert api.post(f"/incidents/{incident['id']}/retry").status_code == 200
    drain_jobs(api.context)
    assert api.get(f"/instances/{reply.json['instance_id']}").json["state"] == "active"
    assert api.task(reply.json["number"])["element_id"] == "receive"
    assert api.get("/incidents").json["items"] == []
    assert [item["id"] for item in api.get("/incidents?state=resolved").json["items"]] == [incident["id"]]
    assert api.post(f"/incidents/{incident['id']}/retry", {}).status_code == 409


def test_a_complaint_as_a_test(house: Context, api: Api) -> None:
    tale = Tale(house, "meter-reading").play()
    told = api.get(f"/instances/{tale.instance_id}/recorded-test").json
    assert (told["ok"], told["version"]) == (True, 1)
    assert told["file"] == f"tests/{tale.number.lower()}.json"
    assert told["test"]["end"] == "End_NotQuality"
    assert api.get("/instances/00000000-0000-0000-0000-000000000000/recorded-test").status_code == 404
