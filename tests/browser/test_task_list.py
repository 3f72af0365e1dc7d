"""The list of tasks on a phone and at a desk: views, filters that fold away and are kept, pages to and fro."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from server.app import create_app
from server.casework.context import Context
from server.clock import ManualClock
from server.commands.add_comment import AddComment
from server.commands.file_complaint import FileComplaint
from server.commands.name_substitute import NameSubstitute
from tests.browser.together import Person
from tests.house import START, actor, drain_jobs

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CUSTOMERS = ("苏州明达电子有限公司", "Nordlicht Automotive GmbH", "ACME")
Look = Callable[[Person, str], None]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_list_on_a_phone_and_at_a_desk(house: Context, serve, browser: Browser, language: str) -> None:
    walk(fill(house), serve, browser, language, chosen_tab_is_in_sight)


def chosen_tab_is_in_sight(person: Person, state: str) -> None:
    box = person.page.locator(".tabs [aria-current]").bounding_box()
    assert box is not None
    size = person.page.viewport_size
    assert size is not None
    assert box["x"] >= 0, state
    assert box["x"] + box["width"] <= size["width"], state


def fill(house: Context) -> Context:
    """More than a page of complaints; some are late by now."""
    sales = actor(house, "sales1")
    for number in range(36):
        fields = {
            "customer": {"name": CUSTOMERS[number % 3]},
            "product": {"part_no": f"A68-{number % 5:02d}", "name": "控制器外壳"},
            "problem": {"title": "分型面飞边", "description": "分型面一圈飞边，装配卡不进去"},
        }
        filed = house.execute(FileComplaint(actor=sales, channel="phone", fields=fields)).body["number"]
        if number == 0:
            house.execute(AddComment(actor=sales, number=str(filed), text="客户停线"))
    drain_jobs(house)
    house.execute(
        NameSubstitute(
            actor=sales, absent="sales1", substitute="service1", starts_at=START, ends_at=START + timedelta(days=9)
        )
    )
    assert isinstance(house.clock, ManualClock)
    house.clock.advance(timedelta(hours=26))
    return house


def walk(site: Context, serve, browser: Browser, language: str, look: Look) -> None:
    """`look` is called with each state that is worth a look."""
    with serve(create_app(site)) as address:
        for name, options in (("phone", PHONE), ("desk", {})):
            person = Person(browser, address, "sales1", language, **options)
            if language == "en" and name == "phone":
                person.page.get_by_text("English", exact=True).first.click()
                expect(person.page.locator("h1")).to_have_text("Tasks")
            turns_pages(person)
            look(person.opens("/tasks"), f"{name}-list")
            keeps_a_filter(person, look, name)
            look(person.opens("/tasks?view=mine"), f"{name}-mine")
            look(person.opens("/tasks?q=nothing+like+it"), f"{name}-none")
            width = person.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert width <= 0
            assert not person.trouble
            person.context.close()
        deputy = Person(browser, address, "service1", language, **PHONE).opens("/tasks?view=substitutes")
        expect(deputy.page.locator(".task-row .badge-plain").first).to_be_visible()
        look(deputy, "phone-substitutes")
        assert not deputy.trouble
        deputy.context.close()


def turns_pages(person: Person) -> None:
    rows = person.opens("/tasks").page.locator(".task-row")
    expect(rows).to_have_count(30)
    first = rows.first.inner_text()
    person.page.locator("a[rel=next]").click()
    expect(rows).to_have_count(6)
    person.page.locator("a[rel=prev]").click()
    expect(rows).to_have_count(30)
    assert rows.first.inner_text() == first
    expect(person.page.locator("a[rel=prev]")).to_have_count(0)


def keeps_a_filter(person: Person, look: Look, name: str) -> None:
    """Chosen, kept under a name, found again as a link, deleted."""
    page = person.opens("/tasks").page
    fold = page.locator(".task-filters")
    assert fold.get_attribute("open") is None
    fold.locator("> summary").click()
    fold.locator("[name=customer]").fill("nordlicht")
    fold.locator("[name=part]").fill("a68-01")
    fold.locator(".btn-primary").click()
    rows = page.locator(".task-row")
    expect(rows).to_have_count(3)
    assert "customer=nordlicht" in page.url
    expect(page.locator(".chosen-filters li")).to_have_count(3)
    look(person, f"{name}-filtered")
    page.locator(".keep-filter > summary").click()
    keep = page.locator("form[action$='/tasks/filters']")
    keep.locator("[name=name]").fill("Nordlicht 外壳")
    keep.locator("button").click()
    kept = page.locator(".saved-filters a")
    expect(kept).to_have_text("Nordlicht 外壳")
    person.opens("/tasks").page.locator(".saved-filters a").click()
    expect(rows).to_have_count(3)
    page.locator(".keep-filter > summary").click()
    look(person, f"{name}-kept")
    page.locator("form[action$='/delete'] button").click()
    expect(kept).to_have_count(0)
