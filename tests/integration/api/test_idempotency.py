"""The same command id again: the same answer, status included; another call or body under it: refused."""

from typing import Any

import pytest

from tests.rest import Api

LITTLE = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
RECEIVED = {"intake": {"urgency": "high"}}


def test_filing_twice(api: Api) -> None:
    body = {"command_id": "one", "channel": "phone", "fields": LITTLE}
    first, second = api.post("/complaints", body), api.post("/complaints", body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert len(api.get("/complaints").json["items"]) == 1


def test_another_body_or_call_under_the_same_id(api: Api, filed: dict[str, Any]) -> None:
    body = {"command_id": "one", "channel": "phone", "fields": LITTLE}
    api.post("/complaints", body)
    other_body = api.post("/complaints", body | {"channel": "fax"})
    other_call = api.post(f"/tasks/{api.task(filed['number'])['id']}/claim", {"command_id": "one"})
    for reply in (other_body, other_call):
        assert (reply.status_code, reply.json["error"]["code"]) == (409, "command.reused")


def test_ids_count_per_person(api: Api) -> None:
    body = {"command_id": "one", "channel": "phone", "fields": LITTLE}
    assert api.post("/complaints", body).json != api.as_("sales1").post("/complaints", body).json


def test_a_completion_is_looked_up_before_the_tasks_state(api: Api, filed: dict[str, Any]) -> None:
    url = f"/tasks/{api.task(filed['number'])['id']}/complete"
    body = {"command_id": "done", "data": RECEIVED}
    first, second = api.post(url, body), api.post(url, body)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json == second.json
    assert api.post(url, {"data": RECEIVED}).status_code == 409


@pytest.mark.parametrize("data", [{}, {"intake": {"urgency": "soon"}}, {"nonsense": 1}])
def test_a_refusal_stores_nothing(api: Api, filed: dict[str, Any], data: dict[str, Any]) -> None:
    url = f"/tasks/{api.task(filed['number'])['id']}/complete"
    assert api.post(url, {"command_id": "try", "data": data}).status_code == 422
    assert api.post(url, {"command_id": "try", "data": RECEIVED}).status_code == 200


def test_every_command_of_a_task(api: Api, filed: dict[str, Any]) -> None:
    url = f"/tasks/{api.task(filed['number'])['id']}"
    calls: list[tuple[str, dict[str, Any]]] = [
        ("claim", {}),
        ("unclaim", {}),
        ("draft", {"data": {"problem": {"losses": "x"}}}),
        ("transfer", {"to": "sales2"}),
        ("complete", {"data": RECEIVED}),
    ]
    for call, body in calls:
        first = api.post(f"{url}/{call}", body | {"command_id": call})
        second = api.post(f"{url}/{call}", body | {"command_id": call})
        assert (first.status_code, first.json) == (second.status_code, second.json), call
        assert first.status_code == 200, call
    events = api.get(f"/instances/{filed['instance_id']}/history?limit=1000").json["items"]
    assert len([event for event in events if event["type"] == "task.completed"]) == 1
    assert len([event for event in events if event["type"] == "task.claimed"]) == 1


def test_the_brake_and_the_amendment(api: Api, filed: dict[str, Any]) -> None:
    instance, case = f"/instances/{filed['instance_id']}", f"/complaints/{filed['number']}"
    amend = {"command_id": "a", "reason": "x", "data": {"customer": {"contact": "Li"}}}
    assert api.patch(case, amend).json == api.patch(case, amend).json
    for call in ("suspend", "resume", "cancel"):
        body = {"command_id": call, "reason": "x"}
        first, second = api.post(f"{instance}/{call}", body), api.post(f"{instance}/{call}", body)
        assert (first.status_code, second.status_code, first.json) == (200, 200, second.json), call


def test_an_upload_twice(api: Api) -> None:
    from tests.integration.api.test_files import send

    first, second = (send(api, "a.txt", b"a", command_id="up") for _ in range(2))
    assert (first.status_code, second.status_code, first.json) == (201, 201, second.json)
    assert send(api, "a.txt", b"b", command_id="up").status_code == 409


@pytest.mark.parametrize("command_id", ["x" * 64, "标识🙂", "a b\tc", "0", "null", "../..", "'; --"])
def test_ids_of_any_kind(api: Api, command_id: str) -> None:
    body = {"command_id": command_id, "channel": "phone", "fields": LITTLE}
    assert api.post("/complaints", body).json == api.post("/complaints", body).json
