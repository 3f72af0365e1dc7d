"""The whole way of a task by the keyboard alone: what has the focus is seen, nothing holds it, and it goes where it helps."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from server.app import create_app
from server.casework.context import Context
from tests.browser import ease
from tests.browser.watching import watch
from tests.recordings import Tale

pytestmark = pytest.mark.one_database("what a page does with keys does not depend on the database")

FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const ring = (each) => { const s = each && getComputedStyle(each); return Boolean(s) && ((s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'); };
  const middle = [box.left + box.width / 2, Math.min(box.top + box.height / 2, box.top + 20)];
  const top = document.elementFromPoint(...middle), around = one.closest('label');
  const drawnByBrowser = ['date', 'datetime-local', 'file'].includes(one.type); // the part of it that has the focus
  return { tag: one.tagName, name: one.name ?? '', value: one.value ?? '', text: (one.textContent ?? '').trim().slice(0, 40), href: one.getAttribute('href'), box: [box.left, box.top, box.right, box.bottom].map(Math.round), over: top?.outerHTML.slice(0, 90) ?? '',
    ring: drawnByBrowser || ring(one) || ring(around), seen: Boolean(top) && (one.contains(top) || top.contains(one) || Boolean(around?.contains(top))) };
}"""


@pytest.fixture(scope="module")
def tales(shared_house: Context) -> dict[str, Tale]:
    return {step: Tale(shared_house, "housing-sink-marks").play(until=step) for step in ("emergency", "meeting")}


@pytest.fixture(scope="module")
def address(shared_house: Context, tales: dict[str, Tale], serve: Callable[..., Any]) -> Iterator[str]:
    with serve(create_app(shared_house)) as found:
        yield found


class Keys:
    """Somebody without a mouse; every stop of the Tab key must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> dict[str, Any]:
        self.page.keyboard.press("Tab")
        now: dict[str, Any] = self.page.evaluate(FOCUSED)
        if not now["seen"]:  # a list that scrolls by itself is a moment behind
            self.page.wait_for_timeout(150)
            now = self.page.evaluate(FOCUSED)
        if now["tag"] not in ("BODY", "IFRAME"):
            assert now["ring"], f"no frame around {now}"
            assert now["seen"], f"something covers {now}"
        return now

    def to(self, **wanted: str) -> dict[str, Any]:
        """Tab on to the control with these properties."""
        for _stop in range(200):
            now = self.tab()
            if all(now[key] == value for key, value in wanted.items()):
                return now
        raise AssertionError(f"the Tab key never came to {wanted}")


@pytest.fixture(params=["desk", "phone"])
def keys(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Keys]:
    device = ease.DESK if request.param == "desk" else {"viewport": {"width": 390, "height": 780}}
    context = browser.new_context(locale="zh-CN", reduced_motion="reduce", **device)
    page = context.new_page()
    page.set_default_timeout(10_000)
    trouble = watch(page)
    yield Keys(page)
    context.close()
    assert [one for one in trouble if "422" not in one] == []


def test_from_the_log_in_to_the_completed_task(
    keys: Keys, address: str, shared_house: Context, tmp_path: Any, photo: bytes
) -> None:
    page, tale = keys.page, Tale(shared_house, "housing-sink-marks").play(until="emergency")
    task = tale.task("emergency")["id"]
    page.goto(f"{address}/login")
    keys.to(name="demo", value="production1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks")
    expect(page.locator("main h1")).to_be_focused()
    keys.to(tag="A", href=f"/tasks/{task}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tasks/{task}")
    page.locator("form[data-ready]").wait_for()
    page.wait_for_function(ease.READY)
    expect(page.locator("main h1")).to_be_focused()

    # Refused by the server: a quantity is needed for sorting.
    keys.to(name="containment-method")
    for _choice in range(8):
        if page.evaluate("document.activeElement.value") == "sorting":
            break
        page.keyboard.press("ArrowDown")
    keys.to(name="containment-emergency_action")
    page.keyboard.type("全部挑选，合格品贴绿点")
    keys.to(name="do", value="complete")
    page.keyboard.press("Enter")
    summary = page.locator("form[data-case-form] > .notice-danger")
    expect(summary).to_be_focused()

    keys.to(name="containment-quantity")
    page.keyboard.type("400")
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(photo)
    keys.to(name="containment-photos-upload")
    page.locator("input[type=file][name='containment-photos-upload']").last.set_input_files([file])
    keys.to(name="do", value="complete")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks")
    expect(page.locator(".notices")).to_be_focused()
    assert [one["element_id"] for one in tale.tasks()] != ["emergency"]


def test_nothing_holds_the_focus(keys: Keys, address: str, tales: dict[str, Tale]) -> None:
    """Through every control of a long form with everything unfolded, and out at the end."""
    page = keys.page
    page.goto(f"{address}/login")
    page.locator("button[value=quality1]").click()
    page.goto(f"{address}/tasks/{tales['meeting'].task('meeting')['id']}")
    page.wait_for_function(ease.READY)
    page.evaluate(ease.UNFOLD)
    page.locator("footer a").first.wait_for()
    seen = []
    for _stop in range(250):
        seen.append(keys.tab())
        if seen[-1]["href"] == "/about":
            break
    assert seen[-1]["href"] == "/about", seen[-5:]
    assert len(seen) > 20


def test_the_menu_is_skipped_and_closed(keys: Keys, address: str) -> None:
    page = keys.page
    page.goto(f"{address}/login")
    page.locator("button[value=sales1]").click()
    page.wait_for_url("**/tasks")
    page.goto("about:blank")
    page.goto(f"{address}/tasks")
    assert keys.tab()["href"] == "#main"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    menu = page.locator("details.menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    keys.tab()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_headings_are_in_order_and_places_have_names(browser: Browser, address: str, tales: dict[str, Tale]) -> None:
    surveyor = ease.Surveyor(browser, address, "en", ease.DESK)
    task = tales["meeting"].task("meeting")["id"]
    number = tales["meeting"].number
    for path in ("/tasks", f"/tasks/{task}", f"/complaints/{number}", "/me/asked", "/complaints/new"):
        page = surveyor.goes(ease.Place(path, "quality1", path))
        levels = page.locator(":is(h1, h2, h3, h4):visible").evaluate_all(
            "all => all.map(one => Number(one.tagName[1]))"
        )
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
        for role in ("banner", "main", "contentinfo", "navigation"):
            assert page.get_by_role(role).count() >= 1, (path, role)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        unnamed = (
            page.get_by_role("navigation")
            .filter(has_not=page.locator("[aria-label]"))
            .evaluate_all(
                "all => all.filter(one => !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby')).length"
            )
        )
        assert unnamed == 0, path
    surveyor.close()


def test_nothing_moves_for_who_wants_no_motion_and_paper_has_no_buttons(
    browser: Browser, address: str, tales: dict[str, Tale]
) -> None:
    surveyor = ease.Surveyor(browser, address, "zh-CN", ease.DESK)
    page = surveyor.goes(ease.Place("task", "quality1", f"/tasks/{tales['meeting'].task('meeting')['id']}"))
    longest = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('*')].map(one => parseFloat(getComputedStyle(one).transitionDuration)))"
    )
    assert longest < 0.001
    page.emulate_media(media="print")
    for hidden in (".app-header", ".sticky-actions", "main .btn"):
        for one in page.locator(hidden).all():
            expect(one).to_be_hidden()
    expect(page.locator("main h1")).to_be_visible()
    surveyor.close()
