"""Who may call: bearer tokens alone."""

from typing import Any

import pytest

from server.commands.create_token import CreateToken
from server.commands.disable_user import DisableUser
from tests.house import actor, token_of
from tests.rest import DOCUMENT, Api

OPERATIONS = [operation for operation in DOCUMENT.operations if not operation.public]


def url_of(operation: Any) -> str:
    return operation.path.replace("{incident_id}", "1").replace("{", "").replace("}", "")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.id)
@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic YWRtaW46YWRtaW4=", "x"]
)
def test_without_a_valid_token(shared_api: Api, operation: Any, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    reply = shared_api.as_(None).call(operation.method.upper(), url_of(operation), headers=headers)
    assert (reply.status_code, reply.json["error"]["code"]) == (401, "unauthenticated")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_odd_bytes_in_the_token(shared_api: Api) -> None:
    for text in ("Bearer \xff\xfe", "Bearer kesu_\u00e9", "bearer  a b c"):
        assert shared_api.as_(None).get("/tasks", headers={"Authorization": text}).status_code == 401


def test_the_scheme_has_no_case(shared_api: Api) -> None:
    assert shared_api.get("/tasks", headers={"Authorization": f"bearer {shared_api.token}"}).status_code == 200


def test_a_log_in_of_the_pages_is_no_token(shared_api: Api) -> None:
    """No cookie counts here, which is why these calls need no CSRF token."""
    client = shared_api.app.test_client()
    with client.session_transaction() as session:
        session["user_id"] = actor(shared_api.context, "admin").user_id
        session["_user_id"] = str(actor(shared_api.context, "admin").user_id)
    assert client.get("/api/v1/tasks").status_code == 401


def test_writing_needs_no_csrf_token(api: Api) -> None:
    assert api.app.config.get("WTF_CSRF_ENABLED", True)
    api.file()


def test_a_disabled_person_is_out(api: Api) -> None:
    token = token_of(api.context, "sales1")
    sales = Api(api.context, api.app, token)
    assert sales.get("/tasks").status_code == 200
    api.context.execute(DisableUser(actor=actor(api.context, "admin"), username="sales1"))
    assert sales.get("/tasks").status_code == 401


def test_two_tokens_of_one_person(api: Api) -> None:
    first = api.context.execute(CreateToken(actor=actor(api.context, "admin"), username="sales1")).body["token"]
    second = api.context.execute(CreateToken(actor=actor(api.context, "admin"), username="sales1")).body["token"]
    assert first != second
    assert Api(api.context, api.app, first).get("/tasks").status_code == 200
    assert Api(api.context, api.app, second).get("/tasks").status_code == 200


def test_the_document_is_public(shared_api: Api) -> None:
    reply = shared_api.as_(None).get("/openapi.json")
    assert reply.status_code == 200
    assert reply.json == DOCUMENT.data


@pytest.mark.parametrize(
    ("username", "method", "url", "body"),
    [
        ("sales1", "GET", "/incidents", None),
        ("sales1", "POST", "/incidents/1/retry", {}),
        ("engineering1", "POST", "/messages", {"name": "eight_d.answered", "correlation": {"number": "X"}}),
        ("engineering1", "POST", "/definitions", None),
    ],
)
def test_what_a_person_may_not_do(shared_api: Api, username: str, method: str, url: str, body: Any) -> None:
    options: dict[str, Any] = {"json": body} if body is not None else {}
    if url == "/definitions":
        options = {"data": b"PK", "content_type": "application/zip"}
    reply = shared_api.as_(username).call(method, url, **options)
    assert reply.status_code == 403
    assert reply.json["error"]["code"].startswith("forbidden")


def test_a_valid_token_is_never_slowed_down(shared_api: Api) -> None:
    assert {shared_api.get("/tasks?limit=1").status_code for _ in range(400)} == {200}
