"""Forms that fit the job, in a browser: what is drawn, what is missing, rows, and what the house knows."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from server.app import create_app
from server.casework.context import Context
from server.commands.amend_case import AmendCase
from tests.browser.forms_house import filed, look, publish, task_of
from tests.browser.together import Person
from tests.house import actor

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def site(shared_house: Context) -> Context:
    return publish(shared_house)


@pytest.fixture(scope="module")
def number(site: Context) -> str:
    return filed(site)


@pytest.fixture(scope="module")
def served(site: Context, serve) -> Iterator[str]:
    with serve(create_app(site)) as address:
        yield address


@pytest.fixture
def opened(site: Context, served: str, browser: Browser) -> Iterator[Open]:
    """`opened(step, number)`: the page of a task, quiet to the end."""
    people: list[Person] = []

    def come(step: str, number: str, language: str = "zh-CN", **options) -> Page:
        person = Person(browser, served, "quality1", language, **options)
        people.append(person)
        if person.page.locator("html").get_attribute("lang") != language:
            person.page.locator(".app-header").get_by_role(
                "button", name="English" if language == "en" else "中文"
            ).click()
        person.opens(f"/tasks/{task_of(site, number, step)}")
        if options.get("java_script_enabled", True):
            person.page.locator("form[data-ready]").wait_for()
            person.page.on("dialog", lambda dialog: dialog.accept())
        return person.page

    yield come
    for person in people:
        # A broken line and a refusal are what these tests are about.
        assert [one for one in person.trouble if "ERR_FAILED" not in one and "409" not in one] == []
        person.context.close()


def add(page: Page, table: str, **cells: str) -> None:
    """One more row of the table, filled by column."""
    place = page.locator(f"[data-field='{table}']")
    page.locator(f"[data-add-row][value='{table}']").click()
    row = place.locator("[data-rows-body] > [data-row]").last
    for column, value in cells.items():
        control = row.locator(f"[data-column='{column}'] :is(input:not([type=hidden]), select, textarea)")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def unfold(page: Page) -> None:
    for fold in page.locator("form[data-case-form] details > summary").all():
        fold.click()


CAUSES = [
    ("man", "换班后未确认锁模力"), ("machine", "模具分型面磨损"), ("machine", "锁模力传感器漂移,读数比实际值高出百分之十五"),
    ("material", "Melt flow index higher than the drawing allows"), ("method", "保压时间过长"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "shape"), [("zh-CN", {}), ("en", PHONE)])
def test_what_is_typed_is_drawn(site: Context, opened: Open, language: str, shape: dict) -> None:
    number = filed(site)
    page = opened("meeting", number, language, **shape)
    unfold(page)
    page.locator("[name=problem-our_description]").fill("外壳分型面有飞边,装配时卡住")
    for category, cause in CAUSES:
        add(page, "root_cause-candidates", category=category, cause=cause)
    for answer in ("模具磨损", "没有按周期保养"):
        add(page, "root_cause-five_why", because=answer)
        if answer == "模具磨损":
            page.locator("[name='root_cause-five_why-0-path']").select_option("made")
    bones = page.locator("svg.fishbone text.cause")
    expect(bones).to_have_count(len(CAUSES))
    steps = page.locator("[data-drawn=whys] .why-path li")
    expect(steps).to_have_count(2)
    expect(steps.nth(1).locator(".why-question")).to_contain_text("模具磨损")
    expect(page.locator("[name='root_cause-five_why-1-path']")).to_have_value("made")
    expect(page.locator("[name='root_cause-five_why-1-why']")).to_have_value(
        "为什么模具磨损？" if language == "zh-CN" else "Why 模具磨损?"
    )
    page.locator("[name='root_cause-five_why-0-because']").fill("模具老化")
    expect(steps.nth(1).locator(".why-question")).to_contain_text("模具老化")
    shown = ("[data-field=problem-is_is_not]", "[data-field=root_cause-candidates]", "[data-field=root_cause-five_why]")
    look(page, f"drawn-{language}-{'phone' if shape else 'desk'}", "form[data-case-form] [data-part='1']", *shown)
    live = page.locator("svg.fishbone").evaluate(SHAPE)
    chain = page.locator("[data-drawn=whys] .why-path").all_inner_texts()
    page.locator("button.btn[name=do][value=draft]").click()
    page.locator("form[data-ready]").wait_for()
    without = opened("meeting", number, language, java_script_enabled=False)
    assert without.locator("svg.fishbone").evaluate(SHAPE) == live, "drawn by the server as by the script"
    assert [" ".join(one.split()) for one in without.locator("[data-drawn=whys] .why-path").all_inner_texts()] == [
        " ".join(one.split()) for one in chain
    ]


SHAPE = """svg => [svg.getAttribute('viewBox'), ...[...svg.querySelectorAll('line, text, rect')].map((one) =>
  [one.tagName, one.getAttribute('class'), ...['x', 'y', 'x1', 'y1', 'x2', 'y2', 'width', 'height'].map((name) => one.getAttribute(name)), one.textContent].join(' '))]"""


def test_what_is_missing_leads_to_its_field_wherever_it_is_folded(site: Context, opened: Open) -> None:
    page = opened("meeting", filed(site))
    jump = page.locator("[data-missing-jump]")
    expect(jump).to_have_text("缺 1 项")
    unfold(page)
    add(page, "root_cause-candidates", category="man")
    expect(jump).to_have_text("缺 2 项")
    expect(page.locator("[data-missing-count]")).to_have_text("还有 2 个必填项未填")
    page.locator("[data-part='1'] [data-fold]").click()
    expect(page.locator("#root_cause-occurrence")).to_be_hidden()
    page.locator("button[value=complete]").click()
    box = page.locator("#missing")
    expect(box).to_be_focused()
    look(page, "missing-zh-desk", "form[data-case-form] [data-missing]", "form[data-case-form] .part-jumps")
    box.get_by_role("link", name="产生原因").click()
    expect(page.locator("#root_cause-occurrence")).to_be_focused()
    page.keyboard.type("模具磨损")
    box.get_by_role("link", name="可能原因").click()
    expect(page.locator("[name='root_cause-candidates-0-cause']")).to_be_focused()
    page.keyboard.type("模具磨损")
    expect(box).to_be_hidden()
    expect(jump).to_be_hidden()
    expect(page.locator("legend [data-part-state='1']")).to_have_text("已填 1/7")
    page.locator("button[value=complete]").click()
    page.wait_for_url("**/tasks")


def test_rows_are_put_back_copied_and_moved_by_hand_and_keyboard(site: Context, opened: Open) -> None:
    page = opened("emergency", filed(site), "en", **PHONE)
    unfold(page)
    table = "containment-actions"
    add(page, table, place="in_transit", action="Stop the truck", checked="120", nok="3")
    add(page, table, place="wip", action="Sort all")
    rows = page.locator(f"[data-field='{table}'] [data-row]")
    rows.nth(0).locator("[data-copy-row]").click()
    expect(rows).to_have_count(3)
    action = "[data-column=action] :is(input, textarea)"
    expect(rows.nth(1).locator(action)).to_have_value("Stop the truck")
    expect(rows.nth(1).locator("[data-column=place] select")).to_have_value("in_transit")
    rows.nth(1).locator("[data-remove-row]").click()
    expect(rows).to_have_count(2)
    look(page, "rows-en-phone", f"[data-field='{table}']")
    page.locator("[data-put-back]").focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(3)
    rows.nth(2).locator("[data-row-up]").focus()
    page.keyboard.press("Enter")
    assert rows.locator(action).evaluate_all("all => all.map((one) => one.value)") == [
        "Stop the truck",
        "Sort all",
        "Stop the truck",
    ]
    expect(rows.nth(1)).to_have_attribute("aria-label", "Containment actions, row 2")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "nothing stands out to the side"
    page.select_option("[name='containment-method']", "on_site")
    page.locator("button.btn[name=do][value=draft]").click()
    page.locator("form[data-ready]").wait_for()
    unfold(page)
    assert rows.locator(action).evaluate_all("all => all.map((one) => one.value)") == [
        "Stop the truck",
        "Sort all",
        "Stop the truck",
    ]


def test_a_picker_searches_and_is_used_by_keyboard_and_thumb(site: Context, opened: Open) -> None:
    page = opened("team", filed(site))
    leader = page.get_by_role("combobox", name="组长")
    leader.press_sequentially("sales")
    options = page.locator(".pick-list:not([hidden]) [role=option]")
    expect(options).to_have_count(2)
    leader.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    look(page, "picker-zh-desk", "[data-part='1']")
    chosen = options.first.locator("span").inner_text()
    leader.press("Enter")
    expect(leader).to_have_value(chosen)
    expect(leader).to_be_focused()
    expect(leader).to_have_attribute("aria-expanded", "false")
    leader.fill("某个外部专家")
    page.wait_for_timeout(400)
    leader.press("Tab")
    expect(leader).to_have_value("某个外部专家")
    add(page, "team-members")
    member = page.locator("[name='team-members-0-name']")
    member.press_sequentially("quality")
    expect(options.first).to_be_visible()
    options.first.click()
    expect(member).not_to_have_value("quality")


def photo(page: Page, width: int, height: int, name: str) -> dict:
    """A JPEG made by the browser itself: red above, blue below."""
    data = page.evaluate(
        """([width, height]) => { const canvas = Object.assign(document.createElement('canvas'), {width, height}), pen = canvas.getContext('2d');
        pen.fillStyle = 'red'; pen.fillRect(0, 0, width, height / 2); pen.fillStyle = 'blue'; pen.fillRect(0, height / 2, width, height / 2);
        return canvas.toDataURL('image/jpeg').split(',')[1]; }""",
        [width, height],
    )
    return {"name": name, "mimeType": "image/jpeg", "buffer": b64decode(data)}


def test_photos_are_sent_at_once_shown_and_turned(site: Context, opened: Open) -> None:
    number = filed(site)
    page = opened("emergency", number, "zh-CN", **PHONE)
    field = page.locator("[data-field=containment-photos]")
    assert field.locator("input[capture]").get_attribute("capture") == "environment"
    expect(field).to_contain_text("每个不超过")
    wrong = {"name": "run.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    field.locator("input[multiple]").set_input_files(
        [photo(page, 60, 40, "裂纹.jpg"), photo(page, 60, 40, "标签.jpg"), wrong]
    )
    items = field.locator("li.picked")
    expect(items).to_have_count(3)
    expect(items.nth(0)).to_contain_text("已上传")
    expect(items.nth(1)).to_contain_text("已上传")
    expect(items.nth(2)).to_contain_text("不接受这种类型的文件")
    first = items.nth(0).locator("input[type=hidden]")
    straight = first.input_value()
    items.nth(0).get_by_role("button", name="向右旋转").click()
    items.nth(0).get_by_role("button", name="向右旋转").click()
    items.nth(0).get_by_role("button", name="向右旋转").click()
    expect(first).not_to_have_value(straight)
    expect(items.nth(0)).to_contain_text("已上传")
    look(page, "photos-zh-phone", "[data-field=containment-photos]")
    size = page.evaluate(
        f"fetch('/files/{first.input_value()}/picture').then((one) => one.blob()).then(createImageBitmap).then(({{width, height}}) => [width, height])"
    )
    assert size == [40, 60]
    left = page.evaluate(COLOUR, first.input_value())
    assert left[0] > left[2], "what was above is on the left"
    items.nth(2).get_by_role("button", name="删除").click()
    expect(page.locator("[data-draft-status]")).to_contain_text("草稿已保存", timeout=10_000)
    again = opened("emergency", number)
    kept = again.locator("[data-kept] img")
    expect(kept).to_have_count(2)
    item = again.locator("[data-kept]").nth(1)
    before = item.locator("input[type=hidden]").input_value()
    item.get_by_role("button", name="向左旋转").click()
    expect(item.locator("input[type=hidden]")).not_to_have_value(before)
    again.select_option("[name='containment-method']", "on_site")
    again.locator("button[value=complete]").click()
    again.wait_for_url("**/tasks")


COLOUR = """(id) => fetch(`/files/${id}/picture`).then((one) => one.blob()).then(createImageBitmap).then((bitmap) => {
  const pen = Object.assign(document.createElement('canvas'), {width: bitmap.width, height: bitmap.height}).getContext('2d');
  pen.drawImage(bitmap, 0, 0);
  return [...pen.getImageData(3, Math.floor(bitmap.height / 2), 1, 1).data]; })"""


@pytest.mark.parametrize(("language", "shape"), [("zh-CN", PHONE), ("en", {})])
def test_a_field_changed_meanwhile_shows_both_values(site: Context, opened: Open, language: str, shape: dict) -> None:
    number = filed(site)
    page = opened("team", number, language, **shape)
    command = AmendCase(
        actor=actor(site, "manager"), number=number, data={"team": {"leader": "李娜"}}, reason="电话告知"
    )
    site.execute(command)
    page.locator("[name=team-leader]").fill("张伟")
    page.locator("button[value=complete]").click()
    conflict = page.locator("[data-field=team-leader] .conflict")
    expect(conflict).to_contain_text(actor(site, "manager").display_name)
    expect(conflict).to_contain_text("李娜")
    expect(conflict).to_contain_text("张伟")
    look(page, f"conflict-{language}", "[data-refused]", "[data-part='1']")
    page.locator("[data-refused] a").click()
    conflict.locator("input[value=theirs]").check()
    page.locator("button[value=complete]").click()
    page.wait_for_url("**/tasks")


def test_what_cannot_be_saved_is_kept_on_the_device_and_put_back(site: Context, opened: Open) -> None:
    number = filed(site)
    page = opened("team", number)
    page.route("**/draft", lambda route: route.abort())
    page.locator("[name=team-leader]").fill("张伟")
    status = page.locator("[data-draft-status]")
    expect(status).to_contain_text("已暂存在本机", timeout=10_000)
    page.reload()
    kept = page.locator("[data-draft-kept]")
    expect(kept).to_be_visible()
    look(page, "kept-zh-desk", "form[data-case-form] [data-draft-kept]")
    expect(page.locator("[name=team-leader]")).to_have_value("")
    page.unroute("**/draft")
    kept.locator("[data-draft-put]").click()
    expect(page.locator("[name=team-leader]")).to_have_value("张伟")
    expect(kept).to_be_hidden()
    page.locator("[name=team-sponsor]").fill("李娜")
    expect(status).to_have_text(re.compile(r"^草稿已保存 \d{1,2}:\d{2}"), timeout=10_000)
