"""From the complaint's page to a test in a draft; others do not see it."""

import json
from collections.abc import Callable

import pytest

from server.casework.context import Context
from server.commands.open_draft import OpenDraft
from server.queries.draft_file import draft_file
from tests.house import actor
from tests.integration.web.conftest import Visitor
from tests.recordings import Tale

Visit = Callable[..., Visitor]


@pytest.fixture
def number(house: Context) -> str:
    return Tale(house, "meter-reading").play().number


def test_a_complaint_goes_into_a_draft_as_a_test(house: Context, visit: Visit, number: str) -> None:
    opened = OpenDraft(actor=actor(house, "owner"), key="complaint", title="Answer sooner")
    draft = int(house.execute(opened).body["id"])
    owner = visit("owner")
    owner.get(f"/complaints/{number}")
    owner.send(f"/complaints/{number}/recorded-test", {"name": "meter", "draft": str(draft)})
    assert "The test tests/meter.json is in the draft." in owner.text
    assert owner.page.xpath("//a[.='tests/meter.json']")
    kept = draft_file(house, actor(house, "owner"), draft, "tests/meter.json").content
    assert kept is not None
    assert json.loads(kept)["end"] == "End_NotQuality"

    owner.get(f"/complaints/{number}")
    owner.send(f"/complaints/{number}/recorded-test", {"name": "a/b", "draft": str(draft)})
    assert "“a/b” is no name for a test." in owner.text
    owner.get(f"/complaints/{number}")
    owner.send(f"/complaints/{number}/recorded-test", {"name": "meter", "draft": str(draft)})
    assert owner.reply.status_code == 409
    assert "changed by somebody else" in owner.text


def test_without_a_draft_it_can_be_downloaded(visit: Visit, number: str) -> None:
    owner = visit("owner")
    owner.get(f"/complaints/{number}")
    url = owner.page.xpath("//a[.='Download' and contains(@href, 'recorded-test')]/@href")[0]
    reply = owner.fetch(url)
    assert reply.headers["Content-Disposition"] == f"attachment; filename={number.lower()}.json"
    assert json.loads(reply.data)["format"] == 1
    assert "陈秀兰" not in reply.data.decode()


def test_staff_see_no_such_thing(visit: Visit, number: str) -> None:
    quality = visit("quality1")
    quality.get(f"/complaints/{number}")
    assert "Record as a test" not in quality.text
    assert quality.fetch(f"/complaints/{number}/recorded-test").status_code == 403
