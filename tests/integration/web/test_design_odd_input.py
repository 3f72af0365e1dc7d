"""The studio gets what nobody would send on purpose: each is refused or told by the check, nothing fails."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.open_draft import OpenDraft
from server.domain.rejection import Rejected
from server.persistence.models import PermissionGrant
from server.queries.bundle_archive import version_archive
from tests.house import actor
from tests.integration.web.conftest import Visitor

Visit = Callable[..., Visitor]
HUGE = 10**25


@pytest.fixture
def draft(house: Context) -> int:
    return int(house.execute(OpenDraft(actor=actor(house, "owner"), key="complaint", title="Odd")).body["id"])


def keep(house: Context, draft: int, path: str, data: bytes) -> None:
    house.execute(ChangeDraft(actor=actor(house, "owner"), draft_id=draft, files={path: data}))


def token(visitor: Visitor) -> dict[str, str]:
    return {"X-CSRFToken": visitor.page.xpath("//meta[@name='csrf-token']/@content")[0]}


def status(visitor: Visitor, url: str, body: Any) -> int:
    return int(visitor.client.post(url, json=body, headers=token(visitor)).status_code)


@pytest.mark.parametrize("schema", [b"{}", b'{"properties": {"a": {"oneOf": 5}}}', b'{"properties": [1]}', b"[]"])
def test_a_case_schema_that_is_none_is_told_by_the_check(
    house: Context, visit: Visit, draft: int, schema: bytes
) -> None:
    keep(house, draft, "forms/case.schema.json", schema)
    owner = visit("owner")
    here = f"/design/drafts/{draft}"
    for page in ("", "/publish", "/difference", "/vocabulary"):
        assert owner.fetch(here + page).status_code < 500, page
    owner.get("/design")
    assert status(owner, f"{here}/check", {}) == 200
    assert status(owner, f"{here}/due", {"expression": "working_hours(8)"}) == 200
    assert status(owner, f"{here}/document", {"path": "forms/documents/eight_d.typ", "content": "= x"}) < 500


def test_numbers_that_no_row_has(visit: Visit, draft: int) -> None:
    owner = visit("owner")
    owner.get("/design")
    for url in (f"/design/drafts/{HUGE}", f"/design/complaint/versions/{2**40}/bundle.zip"):
        assert owner.fetch(url).status_code == 404, url
    for url in (f"/design/drafts/{draft}/rehearsal?after={HUGE}", f"/design/complaint/migrations/1?after={HUGE}"):
        assert owner.fetch(url).status_code < 500, url
    for url, fields in (
        ("/design/complaint/rollback", {"to": HUGE}),
        ("/design/complaint/drafts", {"base": HUGE}),
        ("/design/complaint/versions/1/migrate", {"rehearsal": HUGE}),
        (f"/design/drafts/{draft}/publish", {"revision": HUGE}),
    ):
        reply = owner.client.post(url, data=fields, headers=token(owner))
        assert 300 < reply.status_code < 500, url


def test_half_a_character_is_refused(visit: Visit, draft: int) -> None:
    owner = visit("owner")
    owner.get("/design")
    half = {"path": "forms/visit.json", "content": "\ud800", "decision": "x"}
    for verb in ("check", "preview", "document", "decide"):
        assert status(owner, f"/design/drafts/{draft}/{verb}", half) == 400, verb


def test_a_due_date_beyond_counting_is_refused_at_once(visit: Visit, draft: int) -> None:
    owner = visit("owner")
    owner.get("/design")
    assert status(owner, f"/design/drafts/{draft}/due", {"expression": "working_days(999999999)"}) == 422


def test_a_picture_is_not_saved_from_a_text_field(house: Context, visit: Visit, draft: int) -> None:
    keep(house, draft, "forms/documents/seal.png", b"\x89PNG\r\n\x1a\n\xff\xfe")
    owner = visit("owner")
    owner.get(f"/design/drafts/{draft}/edit/forms/documents/seal.png")
    assert owner.page.xpath("//textarea/@readonly")
    assert owner.page.xpath("//*[@data-text-editor]/@data-read-only") == ["true"]


@pytest.mark.parametrize("files", [["notes.md", "Notes.md"], ["__notes.md"]])
def test_a_draft_takes_no_file_that_its_version_would_lose(house: Context, draft: int, files: list[str]) -> None:
    *first, last = files
    for path in first:
        keep(house, draft, path, b"x")
    with pytest.raises(Rejected) as refusal:
        keep(house, draft, last, b"x")
    assert refusal.value.code == "bundle.path"


def test_the_drawing_of_a_draft_is_never_an_old_one(visit: Visit, draft: int) -> None:
    reply = visit("owner").fetch(f"/design/drafts/{draft}/difference/new/complaint.bpmn")
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")


def test_a_version_that_cannot_run_any_more_can_be_carried_away(
    house: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_id: int) -> None:
        raise AssertionError("its diagrams need not be read")

    whole = version_archive(house, actor(house, "owner"), "complaint", 1)
    monkeypatch.setattr(house.library, "version", refuse)
    assert version_archive(house, actor(house, "owner"), "complaint", 1) == whole


def test_who_only_publishes_finds_the_button_and_no_other(house: Context, visit: Visit, draft: int) -> None:
    keep(house, draft, "notes.md", b"x")
    given = {"user_id": actor(house, "sales1").user_id, "permission": "definition.publish"}
    with house.database.write("grant") as connection:
        connection.execute(insert(PermissionGrant).values(**given))
    sales = visit("sales1")
    sales.get(f"/design/drafts/{draft}")
    assert f"/design/drafts/{draft}/publish" in sales.page.xpath("//nav//a/@href")
    sales.get(f"/design/drafts/{draft}/publish")
    assert "Propose to a second person" not in sales.text
    sales.send(f"/design/drafts/{draft}/publish", {"note": "x"})
    assert "is published" in sales.text
    visit("quality1").get(f"/design/drafts/{draft}/publish")
