"""The story of a complaint once through: the sentence, times on the diagram, kinds of events, a moment of the past."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from server.app import create_app
from server.casework.context import Context
from server.queries.complaint_detail import complaint_detail
from tests.crowd import Crowd
from tests.house import actor

MARK = re.compile(r"\d+ (小时|分钟)|×\d")


def lived(house: Context) -> str:
    """A complaint some steps on its way, hours apart."""
    crowd = Crowd(house, "story")
    number = crowd.file()
    for _ in range(6):
        house.clock.advance(timedelta(hours=1, minutes=7))  # type: ignore[attr-defined]
        crowd.walk(number, 1)
    return number


def test_the_story_is_read_and_the_past_looked_at(house: Context, serve, quiet_page: Page) -> None:
    number = lived(house)
    sentence = complaint_detail(house, actor(house, "admin"), number, "zh-CN")["waits_for"]
    with serve(create_app(house)) as address:
        enter(quiet_page, address)
        quiet_page.goto(f"{address}/complaints/{number}")
        expect(quiet_page.locator(".waits-for")).to_have_text(sentence)
        quiet_page.locator(".diagram[data-ready]").wait_for()
        expect(quiet_page.locator(".diagram .mark-label").first).to_have_text(MARK)
        quiet_page.locator("#story .tabs a", has_text="资料").click()
        expect(quiet_page.locator("#story .tabs a[aria-current]")).to_contain_text("资料")
        quiet_page.locator("#story details.changes summary").first.click()
        expect(quiet_page.locator("#story details.changes ins").first).to_be_visible()

        quiet_page.locator("#story .story-time").last.click()
        quiet_page.locator(".diagram[data-ready]").wait_for()
        first = quiet_page.locator("h1").inner_text()
        expect(quiet_page.locator("#event")).to_contain_text(number)
        quiet_page.get_by_role("link", name="下一时刻").click()
        expect(quiet_page.locator("h1")).not_to_have_text(first)
        quiet_page.locator("#moment-seq").evaluate("slider => { slider.value = slider.max; }")
        quiet_page.get_by_role("button", name="查看这一时刻").first.click()
        expect(quiet_page.locator("#moments .moment-steps span.disabled", has_text="最新")).to_be_visible()
        quiet_page.locator(".diagram[data-ready]").wait_for()


def test_on_a_phone_nothing_is_wider_than_the_screen(house: Context, serve, quiet_phone: Page) -> None:
    number = lived(house)
    with serve(create_app(house)) as address:
        enter(quiet_phone, address)
        for page in (f"/complaints/{number}", f"/complaints/{number}/at"):
            quiet_phone.goto(f"{address}{page}")
            quiet_phone.locator(".diagram[data-ready]").wait_for()
            assert quiet_phone.evaluate("document.documentElement.scrollWidth") <= 390, page


def enter(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.locator("button[value=admin]").click()
    page.wait_for_url("**/tasks")
