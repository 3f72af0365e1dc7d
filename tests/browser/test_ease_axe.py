"""Every page with axe and a ruler: nothing keeps anybody out, nothing scrolls sideways, everything can be hit by a finger."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from server.app import create_app
from server.casework.context import Context
from tests.browser import ease
from tests.browser.test_desk import walk
from tests.browser.together import Person
from tests.integration.desk_house import publish

pytestmark = pytest.mark.one_database("what a page looks like does not depend on the database")

MAIN = {
    "list-groups",
    "list-mine",
    "task-emergency",
    "task-eight_d",
    "task-taken",
    "asked",
    "complaint",
    "new-complaint",
}
"""What staff have open most of the day: looked at in each language on each device."""


@pytest.fixture(scope="module")
def places(shared_house: Context) -> list[ease.Place]:
    tales = ease.furnish(shared_house)
    return [
        *ease.staff_places(shared_house, tales),
        *ease.manager_places(shared_house, tales),
        *ease.owner_places(shared_house),
    ]


@pytest.fixture(scope="module")
def address(shared_house: Context, places: list[ease.Place], serve: Callable[..., Any]) -> Iterator[str]:
    with serve(create_app(shared_house)) as found:
        yield found


def trouble_of(page: Page, phone: bool) -> list[str]:
    """What is wrong with an opened page: by axe, by the ruler, in a narrow window, with large letters."""
    found = ease.seen(page)
    if phone:
        found += [f"{kind}: {one}" for kind, those in ease.measured(page).items() for one in those]
    for width, letters in ((320, "100%"), (1280, "200%")):
        if (width == 320) == phone:
            found += [f"wide at {width} px, letters {letters}: {one}" for one in ease.narrowed(page, width, letters)]
    return found


@pytest.mark.parametrize(
    ("language", "device", "all_of_them"),
    [("zh-CN", "phone", True), ("en", "desk", True), ("en", "phone", False), ("zh-CN", "desk", False)],
)
def test_nothing_keeps_anybody_out(
    browser: Browser, address: str, places: list[ease.Place], language: str, device: str, all_of_them: bool
) -> None:
    surveyor = ease.Surveyor(browser, address, language, ease.PHONE if device == "phone" else ease.DESK)
    found = {}
    for place in places:
        if all_of_them or place.name in MAIN:
            trouble = trouble_of(surveyor.goes(place), device == "phone")
            found |= {place.name: trouble} if trouble else {}
    surveyor.close()
    assert found == {}


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_nor_any_state_between(house: Context, serve, browser: Browser, device: str) -> None:
    """Each action of the desk, at each point where it asks, refuses or tells."""
    found: dict[str, list[str]] = {}

    def look(person: Person, state: str) -> None:
        trouble = trouble_of(person.page, device == "phone")
        found.update({state: trouble} if trouble else {})

    walk(publish(house), serve, browser, look, **(ease.PHONE if device == "phone" else ease.DESK))
    assert found == {}


def test_the_checker_finds_what_it_is_for(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    page.set_content(
        "<main><img src='x.png'><p style='color:#bbb'>pale</p><input><div style='width:500px'>wide</div></main>"
    )
    told = "\n".join(ease.seen(page))
    assert all(rule in told for rule in ("image-alt", "color-contrast", "label", "html-has-lang"))
    assert any("wide" in one for one in ease.measured(page)["wide"])
