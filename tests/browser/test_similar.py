"""The folded list of similar complaints is fetched when it is opened, and once only."""

from playwright.sync_api import expect

from server.app import create_app
from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from tests.house import actor


def filed(house: Context, text: str) -> str:
    fields = {"customer": {"name": "ACME"}, "product": {"part_no": "A68-02-B"}, "problem": {"description": text}}
    filing = FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields)
    return str(house.execute(filing).body["number"])


def test_similar_complaints_are_fetched_when_the_fold_is_opened(house: Context, serve, quiet_page) -> None:
    earlier, new = filed(house, "外壳周边飞边"), filed(house, "housing with flash")
    fetched: list[str] = []
    quiet_page.on("request", lambda one: fetched.append(one.url) if one.url.endswith("/similar") else None)
    with serve(create_app(house)) as address:
        quiet_page.goto(f"{address}/login")
        quiet_page.locator("button[value=admin]").click()
        quiet_page.goto(f"{address}/complaints/{new}")
        fold = quiet_page.locator("details[hx-get]")
        assert fetched == []
        for _ in range(3):
            fold.locator("summary").click()
        expect(fold.locator("ol a")).to_have_text(earlier)
        expect(fold).to_have_attribute("open", "")
        assert len(fetched) == 1
