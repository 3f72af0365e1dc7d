"""Mishaps in a browser: a connection that breaks, a session that ends, two windows, the way back; nothing is lost."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from server.app import create_app
from server.casework.context import Context
from server.queries.task_detail import task_detail
from tests.browser.together import Person
from tests.durability.audit import audit_house
from tests.house import actor
from tests.integration.desk_house import publish, received, task
from tests.integration.web.mishaps import counts

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360f8ff1f000301020018dd8db0"
    "0000000049454e44ae426082"
)
LONG = "长" * 50_000


@pytest.fixture(scope="module")
def site(shared_house: Context) -> Context:
    return publish(shared_house)


@pytest.fixture(scope="module")
def web(site: Context, serve: Callable[..., Any]) -> Iterator[str]:
    with serve(create_app(site)) as found:
        yield found


@pytest.fixture
def person(browser: Browser, web: str) -> Iterator[Callable[..., Person]]:
    made: list[Person] = []

    def come(who: str = "quality1", **options: Any) -> Person:
        made.append(Person(browser, web, who, **options))
        return made[-1]

    yield come
    for one in made:
        one.context.close()


@pytest.fixture
def record(site: Context) -> str:
    number = received(site)
    return str(task(site, number, "record")["id"])


def fill(one: Person, record: str, text: str = "两小时停线 🏭") -> Locator:
    """The field that was filled."""
    one.opens(f"/tasks/{record}")
    one.page.locator("input[name=intake-urgency][value=high]").check()
    field = one.page.locator("[name=problem-losses]")
    field.fill(text)
    return field


def press(page: Page, value: str = "complete") -> None:
    page.locator(f"button[name=do][value={value}]:not([tabindex])").click()


def trouble(page: Page) -> Locator:
    return page.locator("[data-sending][role=alert]")


def test_without_a_connection_the_page_stays_and_is_sent_later(site: Context, person: Any, record: str) -> None:
    one = person()
    field = fill(one, record)
    before = counts(site)
    one.context.set_offline(True)
    press(one.page)
    expect(trouble(one.page)).to_contain_text("未发送")
    expect(trouble(one.page)).to_contain_text("保留")
    expect(field).to_have_value("两小时停线 🏭")
    assert counts(site) == before
    one.context.set_offline(False)
    trouble(one.page).get_by_role("button").click()
    one.page.wait_for_url("**/tasks")
    assert completed(site, record) == 1


@pytest.mark.parametrize("deed", ["complete", "comment"])
def test_when_the_answer_is_lost_the_second_try_does_nothing_again(
    site: Context, person: Any, record: str, deed: str
) -> None:
    one = person()
    fill(one, record)
    one.page.locator("input[type=file]:not([capture])").first.set_input_files(
        {"name": "照片 📷.png", "mimeType": "image/png", "buffer": PNG}
    )
    address = f"**/tasks/{record}" + ("/comment" if deed == "comment" else "")
    one.page.route(address, lose_the_answer, times=1)
    if deed == "comment":
        one.form("/comment").locator("textarea").fill("@quality2 请看 👀")
        one.form("/comment").locator("button").click()
    else:
        press(one.page)
    expect(trouble(one.page)).to_be_visible()
    after = counts(site)
    with one.page.expect_navigation():
        trouble(one.page).get_by_role("button").click()
    assert counts(site) == after
    if deed == "complete":
        one.page.wait_for_url("**/tasks")
        assert completed(site, record) == 1
    assert audit_house(site) == []


def lose_the_answer(route: Route) -> None:
    """The server does it, and nobody hears of it."""
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def test_a_fault_of_the_server_leaves_the_page_as_it_is(person: Any, record: str) -> None:
    one = person()
    field = fill(one, record)
    one.page.route(f"**/tasks/{record}", lambda route: route.fulfill(status=502, body="Bad gateway"), times=1)
    press(one.page)
    expect(trouble(one.page)).to_be_visible()
    expect(field).to_have_value("两小时停线 🏭")


def test_a_refused_form_comes_back_with_its_photo(site: Context, person: Any, record: str) -> None:
    one = person()
    fill(one, record)
    one.page.locator("[name=customer-email]").evaluate("field => { field.type = 'text'; field.value = '没有'; }")
    photo = {"name": "飞边.png", "mimeType": "image/png", "buffer": PNG}
    one.page.locator("input[type=file]:not([capture])").first.set_input_files([photo])
    with one.page.expect_navigation():
        press(one.page)
    expect(one.page.locator(".invalid-feedback").first).to_be_visible()
    expect(one.page.locator(".kept-files a")).to_have_text(["飞边.png"])
    expect(one.page.locator("[name=problem-losses]")).to_have_value("两小时停线 🏭")
    assert counts(site)["attachment"] >= 1


def test_after_the_log_in_one_press_sends_what_was_typed(site: Context, person: Any, record: str) -> None:
    one = person()
    fill(one, record)
    one.context.clear_cookies()
    with one.page.expect_navigation():
        press(one.page)
    expect(one.page.locator(".notice-warning")).to_contain_text("只有")
    assert "两小时停线" not in one.page.content()
    one.page.locator("button[value=quality1]").click()
    one.page.wait_for_url(re.compile("/kept"))
    one.page.locator("button[name=look]").click()
    expect(one.page.locator("[name=problem-losses]")).to_have_value("两小时停线 🏭")
    press(one.page)
    one.page.wait_for_url("**/tasks")
    assert completed(site, record) == 1
    one.opens("/kept")
    assert one.page.url.endswith("/tasks"), "what was sent is kept on"


def test_a_picked_photo_survives_the_end_of_the_session(site: Context, person: Any, record: str) -> None:
    one = person()
    field = fill(one, record)
    photo = {"name": "飞边.png", "mimeType": "image/png", "buffer": PNG}
    one.page.route("**/forms/files", lambda route: route.abort())
    one.page.locator("input[type=file]:not([capture])").first.set_input_files([photo])
    expect(one.page.locator(".file-note").first).to_contain_text("未")
    one.context.clear_cookies()
    press(one.page)
    expect(trouble(one.page)).to_contain_text("新窗口")
    expect(field).to_have_value("两小时停线 🏭")
    with one.context.expect_page() as opened:
        trouble(one.page).locator("a").click()
    opened.value.locator("button[value=quality1]").click()
    opened.value.wait_for_load_state()
    with one.page.expect_navigation():
        trouble(one.page).get_by_role("button").click()
    one.page.wait_for_url("**/tasks")
    assert completed(site, record) == 1
    assert len(task_detail(site, actor(site, "admin"), record, "en")["form"]["data"]["problem"]["photos"]) == 1


def test_the_way_back_shows_that_the_task_is_done(site: Context, person: Any, record: str) -> None:
    one = person()
    fill(one, record)
    press(one.page)
    one.page.wait_for_url("**/tasks")
    one.page.go_back()
    expect(one.page.locator("[data-ending]")).to_be_visible()
    expect(one.page.locator("form[data-case-form]")).to_have_count(0)
    assert completed(site, record) == 1


def test_two_windows_with_drafts(person: Any, record: str) -> None:
    one = person()
    one.page.route("**/draft", lambda route: route.abort())
    fill(one, record, "在旧窗口写的")
    newer = one.context.new_page()
    newer.goto(one.page.url)
    newer.locator("[name=problem-losses]").fill("在新窗口写的")
    expect(newer.locator("[data-draft-status][data-state=saved]")).to_be_visible(timeout=15_000)
    with one.page.expect_navigation():
        press(one.page, "draft")
    conflict = one.page.locator("[data-field=problem-losses] .conflict")
    expect(conflict).to_contain_text("在新窗口写的")
    expect(conflict).to_contain_text("在旧窗口写的")


def test_a_long_text_is_not_cut_off(person: Any, record: str) -> None:
    one = person()
    field = fill(one, record, LONG)
    expect(field).to_have_value(LONG)
    expect(one.page.locator("[data-too-long]")).to_contain_text("50,000")
    press(one.page)
    expect(field).to_have_value(LONG)
    expect(one.page).to_have_url(f"{one.address}/tasks/{record}")


def completed(site: Context, record: str) -> int:
    """How often the history says so."""
    from sqlalchemy import select

    from server.persistence.models import HistoryEvent, HistoryPayload

    same = (HistoryEvent.instance_id == HistoryPayload.instance_id) & (HistoryEvent.seq == HistoryPayload.seq)
    query = select(HistoryPayload.data).join(HistoryEvent, same).where(HistoryEvent.type == "task.completed")
    with site.read() as connection:
        return sum(row.data.get("task_id") == record for row in connection.execute(query))
