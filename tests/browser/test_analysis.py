"""The analysis in a browser: charts drawn from the tables beside them, on a desk and on a phone, without a forbidden style."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from server.app import create_app
from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.file_complaint import FileComplaint
from server.queries.analysis.ask import QUESTIONS
from tests.house import actor, forget, opened

DEFECTS = ("flash",) * 5 + ("short shot",) * 3 + ("<b>crack</b>",)


@pytest.fixture(scope="module")
def crowd(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Any]) -> Iterator[str]:
    """The address of a house with nine complaints of three defects."""
    folder = tmp_path_factory.mktemp("crowd") / "data"
    for house in opened(prepared_folder, folder):
        for place, defect in enumerate(DEFECTS):
            file(house, f"Customer {place % 4}", defect)
        with serve(create_app(house)) as found:
            yield found
    forget(folder)


def file(house: Context, customer: str, defect: str) -> None:
    admin = actor(house, "admin")
    fields = {"customer": {"name": customer}, "problem": {"description": "-"}, "product": {"part_no": "P-1"}}
    number = house.execute(FileComplaint(actor=admin, channel="phone", fields=fields)).body["number"]
    house.execute(AmendCase(actor=admin, number=number, reason="-", data={"problem": {"defect": defect}}))


def enter(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.locator("button[name=demo][value=manager]").click()


def drawn(page: Page) -> None:
    """Every chart of the page has come to rest."""
    for chart in page.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('[data-chart]')].every((one) => one.dataset.ready)")


def test_every_question_is_drawn_and_forgiven_by_the_policy(quiet_page: Page, crowd: str) -> None:
    enter(quiet_page, crowd)
    charts = 0
    for question in QUESTIONS:
        quiet_page.goto(f"{crowd}/analysis/{question}")
        drawn(quiet_page)
        charts += quiet_page.locator("[data-chart] svg").count()
        assert quiet_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), question
    assert charts >= 3


def test_a_chart_says_what_its_table_says(quiet_page: Page, crowd: str) -> None:
    enter(quiet_page, crowd)
    quiet_page.goto(f"{crowd}/analysis/pareto?column=defect")
    drawn(quiet_page)
    words = quiet_page.locator("[data-chart] svg text").all_text_contents()
    for label in ("flash", "short shot", "<b>crack</b>", "100 %"):
        assert label in words
    assert quiet_page.locator("[data-chart] b").count() == 0


def test_a_click_on_a_bar_goes_on_to_what_it_is_made_of(quiet_page: Page, crowd: str) -> None:
    enter(quiet_page, crowd)
    quiet_page.goto(f"{crowd}/analysis/pareto?column=defect")
    drawn(quiet_page)
    box = quiet_page.locator("[data-chart]").bounding_box()
    assert box is not None
    # The first bar is the highest: its middle lies in the first third, well above the axis.
    quiet_page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.6)
    quiet_page.wait_for_url("**/analysis/pareto?*defect=flash*")
    assert "flash" in quiet_page.locator(".analysis-chosen").inner_text()


def test_on_a_phone_nothing_is_wider_than_the_screen(quiet_phone: Page, crowd: str) -> None:
    enter(quiet_phone, crowd)
    for question in QUESTIONS:
        quiet_phone.goto(f"{crowd}/analysis/{question}?column=customer")
        drawn(quiet_phone)
        assert quiet_phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), question
