"""What the editors of tables, forms and templates try on unsaved text."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from server.casework.context import Context
from server.commands.open_draft import OpenDraft
from server.domain.bundle import Bundle, bundled_root
from tests.bpmn_builder import decision_table
from tests.house import actor
from tests.integration.web.conftest import Visitor
from tests.integration.web.test_design import ask

pytestmark = pytest.mark.one_database("tries unsaved texts")
Visit = Callable[..., Visitor]
FILES = Bundle.from_folder(bundled_root(), "complaint")
GRADING = FILES["grading.dmn"].decode()
FORM = "forms/approve_plan.json"


@pytest.fixture
def draft(house: Context) -> int:
    command = OpenDraft(actor=actor(house, "owner"), key="complaint", title="Trying")
    return int(house.execute(command).body["id"])


@pytest.fixture
def owner(visit: Visit, draft: int) -> Callable[..., Any]:
    """Ask as the owner in English: (status, JSON) of a POST to a route of the draft."""
    visitor = visit("owner")

    def post(route: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        reply = ask(visitor, f"/design/drafts/{draft}/{route}", body, **options)
        return reply.status_code, reply.get_json()

    return post


def grade(owner: Callable[..., Any], inputs: dict[str, Any], content: str = GRADING, decision: str = "grading") -> Any:
    asked = {"path": "grading.dmn", "content": content, "decision": decision, "inputs": inputs}
    return owner("decide", asked)


def test_the_rule_that_holds_and_its_results(owner: Callable[..., Any]) -> None:
    status, said = grade(owner, {"grading.cost": 6_000_000})
    assert (status, said["rules"], said["outputs"]["grading.level"], said["fault"]) == (200, [1], 1, None)
    assert "grading.cost" in said["reads"]
    assert "product.power_w" in said["reads"], "also what an expression of a column reads"
    status, said = grade(owner, {"product.quantity_defective": 4000, "product.power_w": 500})
    assert status == 200
    assert said["inputs"][1] == pytest.approx(2.0), "worked out from modules and power"


def test_the_unsaved_text_counts_not_the_saved_one(owner: Callable[..., Any]) -> None:
    changed = GRADING.replace("&gt; 5000000", "&gt; 9000000", 1)
    assert changed != GRADING
    assert grade(owner, {"grading.cost": 6_000_000}, changed)[1]["rules"] != [1]


def test_a_table_that_cannot_be_read_yet_is_no_error_but_a_sentence(owner: Callable[..., Any]) -> None:
    status, said = grade(owner, {}, GRADING.replace("&gt; 5000000", "&gt; ("))
    assert status == 200
    assert said["rules"] == []
    assert "cannot be tried yet" in said["fault"]
    assert "dmn_input" not in said["fault"], "the cell as people write it"
    status, said = grade(owner, {}, "<definitions")
    assert (status, said["outputs"]) == (200, {})
    assert said["fault"]


def test_names_that_the_server_hands_in_can_be_entered(owner: Callable[..., Any]) -> None:
    table = FILES["deadlines.dmn"].decode()
    asked = {"path": "deadlines.dmn", "content": table, "decision": "deadlines", "inputs": {"step": "receive"}}
    status, said = owner("decide", asked)
    assert (status, said["fault"]) == (200, None)
    assert said["outputs"]["amount"] > 0
    assert owner("decide", {**asked, "inputs": {}})[1]["fault"] is None, "not filled is null"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"decision": "nobody"}, 404, "not_found.decision"),
        ({"decision": None}, 400, "malformed.type"),
        ({"content": 5}, 400, "malformed.type"),
        ({"inputs": []}, 400, "malformed.type"),
        ({"inputs": {"grading": 1, "grading.cost": 2}}, 400, "malformed.value"),
        ({"inputs": {"__class__": 1}}, 400, "malformed.value"),
    ],
)
def test_wrong_questions_are_told(owner: Callable[..., Any], change: dict, status: int, code: str) -> None:
    asked = {"path": "grading.dmn", "content": GRADING, "decision": "grading", "inputs": {}}
    found, said = owner("decide", {**asked, **change})
    assert (found, said["error"]["code"]) == (status, code)


def test_long_texts_are_taken_and_endless_ones_refused(owner: Callable[..., Any]) -> None:
    status, said = grade(owner, {"grading.defect_degree": "长" * 50_000})
    assert (status, said["rules"]) == (200, [24])
    big = decision_table("grading", ["grading.cost"], ["grading.level"], [(["1"], [f'"{"x" * 50_000}"'])]).decode()
    status, said = grade(owner, {}, big)
    assert status == 200
    assert said["fault"], "a cell has its limit"
    assert grade(owner, {}, "x" * 4_000_000)[0] == 413


@pytest.mark.parametrize("route", ["decide", "preview", "document"])
def test_what_is_no_json_and_who_has_not_logged_in(visit: Visit, draft: int, route: str) -> None:
    visitor = visit("owner")
    url = f"/design/drafts/{draft}/{route}"
    token = {"X-CSRFToken": visitor.page.xpath("//meta[@name='csrf-token']/@content")[0]}
    for body in ("{", "[]", '{"path": 1}', '{"a": 1, "a": 2}'):
        reply = visitor.client.post(url, data=body, headers=token)
        assert reply.status_code == 400, body
        assert reply.get_json()["error"]["message"]
    assert visitor.client.post(url, json={}).status_code == 400, "without the token of the page"
    assert visitor.client.post("/design/drafts/999/check", json={}, headers=token).status_code == 404
    stranger = visit(None)
    stranger.get("/login")
    reply = stranger.client.post(
        url, json={}, headers={"X-CSRFToken": stranger.page.xpath("//input[@name='csrf_token']/@value")[0]}
    )
    assert reply.status_code in (303, 401)


def shown(owner: Callable[..., Any], content: str, path: str = FORM, **more: Any) -> tuple[int, Any]:
    return owner("preview", {"path": path, "content": content, **more})


def test_a_form_is_shown_as_staff_get_it(owner: Callable[..., Any]) -> None:
    status, said = shown(owner, FILES[FORM].decode())
    assert status == 200
    assert 'name="approval-decision"' in said["html"]
    assert "Approved with conditions" in said["html"]
    assert "<script" not in said["html"]
    assert "有条件批准" in shown(owner, FILES[FORM].decode(), language="zh-CN")[1]["html"]


def test_the_unsaved_form_is_shown_and_nothing_in_it_is_code(owner: Callable[..., Any]) -> None:
    form = json.loads(FILES[FORM])
    form["ui"]["sections"][0]["title"] = "<script>alert(1)</script>"
    said = shown(owner, json.dumps(form))[1]
    assert "&lt;script&gt;" in said["html"]
    assert "<script" not in said["html"]


@pytest.mark.parametrize(
    "content",
    [
        "{", "[]", '"text"', "{}", '{"schema": 5}', '{"schema": {"type": "object", "properties": []}}',
        '{"schema": {"type": "object", "properties": {"a": {"$ref": "case.schema.json#/properties/nothing"}}}}',
        '{"schema": {"type": "object", "properties": {"a": {"type": "string", "pattern": "x"}}}}',
        '{"schema": {"type": "object", "properties": {}}, "ui": {"order": ["/nothing"]}}',
    ],
)  # fmt: skip
def test_what_is_no_form_is_told_instead(owner: Callable[..., Any], content: str) -> None:
    status, said = shown(owner, content)
    assert status == 200
    assert said["findings"][0]["message"]
    assert "html" not in said


@pytest.mark.parametrize("path", ["grading.dmn", "forms/case.schema.json", "forms/../x.json", "forms/a/b.json"])
def test_what_is_no_form_has_no_preview(owner: Callable[..., Any], path: str) -> None:
    status, said = shown(owner, FILES[FORM].decode(), path)
    assert status in (404, 422)
    assert said["error"]["message"]


def test_mails_and_reports_are_shown_for_a_made_up_complaint(owner: Callable[..., Any]) -> None:
    mail = "forms/documents/acknowledge.txt"
    status, said = owner("document", {"path": mail, "content": "[en]\nHello {{ case.customer.name }}, {{ number }}"})
    assert (status, said["text"]) == (200, "Hello Customer name, KS-2026-0001\n")
    assert owner("document", {"path": mail, "content": "{% if %}"})[1]["problem"]
    status, said = owner("document", {"path": "forms/documents/eight_d.typ", "content": "#lorem(5)"})
    assert base64.b64decode(said["pages"][0]).startswith(b"\x89PNG")
    assert "line 1" in owner("document", {"path": "forms/documents/eight_d.typ", "content": "#nothing"})[1]["problem"]
    assert owner("document", {"path": "forms/approve_plan.json", "content": ""})[0] == 404


def test_the_draft_is_checked_against_the_version_whose_complaints_run(owner: Callable[..., Any]) -> None:
    schema: Any = json.loads(FILES["forms/case.schema.json"])
    schema["properties"]["customer"]["properties"]["address"]["maxLength"] = 5
    asked = {"path": "forms/case.schema.json", "content": json.dumps(schema)}
    found = owner("check", asked)[1]["findings"]
    assert [(one["code"], one["element"]) for one in found] == [("K707", "/customer/address")]
