"""Where complaints are stuck, as a manager looks at it: colours and figures, another mode, a part, a step, a choice."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from server.app import create_app
from server.casework.context import Context
from server.queries.stuck_filters import Filters
from server.queries.where_stuck import where_stuck
from tests.crowd import Crowd
from tests.house import actor


@pytest.fixture
def stuck(house: Context) -> Context:
    """Twelve complaints, some of them in containment, filed in the course of two weeks."""
    crowd = Crowd(house, 4)
    for position in range(12):
        crowd.walk(crowd.file(), 4 + position)
        house.clock.advance(timedelta(hours=23))  # type: ignore[attr-defined]
    return house


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.locator("button[value=manager]").click()
    page.goto(f"{address}/stuck")
    expect(page.locator("#stuck")).to_have_attribute("data-ready", "1")


def figures(page: Page) -> dict[str, str]:
    """Element id to what is written on it."""
    found = page.locator("#stuck .djs-overlays").evaluate_all(
        "all => all.map(each => [each.dataset.containerId, each.querySelector('.heat-figure')?.textContent])"
    )
    return {element: text for element, text in found if text}


def test_a_manager_looks_and_digs(stuck: Context, serve, quiet_page: Page) -> None:
    told = where_stuck(stuck, actor(stuck, "manager"), "complaint", Filters(), language="en")
    with serve(create_app(stuck)) as address:
        log_in(quiet_page, address)
        expected = {one["element_id"]: str(one["cases"]) for one in told["elements"]}
        assert figures(quiet_page) == expected
        assert len(expected) >= 2
        rows = quiet_page.locator(".stuck-table tbody tr")
        assert {
            row.get_attribute("data-element"): row.locator("td").first.inner_text() for row in rows.all()
        } == expected
        hottest = max(told["elements"], key=lambda one: one["cases"])
        marked = quiet_page.locator("#stuck .heat-5")
        assert hottest["element_id"] in {each.get_attribute("data-element-id") for each in marked.all()}

        quiet_page.get_by_role("link", name="等待时间").first.click()
        expect(quiet_page.locator("#stuck")).to_have_attribute("data-ready", "1")
        assert all(re.search("小时|分", text) for text in figures(quiet_page).values())
        assert set(figures(quiet_page)) == set(expected)

        part = next(one for one in told["elements"] if one["calls"])
        quiet_page.locator(f"#stuck [data-element-id={part['element_id']}]").first.click()
        quiet_page.wait_for_url(f"**inside={part['element_id']}**")
        expect(quiet_page.locator("#stuck")).to_have_attribute("data-ready", "1")
        inside = where_stuck(
            stuck, actor(stuck, "manager"), "complaint", Filters(), language="en", inside=part["element_id"]
        )
        assert set(figures(quiet_page)) == {one["element_id"] for one in inside["elements"]}

        step = inside["elements"][0]
        quiet_page.locator(f"#stuck [data-element-id={step['element_id']}]").first.click()
        quiet_page.wait_for_url("**/stuck/step?**")
        expect(quiet_page.locator(".card-item")).to_have_count(step["steps"])


def test_a_choice_narrows_and_is_undone(stuck: Context, serve, quiet_phone: Page) -> None:
    with serve(create_app(stuck)) as address:
        log_in(quiet_phone, address)
        table, drawing = (quiet_phone.locator(name).bounding_box() for name in (".stuck-table", "#stuck"))
        assert table is not None
        assert drawing is not None
        assert table["y"] < drawing["y"], "on a phone the table comes first"
        width = quiet_phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, "the page itself does not scroll sideways"
        before = quiet_phone.locator(".figure-box strong").first.inner_text()
        quiet_phone.locator(".stuck-filters summary").click()
        quiet_phone.locator("input[name=customer]").fill("ACME")
        quiet_phone.locator(".stuck-filters button").click()
        quiet_phone.wait_for_url("**customer=ACME**")
        told = where_stuck(stuck, actor(stuck, "manager"), "complaint", Filters(customer="ACME"), language="en")
        expect(quiet_phone.locator(".figure-box strong").first).to_have_text(str(told["totals"]["cases"]))
        assert 0 < told["totals"]["cases"] < int(before)
        quiet_phone.locator(".stuck-filters a.btn").click()
        expect(quiet_phone.locator(".figure-box strong").first).to_have_text(before)
