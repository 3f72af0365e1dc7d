"""The diagram viewer of the bundle."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.workshop import workshop

CANVAS = """<div class="diagram" id="d" tabindex="-1" aria-label="流程图" data-diagram="/diagram.bpmn" data-language-index="%d"
 data-marks='%s'></div><div class="diagram-tools">
<button class="btn btn-outline-primary" type="button" data-zoom="in" data-for="d">+</button>
<button class="btn btn-outline-primary" type="button" data-zoom="out" data-for="d">-</button>
<button class="btn btn-outline-primary" type="button" data-zoom="fit" data-for="d">o</button></div>"""
PAGES = {
    "zh": CANVAS % (0, "/marks.json"),
    "en": CANVAS % (1, '{"active": ["confirm"], "incident": ["answer"]}'),
    "broken": '<div class="diagram" id="d" data-diagram="/static/dist/manifest.json" data-text-failed="看不了图"></div>',
}


@pytest.fixture(scope="module")
def site(serve) -> Iterator[str]:
    with serve(workshop(PAGES, [])) as address:
        yield address


def scale(page) -> float:
    """How large a unit of the diagram is on the screen."""
    return page.evaluate(
        "document.querySelector('[data-element-id=confirm] .djs-visual rect').getBoundingClientRect().width / 100"
    )


def left(page) -> float:
    return page.locator("[data-element-id=confirm]").bounding_box()["x"]


def test_path_current_step_and_watermark_are_seen(quiet_page, site):
    quiet_page.goto(f"{site}/zh")
    quiet_page.locator("#d[data-ready]").wait_for()
    expect(quiet_page.locator(".mark-done[data-element-id=confirm]")).to_have_count(1)
    expect(quiet_page.locator(".mark-active[data-element-id=answer]")).to_have_count(1)
    expect(quiet_page.locator(".mark-flow")).to_have_count(2)
    expect(quiet_page.locator(".mark-badge-active")).to_be_visible()
    expect(quiet_page.locator(".bjs-powered-by")).to_be_visible()


@pytest.mark.parametrize(("name", "own", "other"), [("zh", "品质确认", "Confirm"), ("en", "Confirm", "品质确认")])
def test_names_show_the_readers_line_only(quiet_page, site, name, own, other):
    quiet_page.goto(f"{site}/{name}")
    quiet_page.locator("#d[data-ready]").wait_for()
    drawn = quiet_page.locator("#d svg").first.text_content()
    assert own in drawn
    assert other not in drawn


def test_trouble_outranks_the_step_and_carries_a_sign(quiet_page, site):
    quiet_page.goto(f"{site}/en")
    quiet_page.locator("#d[data-ready]").wait_for()
    expect(quiet_page.locator(".mark-badge-incident")).to_have_text("!")
    expect(quiet_page.locator(".mark-active")).to_have_count(1)


def test_the_keyboard_reaches_and_moves_it_and_buttons_scale_it(quiet_page, site):
    quiet_page.goto(f"{site}/zh")
    quiet_page.locator("#d[data-ready]").wait_for()
    whole = scale(quiet_page)
    quiet_page.get_by_role("button", name="+").click()
    assert scale(quiet_page) > whole
    quiet_page.get_by_role("button", name="o").click()
    assert scale(quiet_page) == pytest.approx(whole, rel=0.05)
    quiet_page.locator("#d svg[tabindex='0']").focus()
    before = left(quiet_page)
    quiet_page.keyboard.press("ArrowRight")
    assert left(quiet_page) == pytest.approx(before - 60, abs=2)
    quiet_page.keyboard.press("-")
    assert scale(quiet_page) < whole


def test_the_wheel_scrolls_the_page_until_the_diagram_has_the_focus(quiet_page, site):
    quiet_page.goto(f"{site}/zh")
    quiet_page.locator("#d[data-ready]").wait_for()
    quiet_page.locator("#d").hover(position={"x": 30, "y": 30})
    before = left(quiet_page)
    quiet_page.mouse.wheel(80, 0)
    quiet_page.wait_for_timeout(100)
    assert left(quiet_page) == before
    quiet_page.locator("#d svg[tabindex='0']").focus()
    quiet_page.mouse.wheel(80, 0)
    quiet_page.wait_for_timeout(100)
    assert left(quiet_page) != before


def test_a_phone_drags_with_one_finger_and_pinches_with_two(quiet_phone, site):
    quiet_phone.goto(f"{site}/zh")
    quiet_phone.locator("#d[data-ready]").wait_for()
    assert quiet_phone.evaluate("document.documentElement.scrollWidth") <= 390
    hand = quiet_phone.context.new_cdp_session(quiet_phone)
    box = quiet_phone.locator("#d").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": px, "y": py, "id": number} for number, (px, py) in enumerate(points)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    before = left(quiet_phone)
    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x - 10 * step, y))
    touch("touchEnd")
    assert left(quiet_phone) == pytest.approx(before - 50, abs=3)

    small = scale(quiet_phone)
    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 6):
        touch("touchMove", (x - 20 - 6 * step, y), (x + 20 + 6 * step, y))
    touch("touchEnd")
    assert scale(quiet_phone) == pytest.approx(small * 2.5, rel=0.1)


def test_a_diagram_that_cannot_be_drawn_says_so(page, site):
    page.goto(f"{site}/broken")
    page.locator("#d[data-failed]").wait_for()
    expect(page.locator("#d")).to_contain_text("看不了图")
