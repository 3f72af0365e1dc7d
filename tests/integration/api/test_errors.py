"""Every refusal has the one shape, the right status, and says where it is wrong. `conforms` checks the shape."""

import base64
import json
from typing import Any

import pytest

from tests.rest import DOCUMENT, Api

LITTLE = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked"}}
GOOD = {"channel": "phone", "fields": LITTLE}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ([], "malformed.type", ""),
        ("text", "malformed.type", ""),
        (7, "malformed.type", ""),
        (None, "malformed.type", ""),
        ({}, "malformed.required", "/channel"),
        ({"channel": "phone"}, "malformed.required", "/fields"),
        ({"channel": "pigeon", "fields": LITTLE}, "malformed.value", "/channel"),
        ({"channel": None, "fields": LITTLE}, "malformed.value", "/channel"),
        ({"channel": "phone", "fields": []}, "malformed.type", "/fields"),
        ({"channel": "phone", "fields": None}, "malformed.type", "/fields"),
        (GOOD | {"extra": 1}, "malformed.unknown_field", "/extra"),
        (GOOD | {"a/b~c": 1}, "malformed.unknown_field", "/a~1b~0c"),
        (GOOD | {"command_id": 5}, "malformed.type", "/command_id"),
        (GOOD | {"command_id": ""}, "malformed.value", "/command_id"),
        (GOOD | {"command_id": "x" * 65}, "malformed.value", "/command_id"),
        (GOOD | {"received_at": "yesterday"}, "malformed.value", "/received_at"),
        (GOOD | {"received_at": "2026-02-30T00:00:00Z"}, "malformed.value", "/received_at"),
        (GOOD | {"received_at": "2026-01-01T00:00:00"}, "malformed.value", "/received_at"),
        (GOOD | {"received_at": "0001-01-01T00:00:00+14:00"}, "malformed.value", "/received_at"),
        (
            {"channel": "phone", "fields": {"customer": {"name": "a\u0000b"}}},
            "malformed.value",
            "/fields/customer/name",
        ),
        ({"channel": "phone", "fields": {"__proto__": {}}}, "malformed.value", "/fields"),
        ({"channel": "phone", "fields": {"n": 10**18 * 999}}, "malformed.json", None),
    ],
)
def test_malformed_bodies(shared_api: Api, body: Any, code: str, field: str | None) -> None:
    reply = shared_api.post("/complaints", data=json.dumps(body), content_type="application/json")
    assert (reply.status_code, reply.json["error"]["code"]) == (400, code)
    assert reply.json["error"].get("field") == field


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"{'channel': 'phone'}",
        b'{"channel": "phone", "channel": "email", "fields": {}}',
        b'{"channel": "phone", "fields": {"n": NaN}}',
        b'{"channel": "phone", "fields": {"n": Infinity}}',
        b'{"channel": "phone", "fields": {"n": 1e999}}',
        b'{"channel": "phone", "fields": {"n": ' + b"9" * 5000 + b"}}",
        b'{"channel": "phone", "fields": {"n": "\\ud800"}}',
        b'\xff\xfe{"channel"',
        b'{"channel": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"{} trailing",
    ],
)
def test_texts_that_are_no_json(shared_api: Api, text: bytes) -> None:
    reply = shared_api.post("/complaints", data=text, content_type="application/json")
    assert reply.status_code == 400
    assert reply.json["error"]["code"].startswith("malformed.")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
def test_other_content_types(shared_api: Api, kind: str) -> None:
    reply = shared_api.post("/complaints", data=json.dumps(GOOD), content_type=kind)
    assert (reply.status_code, reply.json["error"]["code"]) == (415, "malformed.content_type")


def test_a_compressed_body_is_refused(shared_api: Api) -> None:
    reply = shared_api.post("/complaints", GOOD, headers={"Content-Encoding": "gzip"})
    assert reply.status_code == 415


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"]
)
def test_json_content_types(shared_api: Api, kind: str) -> None:
    assert shared_api.post("/complaints", data=json.dumps(GOOD), content_type=kind).status_code == 201


def test_a_body_over_the_limit(shared_api: Api) -> None:
    body = GOOD | {"fields": {"problem": {"description": "x" * 1_000_001}}}
    reply = shared_api.post("/complaints", body)
    assert (reply.status_code, reply.json["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=1.5", "/limit"),
        ("limit=", "/limit"),
        ("limit=１", "/limit"),
        ("limit=1&limit=2", "/limit"),
        ("state=closed", "/state"),
        ("order=name", "/order"),
        ("cursor=", "/cursor"),
        ("cursor=%FF", None),
        ("cursor=nonsense", None),
        ("cursor=W10", None),
        ("cursor=bnVsbA", None),
        ("cursor=" + "A" * 401, "/cursor"),
        ("q=a%00b", ""),
    ],
)
def test_malformed_queries(shared_api: Api, query: str, field: str | None) -> None:
    reply = shared_api.get(f"/tasks?{query}")
    assert reply.status_code == 400
    assert reply.json["error"]["code"].startswith("malformed.")
    if field is not None:
        assert reply.json["error"]["field"] == field


@pytest.mark.parametrize("path", ["/tasks", "/complaints", "/incidents"])
def test_limit_is_capped_in_silence_and_unknown_parameters_are_ignored(shared_api: Api, path: str) -> None:
    assert shared_api.get(f"{path}?limit=1000000&colour=red").status_code == 200


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/tasks/", "/complaints/a/b", "/tasks/x/explode", "/openapi", "//tasks", "/tasks//x"]
)
def test_unknown_addresses(shared_api: Api, path: str) -> None:
    reply = shared_api.get(path)
    assert (reply.status_code, reply.json["error"]["code"]) == (404, "not_found.path")


@pytest.mark.parametrize(
    "path",
    [
        "/tasks/nope", "/tasks/" + "x" * 300, "/tasks/%00", "/tasks/..%2f", "/complaints/NOPE-1", "/complaints/lower",
        "/instances/nope", "/instances/nope/history", "/files/nope", "/definitions/nope/check",
        "/definitions/%E5%AE%A2/check",
    ],
)  # fmt: skip
def test_ids_nobody_has(shared_api: Api, path: str) -> None:
    reply = shared_api.get(path)
    assert reply.status_code == 404
    assert reply.json["error"]["code"].startswith("not_found")


@pytest.mark.parametrize("incident", ["nope", "0", "-1", "999999999", "99999999999999999999", "1.0"])
def test_incidents_nobody_has(shared_api: Api, incident: str) -> None:
    assert shared_api.post(f"/incidents/{incident}/retry", {}).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods(shared_api: Api, method: str) -> None:
    reply = shared_api.call(method, "/tasks")
    assert (reply.status_code, reply.json["error"]["code"]) == (405, "method_not_allowed")
    assert "GET" in reply.headers["Allow"]


def test_head_and_options(shared_api: Api) -> None:
    head = shared_api.call("HEAD", "/tasks")
    assert (head.status_code, head.data) == (200, b"")
    options = shared_api.call("OPTIONS", "/complaints")
    assert options.status_code == 200
    assert {"GET", "POST"} <= set(options.headers["Allow"].replace(" ", "").split(","))


@pytest.mark.parametrize("operation", [o for o in DOCUMENT.operations if not o.public], ids=lambda o: o.id)
def test_a_fault_is_told_with_a_reference(
    shared_api: Api, operation: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_anything: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("server.web.api.router.caller", broken)
    url = operation.path.replace("{", "").replace("}", "")
    client = shared_api.app.test_client()
    reply = client.open(f"/api/v1{url}", method=operation.method.upper(), headers={"Accept-Language": "en"})
    error = reply.json["error"]
    assert (reply.status_code, error["code"]) == (500, "internal")
    reference = error["details"][0]["reference"]
    assert reference in error["message"]
    assert reference in caplog.text
    assert "secret detail" not in reply.text


def test_messages_come_in_the_language_asked_for(shared_api: Api) -> None:
    def message(language: str) -> str:
        reply = shared_api.post("/complaints", data="[]", content_type="application/json", language=language)
        return str(reply.json["error"]["message"])

    assert message("en;q=0.9, de") == "The body must be of type object."
    assert message("zh-Hans-CN, en;q=0.5") == message("") != message("en")


def test_all_mistakes_are_told_at_once(shared_api: Api) -> None:
    error = shared_api.post("/complaints", {"a": 1, "b": 2, "fields": 3}).json["error"]
    assert {detail["field"] for detail in error["details"]} == {"/channel", "/a", "/b", "/fields"}
    assert all(detail["message"] for detail in error["details"])


def test_answers_are_not_cached_or_sniffed(shared_api: Api) -> None:
    for reply in (shared_api.get("/tasks"), shared_api.get("/nothing"), shared_api.get("/openapi.json")):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/tasks", ["2026-01-01T00:00:00", "2026-01-01T00:00:00", "x"]),
        ("/tasks", ["0001-01-01T00:00:00+14:00", None, "x"]),
        ("/tasks", [5, 5, 5]),
        ("/tasks", ["x", "y", "z"]),
        ("/tasks", {"a": 1}),
        ("/incidents", [2**64 - 1]),
        ("/incidents", [-(2**63)]),
        ("/incidents", [True]),
        ("/complaints", [2**63]),
        ("/complaints", ["1"]),
    ],
)
def test_forged_cursors(shared_api: Api, path: str, key: Any) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
    reply = shared_api.get(f"{path}?cursor={cursor}")
    assert (reply.status_code, reply.json["error"]["code"]) == (400, "malformed.cursor")
