"""Which answers renew a session: a photo or a draft that arrives late takes no message away, and ends no log-out."""

from io import BytesIO
from typing import Any

import pytest
from itsdangerous import TimestampSigner

from server.casework.context import Context
from tests.integration.web.conftest import Visitor
from tests.integration.web.test_task_page import WHOLE, open_task
from tests.unit.files.samples import png

pytestmark = pytest.mark.one_database("a cookie does not depend on the database")
FETCHED = {"Accept": "*/*"}
DRAWN = {"Accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}
OPENED = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
"""As Chromium and Firefox send them."""


@pytest.fixture
def seller(house: Context, visit: Any, number: str) -> Visitor:
    """With the task open."""
    found: Visitor = visit("sales1")
    found.get(f"/tasks/{open_task(house, number)['id']}")
    return found


def photo(seller: Visitor) -> Any:
    token = seller.page.xpath("//meta[@name='csrf-token']/@content")[0]
    sent = {"file": (BytesIO(png()), "crack.png")}
    return seller.client.post("/forms/files", data=sent, headers={**FETCHED, "X-CSRFToken": token})


def test_a_photo_that_arrives_after_the_form_leaves_its_message(house: Context, seller: Visitor, number: str) -> None:
    task = open_task(house, number)["id"]
    before = seller.client.get_cookie("kesu")
    assert before is not None
    sent = seller.fields(f"/tasks/{task}")
    sent.update({**WHOLE, "do": "complete"})
    told = seller.client.post(
        f"/tasks/{task}", data=sent.to_dict(flat=False), headers={**FETCHED, "X-Sent-By": "script"}
    )
    after = seller.client.get_cookie("kesu")
    assert (told.status_code, told.headers["X-Go-To"]) == (200, "/tasks")
    assert after is not None
    assert after.value != before.value
    seller.client.set_cookie("kesu", before.value)  # what the browser sent along when the photo left
    uploaded = photo(seller)
    assert uploaded.status_code == 201, uploaded.text
    if "Set-Cookie" not in uploaded.headers:
        seller.client.set_cookie("kesu", after.value)
    seller.get("/tasks", headers=OPENED)
    assert "Done: " in seller.text


def test_pages_renew_a_session_at_once_and_scripts_in_its_second_half(
    seller: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Set-Cookie" in seller.client.get("/tasks", headers=OPENED).headers
    assert "Set-Cookie" in seller.client.get("/tasks").headers
    sent = photo(seller)
    assert "Set-Cookie" not in sent.headers
    drawn = seller.fetch(f"/files/{sent.json['id']}/picture", headers=DRAWN)
    assert (drawn.status_code, "Set-Cookie" in drawn.headers) == (200, False)
    assert "Set-Cookie" not in seller.client.get("/forms/known/person?q=li", headers=FETCHED).headers
    now = TimestampSigner("x").get_timestamp()
    for hours, renews in ((5.9, False), (6.1, True)):
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self, at=now + int(hours * 3600): at)
        reply = seller.client.get("/forms/known/person?q=li", headers=FETCHED)
        assert reply.status_code == 200
        assert ("Set-Cookie" in reply.headers) is renews


def test_what_a_script_changes_is_kept(seller: Visitor) -> None:
    """Somebody who logs in by a script has logged in."""
    stranger = Visitor(seller.app)
    stranger.get("/login")
    sent = stranger.fields("/login")
    sent["demo"] = "quality1"
    reply = stranger.client.post("/login", data=sent.to_dict(flat=False), headers=FETCHED)
    assert (reply.status_code, "Set-Cookie" in reply.headers) == (303, True)
