"""The page of a difference as it is without scripts, of two versions and of a draft."""

from collections.abc import Callable
from typing import Any

import pytest

from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.open_draft import OpenDraft
from tests.crowd import publish_unchecked
from tests.house import actor
from tests.integration.life import filed
from tests.integration.web.conftest import Visitor
from tests.mutations import Draft, mutated

Visit = Callable[..., Visitor]


def draft_of(house: Context, **files: bytes) -> int:
    by = actor(house, "owner")
    opened: Any = house.execute(OpenDraft(actor=by, key="complaint", title="More approval")).body["id"]
    house.execute(ChangeDraft(actor=by, draft_id=opened, files=files))
    return int(opened)


def test_two_versions(house: Context, visit: Visit) -> None:
    number = filed(house)
    publish_unchecked(house, mutated("task_before", house.library.current("complaint").bundle))
    owner = visit("owner")
    owner.get("/design/complaint")
    link = owner.page.xpath("//a[.='Difference']/@href")[0]
    owner.get(link)
    (told,) = owner.page.xpath("//li[@data-code='step.added']/p[1]/text()")
    assert told.startswith("1 open complaint will now need “New step first_look” by Sales.")
    assert told.endswith("Every new complaint will need “New step first_look”.")
    assert owner.page.xpath("//li[@data-code]//a[@class='case-number']/text()") == [number]
    assert owner.page.xpath("//details[@id='file-complaint.bpmn']//li/@data-element") == ["first_look"]
    option = owner.page.xpath("//select[@data-pick]/option")[0]
    for side, there in (("old", False), ("new", True)):
        reply = owner.fetch(option.get(f"data-{side}"))
        assert reply.content_type.startswith("application/xml")
        assert (b"first_look" in reply.data) is there


def test_a_version_against_itself(visit: Visit) -> None:
    owner = visit("owner")
    owner.get("/design/complaint/difference?from=1&to=1")
    assert "Nothing differs." in owner.text


def test_a_draft_and_its_changed_cells(house: Context, visit: Visit) -> None:
    bundle = house.library.current("complaint").bundle
    table = bundle["deadlines.dmn"].replace(b'due_receive_out_amount"><text>24<', b'due_receive_out_amount"><text>8<')
    draft = draft_of(house, **{"deadlines.dmn": table})
    filed(house)
    owner = visit("owner")
    owner.get(f"/design/drafts/{draft}")
    owner.get(owner.page.xpath("//nav//a[contains(., 'What changes')]/@href")[0])
    assert "8 hours from the complaint instead of 24 hours" in owner.text
    (row,) = owner.page.xpath("//table[contains(@class, 'diff-table')]/tbody/tr")
    assert [each.text for each in row.xpath(".//del")] == ["24"]
    assert [each.text for each in row.xpath(".//ins")] == ["8"]


def test_a_draft_that_cannot_run_is_told_without_consequences(house: Context, visit: Visit) -> None:
    drawn = Draft(house.library.current("complaint").bundle).open("complaint")
    drawn.find("grade").find(".//{*}calledDecisionId").text = "no_such_table"
    draft = draft_of(house, **{"complaint.bpmn": drawn.bundle()["complaint.bpmn"]})
    owner = visit("owner")
    owner.get(f"/design/drafts/{draft}/difference")
    assert owner.reply.status_code == 200
    assert "cannot run yet" in owner.text
    assert "no_such_table" in owner.text
    assert not owner.page.xpath("//li[@data-code]")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/design/complaint/difference?from=7", 404),
        ("/design/nothing/difference", 404),
        ("/design/drafts/77/difference", 404),
        ("/design/complaint/difference/new/no.bpmn?from=1&to=1", 404),
        ("/design/complaint/difference/side/complaint.bpmn?from=1&to=1", 404),
        ("/design/complaint/difference/new/application.toml?from=1&to=1", 404),
        ("/design/complaint/difference?from=x&to=", 200),
    ],
)
def test_addresses_that_lead_nowhere(visit: Visit, url: str, status: int) -> None:
    owner = visit("owner")
    owner.get(url)
    assert owner.reply.status_code == status


def test_in_chinese(house: Context, visit: Visit) -> None:
    filed(house)
    publish_unchecked(house, mutated("task_removed", house.library.current("complaint").bundle))
    owner = visit("owner", "zh-CN")
    owner.get("/design/complaint/difference")
    assert "新投诉不再有“异常问题开会说明”。" in owner.text


def test_a_draft_that_cannot_be_read_leads_to_its_files(house: Context, visit: Visit) -> None:
    draft = draft_of(house, **{"application.toml": b"key = = 1"})
    owner = visit("owner")
    owner.get(f"/design/drafts/{draft}/difference", follow_redirects=True)
    assert "application.toml cannot be read" in owner.text
    assert owner.page.xpath("//li[@data-change='changed']/a[.='application.toml']")
    owner.get(f"/design/drafts/{draft}/publish")
    assert "Errors: 1." in owner.text
    assert "Recorded tests" not in owner.text
