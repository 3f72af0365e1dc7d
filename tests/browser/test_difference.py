"""The two drawings of a difference: what came, went and changed, told by sign and in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.app import create_app
from server.casework.context import Context
from server.domain.bundle import Bundle
from tests.crowd import publish_unchecked
from tests.house import actor, build, copy_house, forget
from tests.integration.life import filed
from tests.mutations import Draft

pytestmark = pytest.mark.one_database("what is shown is worked out before the page")


@pytest.fixture(scope="module")
def town(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory, serve) -> Iterator[tuple[str, Context]]:
    """A house whose version 2 lacks a step, has a changed one and a changed row, and its address."""
    folder = copy_house(prepared_folder, tmp_path_factory.mktemp("difference") / "data")
    house = build(folder)
    filed(house)
    draft = Draft(house.library.current("complaint").bundle)
    draft.open("complaint").remove("meeting")
    draft.lane("team", "management")
    changed = draft.bundle()
    table = changed["deadlines.dmn"].replace(b'due_receive_out_amount"><text>24<', b'due_receive_out_amount"><text>8<')
    publish_unchecked(house, Bundle({**changed, "deadlines.dmn": table}))
    with serve(create_app(house)) as address:
        yield address, house
    house.database.close()
    forget(folder)


def enter(page, address: str) -> None:
    page.goto(f"{address}/login")
    page.locator("button[value=owner]").first.click()
    page.goto(f"{address}/design/complaint/difference?from=1&to=2")
    page.locator("#diagram-new[data-ready]").wait_for()
    page.locator("#diagram-old[data-ready]").wait_for()


def test_signs_words_and_ways_to_look(quiet_page, town) -> None:
    address, house = town
    assert actor(house, "owner").may("definition.migrate")
    enter(quiet_page, address)
    expect(quiet_page.locator("#diagram-old .diff-removed[data-element-id=meeting]")).to_have_count(1)
    expect(quiet_page.locator("#diagram-new [data-element-id=meeting]")).to_have_count(0)
    expect(quiet_page.locator("#diagram-new .diff-changed[data-element-id=team]")).to_have_count(1)
    expect(quiet_page.locator("#diagram-old .diff-mark[data-kind=removed]")).to_have_text(["−"])
    expect(quiet_page.locator("#diagram-new .diff-mark[data-kind=changed]").first).to_have_text("≠")
    quiet_page.locator("#diagram-new [data-element-id=team]").first.click()
    expect(quiet_page.locator(".diff-told")).to_contain_text("管理层（原为 品质部）")
    quiet_page.locator("[data-show=old]").click()
    expect(quiet_page.locator("figure[data-side=new]")).to_be_hidden()
    quiet_page.locator("#diagram-old [data-element-id=confirm]").first.click()
    expect(quiet_page.locator(".diff-told")).to_have_text("这里没有变化。")


def test_from_a_consequence_to_its_step(quiet_page, town) -> None:
    address, _house = town
    enter(quiet_page, address)
    quiet_page.locator("li[data-code='step.removed'] a[data-go]").first.click()
    expect(quiet_page.locator(".diff-told")).to_contain_text("异常问题开会说明")
    expect(quiet_page.locator("#diagram-old [data-element-id=meeting]").first).to_be_in_viewport()


def test_nothing_lies_beside_a_phone(page, town) -> None:
    address, _house = town
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator(".bjs-powered-by").first).to_be_visible()
    boxes = [page.locator(f"figure[data-side={side}]").bounding_box() for side in ("old", "new")]
    assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
