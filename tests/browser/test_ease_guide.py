"""The guide's “Your first task”, walked as it is written: from the log-in to the completed containment in 12 taps.

KESU_GUIDE_PICTURES=1 takes the guide's pictures anew.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from server.app import create_app
from server.casework.context import Context
from server.commands.add_user import AddUser
from tests.browser import ease
from tests.browser.watching import watch
from tests.house import actor
from tests.recordings import Tale

pytestmark = pytest.mark.one_database("what is tapped does not depend on the database")

ROOT = Path(__file__).parents[2]
GUIDES = {"zh-CN": "docs/guides/staff.zh-CN.md", "en": "docs/guides/staff.md"}
HEADINGS = {"zh-CN": "## 您的第一个待办", "en": "## Your first task"}
PASSWORD = "three green apples"
MOST = 12
COUNT = "addEventListener('pointerdown', (event) => { if (event.isTrusted) window.tapped(event.target.outerHTML.slice(0, 80)); }, true)"


class NewColleague:
    """On a phone for the first time; every touch of the page is counted by the page, those of the phone's own lists by hand."""

    def __init__(self, page: Page, pictures: str) -> None:
        self.page, self.pictures = page, pictures
        self.taps: list[str] = []
        self.taken: list[str] = []
        page.expose_function("tapped", lambda what: self.taps.append(what))  # noqa: PLW0108 - Playwright marks what it is given
        page.add_init_script(COUNT)

    def taps_on(self, what: Locator) -> None:
        before = len(self.taps)
        what.tap()
        assert len(self.taps) == before + 1, self.taps[before:]

    def types_into(self, field: Locator, text: str) -> None:
        self.taps_on(field)
        self.page.keyboard.type(text)

    def chooses(self, field: Locator, value: str) -> None:
        """Open the list, and touch one line of what the phone shows."""
        self.taps_on(field)
        self.taps.append("a line of the phone's list")
        field.select_option(value)

    def picks(self, field: Locator, files: list[Path]) -> None:
        """Open the phone's gallery, touch each photo, and then its Done."""
        with self.page.expect_file_chooser() as opened:
            self.taps_on(field)
        self.taps += [f"photo {one.name} in the gallery" for one in files] + ["Done in the gallery"]
        opened.value.set_files(files)

    def shows(self, name: str) -> None:
        """The window as it is now, as a picture of the guide."""
        self.taken.append(f"{self.pictures}-{name}.png")
        if os.environ.get("KESU_GUIDE_PICTURES"):
            self.page.evaluate("document.activeElement?.blur()")
            self.page.screenshot(path=ROOT / "docs/images" / self.taken[-1], scale="css")


def gallery(browser: Browser, folder: Path) -> list[Path]:
    """Two photos: parts set apart, and the fault."""
    page = browser.new_page(viewport={"width": 640, "height": 480})
    made = []
    for name, colour, mark in (("IMG_2031", "#8a6d3b", "#d9b36c"), ("IMG_2032", "#4a5560", "#e8eaed")):
        page.set_content(
            f"<body style='margin:0'><svg width='640' height='480' xmlns='http://www.w3.org/2000/svg'><rect width='640' height='480' fill='#c9cdd2'/>"
            f"<rect x='90' y='70' width='460' height='330' rx='20' fill='{colour}'/><path d='M150 330 L240 262 L282 300 L420 180' stroke='{mark}' stroke-width='14' fill='none'/></svg>"
        )
        made.append(folder / f"{name}.jpg")
        page.screenshot(path=made[-1], type="jpeg", quality=80)
    page.close()
    return made


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_first_task_takes_twelve_taps(
    house: Context, serve: Callable[..., Any], browser: Browser, tmp_path: Path, language: str
) -> None:
    tale = Tale(house, "housing-sink-marks").play(until="emergency")
    house.execute(
        AddUser(
            actor=actor(house, "admin"), username="wangli", display_name="王丽" if language == "zh-CN" else "Li Wang",
            groups=("production",), password=PASSWORD, language=language,
        )
    )  # fmt: skip
    house.demo = False
    device = {**ease.PHONE, "viewport": {"width": 390, "height": 700}}
    context = browser.new_context(locale=language, reduced_motion="reduce", **device)
    page = context.new_page()
    trouble = watch(page)
    person = NewColleague(page, f"first-task-{language[:2]}")
    with serve(create_app(house)) as address:
        page.goto(f"{address}/login")
        walk(person, tale, gallery(browser, tmp_path))
        page.goto("about:blank")
    context.close()
    assert trouble == []
    assert "emergency" not in [one["element_id"] for one in tale.tasks()]
    assert len(person.taps) <= MOST, person.taps
    assert_guide_tells(language, person)


def walk(person: NewColleague, tale: Tale, photos: list[Path]) -> None:
    page = person.page
    person.types_into(page.locator("#username"), "wangli")
    person.types_into(page.locator("#password"), PASSWORD)
    person.shows("1-log-in")
    page.locator("#password").press("Enter")  # of the phone's keyboard
    page.wait_for_url("**/tasks")
    person.shows("2-list")
    person.taps_on(page.locator(".card-title a", has_text=re.compile("应急处理|emergency", re.IGNORECASE)))
    page.locator("form[data-case-form][data-ready]").wait_for()
    person.shows("3-task")
    method = page.locator("[name=containment-method]")
    person.chooses(method, "sorting")
    person.types_into(page.locator("[name=containment-quantity]"), "400")
    person.types_into(
        page.locator("[name=containment-emergency_action]"),
        "全部挑选，合格品贴绿点" if "zh" in person.pictures else "Sort all, green dot on good parts",
    )
    page.evaluate(
        "document.querySelector('[name=containment-method]').scrollIntoView({ block: 'start' }); scrollBy(0, -60)"
    )
    person.shows("4-form")
    person.picks(page.locator("input[type=file][multiple][name='containment-photos-upload']"), photos)
    expect(page.locator("input[type=hidden][name='containment-photos'][value]:not([value=''])")).to_have_count(2)
    page.locator(".file-preview").first.scroll_into_view_if_needed()
    person.shows("5-photos")
    person.taps_on(page.locator("button.btn-primary[name=do][value=complete]"))
    page.wait_for_url("**/tasks")
    expect(page.locator(".notices")).to_be_visible()
    person.shows("6-done")


def assert_guide_tells(language: str, person: NewColleague) -> None:
    """Each picture stands in the guide, in this order, and the number of taps is the one that was counted."""
    text = (ROOT / GUIDES[language]).read_text("utf-8")
    section = text.partition(HEADINGS[language])[2].partition("\n## ")[0]
    assert re.findall(r"\.\./images/([\w-]+\.png)", section) == person.taken
    assert [name for name in person.taken if not (ROOT / "docs/images" / name).is_file()] == []
    assert re.findall(r"\d+", section.strip().partition("\n\n")[0])[0] == str(len(person.taps))
