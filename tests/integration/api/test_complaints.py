"""The register: filing, finding, reading, amending."""

from datetime import timedelta
from typing import Any

import pytest

from tests.house import START
from tests.rest import Api

LITTLE = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}


@pytest.mark.parametrize(
    "channel", ["phone", "email", "web", "api", "visit", "letter", "fax", "field", "internal", "authority"]
)
def test_the_least_is_always_enough(shared_api: Api, channel: str) -> None:
    reply = shared_api.post("/complaints", {"channel": channel, "fields": LITTLE})
    assert reply.status_code == 201
    assert reply.headers["Location"] == reply.json["status_url"]
    case = shared_api.get(f"/complaints/{reply.json['number']}").json
    assert (case["channel"], case["case"]["customer"]["name"]) == (channel, "ACME")


def test_numbers_follow_each_other(shared_api: Api) -> None:
    numbers = [shared_api.post("/complaints", {"channel": "web", "fields": LITTLE}).json["number"] for _ in range(3)]
    last = [int(number.rpartition("-")[2]) for number in numbers]
    assert last == list(range(last[0], last[0] + 3))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "/customer"),
        ({"customer": {"name": "ACME"}}, "/problem"),
        ({"customer": {"name": ""}, "problem": {"description": "x"}}, "/customer/name"),
        ({"customer": {"name": 5}, "problem": {"description": "x"}}, "/customer/name"),
        (LITTLE | {"customer": {"name": "ACME", "email": "no address"}}, "/customer/email"),
        (LITTLE | {"no_such_field": 1}, "/no_such_field"),
        (LITTLE | {"customer": {"name": "ACME", "shoe_size": 43}}, "/customer/shoe_size"),
    ],
)
def test_fields_that_do_not_fit(shared_api: Api, fields: dict[str, Any], field: str) -> None:
    reply = shared_api.post("/complaints", {"channel": "phone", "fields": fields})
    assert reply.status_code == 422
    assert reply.json["error"]["field"].startswith(field)


def test_received_earlier_but_never_later(api: Api) -> None:
    early = (START - timedelta(days=3)).isoformat()
    number = api.post("/complaints", {"channel": "letter", "fields": LITTLE, "received_at": early}).json["number"]
    assert api.get(f"/complaints/{number}").json["received_at"].startswith("2026-02-27T01:00:00")
    late = (START + timedelta(days=1)).isoformat()
    reply = api.post("/complaints", {"channel": "letter", "fields": LITTLE, "received_at": late})
    assert (reply.status_code, reply.json["error"]["field"]) == (422, "/received_at")


def test_the_register_pages_newest_first(api: Api) -> None:
    numbers = [api.file()["number"] for _ in range(5)]
    found: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/complaints?limit=2{cursor}").json
        found += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == sorted(numbers, reverse=True)


def test_the_register_filters(api: Api) -> None:
    wanted = api.file(customer={"name": "海天塑胶"}, problem={"description": "飞边", "title": "50%_odd title"})[
        "number"
    ]
    api.file()
    for query in ("customer=海天塑胶", "q=50%25_odd", "q=海天", f"q={wanted}"):
        assert [item["number"] for item in api.get(f"/complaints?{query}").json["items"]] == [wanted], query
    assert api.get("/complaints?q=__").json["items"] == []
    assert len(api.get("/complaints?state=active").json["items"]) == 2
    assert api.get("/complaints?state=completed").json["items"] == []


def test_one_case(api: Api, filed: dict[str, Any]) -> None:
    case = api.get(f"/complaints/{filed['number']}").json
    assert case["instance_id"] == filed["instance_id"]
    assert [step["element_id"] for step in case["steps"] if step["kind"] == "user_task"] == ["receive"]
    # What may happen at any time is waited for all along.
    messages = {step["element_id"] for step in case["steps"] if step["kind"] == "message"}
    assert messages == {"complaint_withdrawn", "complaint_merged", "complaint_referred"}
    assert case["promises"][0]["due_at"]
    assert api.get(f"/complaints/{filed['number']}", language="zh-CN").json["steps"] != case["steps"]


def test_a_stranger_does_not_see_it(api: Api, filed: dict[str, Any]) -> None:
    stranger = api.as_("production1")
    assert stranger.get(f"/complaints/{filed['number']}").status_code == 404
    assert stranger.get("/complaints").json["items"] == []
    assert stranger.get(f"/instances/{filed['instance_id']}").status_code == 404
    assert stranger.get(f"/instances/{filed['instance_id']}/history").status_code == 404


def test_amending(api: Api, filed: dict[str, Any]) -> None:
    url = f"/complaints/{filed['number']}"
    before = api.get(url).json
    body = {"reason": "customer called", "data": {"customer": {"contact": "Ms Li"}}, "revision": before["revision"]}
    assert api.patch(url, body).status_code == 200
    after = api.get(url).json
    assert after["case"]["customer"] == before["case"]["customer"] | {"contact": "Ms Li"}
    assert after["revision"] > before["revision"]
    again = api.patch(url, {**body, "data": {"customer": {"contact": "Mr Wang"}}})
    assert (again.status_code, again.json["error"]["code"]) == (409, "case.changed")
    assert again.json["error"]["details"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": {}}, 400),
        ({"reason": "x"}, 400),
        ({"reason": 5, "data": {}}, 400),
        ({"reason": "x", "data": [], "revision": 0}, 400),
        ({"reason": "x", "data": {}, "revision": "1"}, 400),
        ({"reason": "x", "data": {}, "revision": -1}, 400),
        ({"reason": "x", "data": {}, "revision": 1.5}, 400),
        ({"reason": "x" * 2001, "data": {}}, 400),
        ({"reason": " ", "data": {"customer": {"contact": "x"}}}, 422),
        ({"reason": "x", "data": {"nonsense": 1}}, 422),
        ({"reason": "x", "data": {"customer": {"contact": "x"}}, "revision": 10**6}, 422),
    ],
)
def test_amendments_that_are_refused(api: Api, filed: dict[str, Any], body: dict[str, Any], status: int) -> None:
    assert api.patch(f"/complaints/{filed['number']}", body).status_code == status


def test_amending_needs_the_permission(api: Api, filed: dict[str, Any]) -> None:
    own = api.as_("engineering1").file()
    reply = api.as_("engineering1").patch(f"/complaints/{own['number']}", {"reason": "x", "data": {}})
    assert reply.status_code == 403


def test_why_it_waits_is_told_in_the_readers_language(api: Api) -> None:
    number = api.file()["number"]
    task = api.task(number)
    assert api.post(f"/tasks/{task['id']}/claim", {}).status_code == 200
    told = api.get(f"/complaints/{number}").json["waits_for"]
    assert told.startswith(f"Waits 0 min on “{task['name']}”; ")
    assert " is working on it; " in told
    chinese = api.get(f"/complaints/{number}", language="zh-CN").json["waits_for"]
    assert "已等待 0 分钟；" in chinese
    assert chinese.endswith("。")


def test_the_past_by_event_and_by_time(api: Api) -> None:
    number = api.file()["number"]
    assert (
        api.patch(
            f"/complaints/{number}", {"reason": "heard it", "data": {"customer": {"contact": "Ms Li"}}}
        ).status_code
        == 200
    )
    now = api.get(f"/complaints/{number}/at").json
    assert now["case"] == api.get(f"/complaints/{number}").json["case"]
    assert (now["seq"], now["next"], now["whole"], now["knows_waits"]) == (now["last"], None, True, True)
    assert {step["kind"] for step in now["steps"]} >= {"user_task", "message"}
    first = api.get(f"/complaints/{number}/at?seq=1").json
    assert (first["tasks"], first["previous"]) == ([], None)
    assert "contact" not in first["case"]["customer"]
    assert first["events"][0]["type"] == "case.filed"
    later = (START + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert api.get(f"/complaints/{number}/at?time={later}").json["seq"] == now["last"]
    early = (START - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for query, status in ((f"time={early}", 404), ("seq=999", 404), ("seq=0", 400), ("time=soon", 400)):
        assert api.get(f"/complaints/{number}/at?{query}").status_code == status
