"""Withdrawing, merging, referring and coming back as scripts do it; every answer is held to the document."""

from typing import Any

import pytest

from server.casework.context import Context
from tests.integration import strip
from tests.rest import Api


@pytest.fixture(scope="module")
def office(shared_house: Context, shared_api: Api) -> Api:
    strip.publish(shared_house)
    return shared_api


def cancelled(office: Api) -> str:
    filed = office.file()
    assert office.post(f"/instances/{filed['instance_id']}/cancel", {"reason": "x"}).status_code == 200
    return str(filed["number"])


def test_withdrawing(office: Api) -> None:
    number = office.file()["number"]
    reply = office.post(f"/complaints/{number}/withdraw", {"reason": "solved", "name": "Ms Wang"})
    assert (reply.status_code, reply.json["state"], reply.json["end_event"]) == (200, "completed", "end_withdrawn")
    again = office.post(f"/complaints/{number}/withdraw", {"reason": "solved"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "instance.ended")


def test_merging(office: Api) -> None:
    survivor, number = office.file()["number"], office.file()["number"]
    assert office.get(f"/complaints/{number}").json["links"] == []
    reply = office.post(f"/complaints/{number}/merge", {"of": survivor, "reason": "same", "command_id": "merge-1"})
    assert (reply.status_code, reply.json["case_number"]) == (200, number)
    again = office.post(f"/complaints/{number}/merge", {"of": survivor, "reason": "same", "command_id": "merge-1"})
    assert (again.status_code, again.json) == (200, reply.json)
    assert office.get(f"/complaints/{survivor}").json["links"] == [{"kind": "has_duplicate", "number": number}]


def test_another_customers_complaint_needs_confirm(office: Api) -> None:
    survivor = office.file(customer={"name": "Haitian"})["number"]
    number = office.file()["number"]
    reply = office.post(f"/complaints/{number}/merge", {"of": survivor, "reason": "same"})
    assert (reply.status_code, reply.json["error"]["field"]) == (422, "/confirm")
    body = {"of": survivor, "reason": "same", "confirm": True}
    assert office.post(f"/complaints/{number}/merge", body).status_code == 200


def test_referring(office: Api) -> None:
    number = office.file()["number"]
    wrong = office.post(f"/complaints/{number}/refer", {"kind": "oracle", "reason": "x"})
    assert (wrong.status_code, wrong.json["error"]["code"], wrong.json["error"]["field"]) == (
        422,
        "message.payload",
        "/kind",
    )
    reply = office.post(f"/complaints/{number}/refer", {"kind": "authority", "reason": "asked by the bureau"})
    assert (reply.status_code, reply.json["end_event"]) == (200, "end_referred")


def test_coming_back(office: Api) -> None:
    old = cancelled(office)
    body = {"reason": "again", "fields": {"product": {"batch": "B9"}}, "command_id": "back-1"}
    reply = office.post(f"/complaints/{old}/recurrence", body)
    assert reply.status_code == 201
    assert reply.headers["Location"] == reply.json["status_url"]
    assert office.post(f"/complaints/{old}/recurrence", body).json == reply.json
    found = office.get(f"/complaints/{reply.json['number']}").json
    assert found["links"] == [{"kind": "successor_of", "number": old}]
    assert found["case"]["product"]["batch"] == "B9"
    still_open = office.post(f"/complaints/{reply.json['number']}/recurrence", {"reason": "again"})
    assert (still_open.status_code, still_open.json["error"]["code"]) == (409, "instance.open")


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("withdraw", {}, 400),
        ("withdraw", {"reason": ""}, 422),
        ("withdraw", {"reason": "x", "name": 5}, 400),
        ("withdraw", {"reason": "x", "because": "y"}, 400),
        ("merge", {"reason": "x"}, 400),
        ("merge", {"of": "HQ-1", "reason": " "}, 422),
        ("merge", {"of": "no such number", "reason": "x"}, 422),
        ("merge", {"of": "HQ-1", "reason": "x", "confirm": "yes"}, 400),
        ("refer", {"reason": "x"}, 400),
        ("refer", {"kind": "", "reason": "x"}, 422),
        ("recurrence", {"reason": "x"}, 409),
        ("recurrence", {"reason": "x", "fields": []}, 400),
        ("recurrence", {"reason": "x", "channel": "owl"}, 400),
    ],
)
def test_bodies_that_are_not_right(office: Api, verb: str, body: dict[str, Any], status: int) -> None:
    number = office.file()["number"]
    reply = office.post(f"/complaints/{number}/{verb}", body)
    assert reply.status_code == status, reply.json
    assert office.get(f"/complaints/{number}").json["state"] == "active"


@pytest.mark.parametrize("verb", ["withdraw", "merge", "refer", "recurrence"])
def test_strangers_and_complaints_that_are_none(office: Api, verb: str) -> None:
    body: dict[str, Any] = {"reason": "x"} | {"merge": {"of": "HQ-1"}, "refer": {"kind": "legal"}}.get(verb, {})
    assert office.post(f"/complaints/HQ-2026-999999/{verb}", body).status_code == 404
    number = office.file()["number"]
    assert office.as_(None).post(f"/complaints/{number}/{verb}", body).status_code == 401
    assert office.as_("production1").post(f"/complaints/{number}/{verb}", body).status_code in (403, 404)


def test_a_message_whose_payload_does_not_fit(office: Api) -> None:
    number = office.file()["number"]
    body = {"name": "complaint.withdrawn", "correlation": {"number": number}, "payload": {"reason": ["x"]}}
    reply = office.post("/messages", body)
    assert (reply.status_code, reply.json["error"]["code"], reply.json["error"]["field"]) == (
        422,
        "message.payload",
        "/reason",
    )
    assert office.post("/messages", body | {"payload": {"reason": "x"}}).status_code == 200
    assert office.post("/messages", body | {"payload": {"reason": "x"}}).status_code == 404
