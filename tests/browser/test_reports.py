"""Reports and alerts in a browser: pages are turned, files come, what is chosen is shown, on a desk and on a phone."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from server.app import create_app
from server.casework.context import Context
from server.clock import ManualClock
from server.commands.file_complaint import FileComplaint
from server.persistence.models import CaseFact
from server.runner.alerts import AlertWatch
from tests.house import actor


@pytest.fixture
def house_of_complaints(house: Context, clock: ManualClock) -> Context:
    """Three complaints about the same in the first week of March, looked at in the second."""
    for _ in range(3):
        fields = {"customer": {"name": "海天塑胶"}, "problem": {"description": "飞边"}, "product": {"part_no": "HT-1"}}
        house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields))
    with house.database.write("test") as connection:
        connection.execute(update(CaseFact).values(defect="飞边"))
    clock.advance(timedelta(days=7))
    AlertWatch(house).look()
    return house


def opened(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/login")
    page.locator("button[value=manager]").click()
    page.goto(f"{address}{path}")


LINES = """cells => cells
    .filter(cell => /^\\d{4}-(W?\\d\\d)(-\\d\\d)?$/.test(cell.textContent.trim()))
    .map(cell => { const text = document.createRange(); text.selectNodeContents(cell); return text.getClientRects().length; })"""


def lines_of_days(page: Page) -> list[int]:
    """For each cell that holds a day, week or month, on how many lines it stands."""
    return list(page.locator(".analysis td").evaluate_all(LINES))


def narrow_enough(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_pages_are_turned_files_kept_and_the_report_ordered(house_of_complaints: Context, serve, quiet_page) -> None:
    page = quiet_page
    with serve(create_app(house_of_complaints)) as address:
        opened(page, address, "/stuck")
        page.locator(".manage-bar a[href='/reports']").click()
        expect(page.locator("h1")).to_contain_text("2026-W10")
        expect(page.locator(".analysis").first.locator("tbody tr").first.locator("td").nth(1)).to_have_text("3")
        page.locator("a[rel=prev]").click()
        expect(page.locator("h1")).to_contain_text("2026-W09")
        page.locator("a[rel=next]").click()
        with page.expect_download() as download:
            page.locator(".page-head a[href$='.pdf']").click()
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
        page.locator("#orders [name=recipient]").select_option("gm")
        page.locator("#orders form.filters button").click()
        expect(page.locator("#orders li")).to_have_count(1)
        page.set_viewport_size({"width": 390, "height": 800})
        assert narrow_enough(page)
        lines = lines_of_days(page)
        assert len(lines) > 12 + 3
        assert set(lines) == {1}


def test_alerts_lead_to_their_complaints(house_of_complaints: Context, serve, quiet_page) -> None:
    page = quiet_page
    with serve(create_app(house_of_complaints)) as address:
        opened(page, address, "/alerts")
        card = page.locator(".card-item", has_text="HT-1")
        expect(card.locator("a.case-number")).to_have_count(3)
        page.locator("select[name=kind]").select_option("incident")
        page.wait_for_url("**kind=incident**")
        expect(page.locator(".card-item")).to_have_count(0)
        page.locator("#kind-promise").check()
        page.locator("form[method=post] button", has_text="").last.click()
        expect(page.locator("#kind-promise")).to_be_checked()
        page.set_viewport_size({"width": 390, "height": 800})
        assert narrow_enough(page)
        page.goto(f"{address}/alerts")
        page.locator("a.case-number").first.click()
        expect(page).to_have_url(f"{address}/complaints/HQ-2026-0003")
