"""A browser that runs no scripts: from the log-in to a completed task with rows and photos, and every action of the desk."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from server.app import create_app
from server.casework.context import Context
from tests.browser import ease
from tests.browser.test_desk import walk
from tests.browser.together import Person
from tests.integration.desk_house import publish
from tests.recordings import Tale

pytestmark = pytest.mark.one_database("what a page does without scripts does not depend on the database")


@pytest.fixture
def opened(house: Context, serve: Callable[..., Any]) -> Iterator[tuple[Tale, str]]:
    tale = Tale(house, "housing-sink-marks").play(until="emergency")
    with serve(create_app(house)) as address:
        yield tale, address


def test_from_the_log_in_to_a_task_with_rows_and_photos(
    opened: tuple[Tale, str], browser: Browser, tmp_path: Path, photo: bytes
) -> None:
    tale, address = opened
    person = Person(browser, address, "production1", java_script_enabled=False, **ease.PHONE)
    page = person.page
    card = page.locator(".card-item", has_text=tale.number)
    card.get_by_role("button").click()
    page.wait_for_url("**/tasks/*")
    page.locator("select[name=containment-method]").select_option("sorting")
    page.locator("[name=containment-quantity]").fill("400")
    page.locator("[name=containment-emergency_action]").fill("全部挑选")
    photos = [tmp_path / f"IMG_{turn}.jpg" for turn in (1, 2)]
    for turn, file in enumerate(photos):
        file.write_bytes(photo + bytes([turn]))
    page.locator("input[type=file][multiple][name='containment-photos-upload']").set_input_files(photos)
    more = page.locator("details.form-more > summary")
    more.click()
    page.locator("button[name=add_row][value=containment-actions]").click()
    page.wait_for_load_state()
    kept = page.locator(".kept-files li")
    expect(kept).to_have_count(2)
    page.locator("[name=containment-actions-0-place]").select_option("own_stock")
    page.locator("[name=containment-actions-0-action]").fill("隔离仓库 B 区")
    page.locator("button[name=do][value=complete]:not([tabindex])").click()
    page.wait_for_load_state()
    assert page.locator(".notice-danger").all_inner_texts() == []
    page.wait_for_url("**/tasks")
    assert "emergency" not in [one["element_id"] for one in tale.tasks()]
    page.goto(f"{address}/complaints/{tale.number}")
    expect(page.locator("main")).to_contain_text("隔离仓库 B 区")
    assert page.locator("main a", has_text="IMG_").count() >= 2
    assert person.trouble == []
    person.context.close()


def test_each_action_without_scripts(house: Context, serve: Callable[..., Any], browser: Browser) -> None:
    walk(publish(house), serve, browser, lambda _person, _state: None, java_script_enabled=False)
