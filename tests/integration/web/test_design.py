"""The studio without scripts, and what its editors ask the server."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.open_draft import OpenDraft
from server.commands.propose_draft import ProposeDraft
from server.domain.bundle import Bundle
from tests.house import actor
from tests.integration.web.conftest import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def draft(house: Context) -> int:
    command = OpenDraft(actor=actor(house, "owner"), key="complaint", title="Four hours")
    return int(house.execute(command).body["id"])


def token(visitor: Visitor) -> dict[str, str]:
    return {"X-CSRFToken": visitor.page.xpath("//meta[@name='csrf-token']/@content")[0]}


def ask(visitor: Visitor, url: str, body: Any = None, **options: Any) -> Any:
    return visitor.client.post(url, json={} if body is None else body, headers=token(visitor), **options)


def put(visitor: Visitor, url: str, text: bytes, if_match: str | None) -> Any:
    headers = token(visitor) | ({} if if_match is None else {"If-Match": if_match})
    return visitor.client.put(url, data=text, headers=headers)


def test_from_the_list_to_a_saved_text(visit: Visit) -> None:
    owner = visit("owner")
    owner.get("/design")
    assert "Customer complaint" in owner.text
    owner.get("/design/complaint")
    owner.send("/design/complaint/drafts", {"title": "A shorter deadline"})
    assert "A shorter deadline" in owner.text
    assert "Nothing to object to." in owner.text
    url = owner.page.xpath("//a[.='application.toml']/@href")[0]
    owner.get(url)
    text = owner.page.xpath("//textarea")[0].text
    assert "rounds = 3" in text
    owner.send(url, {"text": text.replace("rounds = 3", "rounds = 0")})
    assert "Saved." in owner.text
    assert "rounds = 0" in owner.page.xpath("//textarea")[0].text
    owner.get(url.partition("/edit/")[0])
    assert "must be a whole number from 1 to 99" in owner.text
    assert "changed" in owner.page.xpath("//li[a='application.toml']")[0].text_content()


def test_a_text_that_somebody_else_changed_comes_back_as_typed(visit: Visit, draft: int) -> None:
    owner, admin = visit("owner"), visit("admin")
    url = f"/design/drafts/{draft}/edit/application.toml"
    owner.get(url)
    admin.get(url)
    admin.send(url, {"text": "theirs = 1\n"})
    owner.send(url, {"text": "mine = 1\n"})
    assert owner.reply.status_code == 409
    assert "changed by somebody else" in owner.text
    assert "mine = 1" in owner.page.xpath("//textarea")[0].text


def test_an_editor_saves_under_the_revision_it_began_with(visit: Visit, draft: int) -> None:
    owner, admin = visit("owner"), visit("admin")
    url = f"/design/drafts/{draft}/files/grading.dmn"
    for visitor in (owner, admin):
        visitor.get("/design")
    assert owner.fetch(url).headers["ETag"] == '"0"'
    assert put(owner, url, b"<mine/>", '"0"').get_json()["revision"] == 2
    late = put(admin, url, b"<theirs/>", '"0"')
    assert late.status_code == 409
    told = late.get_json()
    assert told["error"]["code"] == "draft.changed"
    assert (told["theirs"]["content"], told["theirs"]["revision"], told["theirs"]["by"]) == ("<mine/>", 2, "周明远")
    assert put(admin, url, b"<theirs/>", "*").status_code == 200
    assert owner.fetch(url).get_data() == b"<theirs/>"


@pytest.mark.parametrize("if_match", [None, "", "soon", '"-1"'])
def test_a_save_must_say_what_it_is_based_on(visit: Visit, draft: int, if_match: str | None) -> None:
    owner = visit("owner")
    reply = put(owner, f"/design/drafts/{draft}/files/grading.dmn", b"<x/>", if_match)
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (400, "malformed.if_match")


def test_the_editors_get_their_answers(visit: Visit, draft: int) -> None:
    owner = visit("owner")
    base = f"/design/drafts/{draft}"
    assert ask(owner, f"{base}/check").get_json()["ok"]
    found = ask(owner, f"{base}/check", {"path": "complaint.bpmn", "content": "<oops"}).get_json()
    assert "complaint.bpmn" in [finding["file"] for finding in found["findings"]]
    assert owner.fetch(f"{base}/vocabulary").get_json()["language_index"] == 1
    due = ask(owner, f"{base}/due", {"expression": "working_hours(4)"}).get_json()
    assert due["text"] == "Mon 2 Mar 2026 14:00"
    assert due["terms"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("check", [1], "malformed.json"),
        ("check", {"path": 7, "content": "x"}, "malformed.type"),
        ("due", {}, "malformed.type"),
        ("due", {"expression": "working_hours("}, "draft.expression"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_shape(visit: Visit, draft: int, path: str, body: Any, code: str) -> None:
    reply = ask(visit("owner"), f"/design/drafts/{draft}/{path}", body)
    assert reply.status_code in (400, 422)
    assert reply.get_json()["error"]["code"] == code


def test_staff_look_and_do_not_touch(visit: Visit, draft: int) -> None:
    sales = visit("sales1")
    assert sales.get(f"/design/drafts/{draft}").status_code == 200
    assert sales.get(f"/design/drafts/{draft}/edit/application.toml").status_code == 200
    assert sales.page.xpath("//textarea/@readonly")
    assert put(sales, f"/design/drafts/{draft}/files/grading.dmn", b"<x/>", "*").status_code == 403
    assert sales.client.post("/design/complaint/drafts", headers=token(sales)).status_code == 403


def test_what_is_not_there_is_said(visit: Visit, draft: int) -> None:
    owner = visit("owner")
    for url in ("/design/nothing", "/design/drafts/99", f"/design/drafts/{draft}/edit/nothing.bpmn"):
        assert owner.get(url).status_code == 404, url


def test_a_draft_is_published_and_taken_back_without_a_script(visit: Visit, draft: int, house: Context) -> None:
    owner = visit("owner")
    url = f"/design/drafts/{draft}/edit/application.toml"
    owner.get(url)
    text = owner.page.xpath("//textarea")[0].text
    owner.send(url, {"text": text.replace("From the first call", "From the call")})
    owner.get(f"/design/drafts/{draft}/publish")
    assert "application.toml" in owner.text
    owner.send("/publish", {"note": "Told anew"})
    assert "Version 2 is published" in owner.text
    assert "Told anew" in owner.text
    assert house.library.current("complaint").number == 2
    owner.send("/design/complaint/rollback")
    assert "New complaints start with that version again" in owner.text
    assert house.library.current("complaint").number == 1
    assert "went back to version 1" in owner.text


def test_an_old_page_publishes_nothing(visit: Visit, draft: int, house: Context) -> None:
    owner, admin = visit("owner"), visit("admin")
    owner.get(f"/design/drafts/{draft}/publish")
    admin.get("/design")
    put(admin, f"/design/drafts/{draft}/files/forms/x.json", b'{"schema": {"type": "object"}}', "*")
    owner.send("/publish")
    assert owner.reply.status_code == 409
    assert "was changed while you looked at it" in owner.text
    assert house.library.current("complaint").number == 1


@pytest.mark.parametrize(
    ("template", "name", "path"),
    [
        ("diagram", "plant_approval", "plant_approval.bpmn"),
        ("table", "who_pays", "who_pays.dmn"),
        ("form", "visit", "forms/visit.json"),
        ("mail", "reminder", "forms/documents/reminder.txt"),
    ],
)
def test_a_new_file_begins_with_something_good(visit: Visit, draft: int, template: str, name: str, path: str) -> None:
    owner = visit("owner")
    owner.get(f"/design/drafts/{draft}")
    fields = {"csrf_token": owner.page.xpath("//meta[@name='csrf-token']/@content")[0]}
    owner.post(f"/design/drafts/{draft}/files", fields | {"template": template, "path": name})
    assert owner.reply.status_code == 200
    assert path in owner.text
    found = ask(owner, f"/design/drafts/{draft}/check").get_json()["findings"]
    assert [one for one in found if one["file"] == path and one["severity"] == "error"] == []


def test_a_zip_becomes_a_draft(visit: Visit, house: Context) -> None:
    bundle = house.library.current("complaint").bundle
    changed = Bundle({**bundle, "forms/x.json": b'{"schema": {"type": "object"}}'})
    owner = visit("owner")
    owner.get("/design")
    fields = {"csrf_token": owner.page.xpath("//meta[@name='csrf-token']/@content")[0]}
    owner.post("/design/import", fields | {"bundle": (BytesIO(changed.to_zip()), "from git.zip")})
    assert "from git" in owner.text
    assert [li.xpath("./a")[0].text for li in owner.page.xpath("//li[@data-change='added']")] == ["forms/x.json"]
    owner.post("/design/import", fields | {"bundle": (BytesIO(b"no zip"), "x.zip")})
    assert owner.reply.status_code == 422
    assert "cannot be read" in owner.text


def test_what_is_downloaded_can_be_brought_back(visit: Visit, draft: int, house: Context) -> None:
    owner = visit("owner")
    for url in (f"/design/drafts/{draft}/bundle.zip", "/design/complaint/versions/1/bundle.zip"):
        reply = owner.client.get(url)
        assert Bundle.from_zip(reply.get_data()).digest == house.library.current("complaint").bundle.digest


def test_every_code_of_the_check_is_explained_in_the_readers_language(visit: Visit) -> None:
    owner = visit("owner")
    owner.get("/design/check/codes")
    codes = owner.page.xpath("//th[@scope='row']/text()")
    assert {"K101", "K212", "K415", "K616", "K801"} <= set(codes)
    assert len(codes) == len(set(codes))
    assert owner.page.xpath("//tr[@id='K801']/td/text()") == ["The case can get stuck", "Error"]


def test_who_changed_the_draft_last_finds_no_button_that_would_refuse_him(
    house: Context, visit: Visit, draft: int
) -> None:
    object.__setattr__(house, "settings", house.settings.model_copy(update={"publish_four_eyes": True}))
    change = ChangeDraft(actor=actor(house, "admin"), draft_id=draft, files={"notes.md": b"x"})
    revision = house.execute(change).body["revision"]
    house.execute(ProposeDraft(actor=actor(house, "owner"), draft_id=draft, revision=revision))
    admin = visit("admin")
    admin.get(f"/design/drafts/{draft}/publish")
    assert "Back to work" in admin.text
    assert not admin.page.xpath("//button[.='Publish']")


def test_a_file_that_was_left_out_comes_back(visit: Visit, draft: int) -> None:
    owner = visit("owner")
    url = f"/design/drafts/{draft}"
    owner.get(url)
    owner.send(f"{url}/remove", {"path": "non_quality.bpmn"})
    row = owner.page.xpath("//li[s='non_quality.bpmn']")[0]
    assert row.xpath(".//button")[0].text == "Bring back"
    owner.send(f"{url}/bring-back", {"path": "non_quality.bpmn"})
    assert "The file is back." in owner.text
    assert "Nothing to object to." in owner.text
    assert owner.page.xpath("//li[@data-change]") == []
