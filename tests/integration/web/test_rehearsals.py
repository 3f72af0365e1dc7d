"""Process owners rehearse a draft, say where complaints go on, move them and take them back, all without scripts."""

from collections.abc import Callable
from typing import Any

import pytest

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.open_draft import OpenDraft
from server.domain.bundle import Bundle
from server.queries.draft_file import draft_file
from server.runner.migrations import continue_runs
from server.runner.rehearsals import continue_rehearsals
from tests.crowd import Crowd, publish_unchecked
from tests.integration.test_mapping import replaced
from tests.integration.web.conftest import Visitor
from tests.mutations import Draft

Visit = Callable[[str | None], Visitor]


@pytest.fixture
def crowd(house: Context) -> Crowd:
    found = Crowd(house, 17)
    for _ in range(3):
        found.file()
    found.walk(next(iter(found.ids)), 1)
    return found


def draft(house: Context) -> int:
    draft_id = int(house.execute(OpenDraft(actor=SYSTEM, key="complaint", title="Less work")).body["id"])
    drawn = Draft(house.library.current("complaint").bundle)
    replaced(drawn)
    files: dict[str, bytes | None] = {"complaint.bpmn": drawn.bundle()["complaint.bpmn"]}
    house.execute(ChangeDraft(actor=SYSTEM, draft_id=draft_id, files=files))
    return draft_id


def publish(house: Context, draft_id: int) -> int:
    changed = draft_file(house, SYSTEM, draft_id, "complaint.bpmn").content
    return publish_unchecked(house, Bundle({**house.library.current("complaint").bundle, "complaint.bpmn": changed}))


def test_from_the_rehearsal_to_the_move_and_back(house: Context, crowd: Crowd, visit: Visit) -> None:
    owner = visit("owner")
    draft_id = draft(house)
    here = f"/design/drafts/{draft_id}/rehearsal"
    owner.get(here)
    owner.send("/rehearsal")
    assert "0 of 3 complaints tried" in owner.text
    continue_rehearsals(house, 60)
    owner.get(here)
    assert "2 complaints stand at “Receive the complaint”, which is gone" in owner.text
    for number in list(crowd.ids)[1:]:
        assert owner.page.xpath(f"//ol[@class='reasons']//a[@href='/complaints/{number}']")
    owner.send("/rehearsal", {"new": "take_over"})
    continue_rehearsals(house, 60)
    owner.get(here)
    assert not owner.page.xpath("//ol[@class='reasons']")
    assert "Complaints are moved once the draft is published" in owner.text
    version = publish(house, draft_id)
    owner.get(f"/design/complaint/versions/{version}/rehearsal")
    assert "all 3 safe ones" in owner.text
    owner.send("/migrate")
    assert f"3 of 3 open complaints go on in version {version}" in owner.text
    owner.send("/migrate")
    assert "0 of 3 complaints done" in owner.text
    continue_runs(house, 60)
    run = owner.reply.request.path
    owner.get(run)
    assert "3 moved" in owner.text
    owner.send("/undo/1")
    assert "The complaint is back in its version." in owner.text
    assert "2 moved" in owner.text
    owner.send("/undo")
    continue_runs(house, 60)
    owner.get(run)
    assert "3 taken back" in owner.text
    owner.get("/design/complaint")
    assert f"had 3 complaints moved to version {version}" in owner.text
    assert owner.page.xpath(f"//a[@href='{run}']")


def test_some_are_chosen_from_the_list_and_nobody_is_told(house: Context, crowd: Crowd, visit: Visit) -> None:
    owner = visit("owner")
    version = publish(house, draft(house))
    here = f"/design/complaint/versions/{version}/rehearsal"
    owner.get(here)
    owner.send("/rehearsal")
    continue_rehearsals(house, 60)
    owner.get(here)
    safe = next(iter(crowd.ids))
    owner.send("/migrate", {"choice": "listed"})
    assert owner.reply.status_code == 422
    assert "Nobody is chosen" in owner.text
    owner.get(here)
    owner.send("/migrate", {"choice": "listed", "number": [safe]})
    owner.send("/migrate")
    continue_runs(house, 60)
    owner.get(owner.reply.request.path)
    assert "1 moved" in owner.text
    assert safe in owner.text


def test_only_one_verdict_is_listed(house: Context, crowd: Crowd, visit: Visit) -> None:
    owner = visit("owner")
    draft_id = draft(house)
    owner.get(f"/design/drafts/{draft_id}/rehearsal")
    owner.send("/rehearsal")
    continue_rehearsals(house, 60)
    owner.get(f"/design/drafts/{draft_id}/rehearsal?verdict=safe")
    assert len(owner.page.xpath("//li[contains(@class, 'card-item')]")) == 1
    owner.get(f"/design/drafts/{draft_id}/rehearsal?verdict=needs_mapping")
    assert len(owner.page.xpath("//li[contains(@class, 'card-item')]")) == 2


def test_a_draft_changed_since_says_so(house: Context, crowd: Crowd, visit: Visit) -> None:
    owner = visit("owner")
    draft_id = draft(house)
    owner.get(f"/design/drafts/{draft_id}/rehearsal")
    owner.send("/rehearsal")
    continue_rehearsals(house, 60)
    files: dict[str, bytes | None] = {"complaint.bpmn": house.library.current("complaint").bundle["complaint.bpmn"]}
    house.execute(ChangeDraft(actor=SYSTEM, draft_id=draft_id, files=files))
    owner.get(f"/design/drafts/{draft_id}/rehearsal")
    assert "Rehearsed at revision 2; the draft is at revision 3 by now." in owner.text


def test_a_misspelt_field_is_told_on_the_page(house: Context, crowd: Crowd, visit: Visit) -> None:
    owner = visit("owner")
    draft_id = draft(house)
    owner.get(f"/design/drafts/{draft_id}/rehearsal")
    owner.send("/rehearsal")
    continue_rehearsals(house, 60)
    owner.get(f"/design/drafts/{draft_id}/rehearsal")
    sent = {"csrf_token": owner.fields("/rehearsal")["csrf_token"], "old": "receive", "new": "take_ovr"}
    owner.post(f"/design/drafts/{draft_id}/rehearsal", sent)
    assert owner.reply.status_code == 422
    assert "Did you mean take_over?" in owner.text


@pytest.mark.parametrize("who", ["sales1", "quality1"])
def test_staff_may_not(house: Context, visit: Visit, who: str) -> None:
    other: Any = visit(who)
    assert other.get("/design/complaint/versions/1/rehearsal").status_code == 403
