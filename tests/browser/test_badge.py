"""The badge beside the menu follows what others do, without a reload: two people, each in a browser of his own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from server.app import create_app
from server.casework.context import Context
from server.commands.transfer_task import TransferTask
from server.commands.withdraw_request import WithdrawRequest
from server.queries.requests import asked_of_me
from server.web.me import badge
from tests.browser.together import Person
from tests.house import actor
from tests.integration.desk_house import filed, publish, task
from tests.integration.life import do

MINE, ASKED, NEWS = "[data-badge=mine]", "[data-badge=asked-link]", "[data-badge=news]"


@pytest.fixture
def address(house: Context, serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A house whose pages ask every quarter of a second."""
    monkeypatch.setattr(badge, "EVERY", 0.25)
    with serve(create_app(publish(house))) as found:
        yield found


def asked_so_far(page: Page) -> list[str]:
    """Grows with each question that the page asks."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if request.url.endswith("/me/badge") else None)
    return found


def hand_over(house: Context, to: str = "sales2") -> str:
    wanted = str(task(house, filed(house), "receive")["id"])
    do(house, TransferTask, "sales1", task_id=wanted, to=to)
    return wanted


def test_what_one_does_the_other_sees_without_a_reload(house: Context, address: str, browser: Browser) -> None:
    giver, getter = Person(browser, address, "sales1"), Person(browser, address, "sales2", "en")
    getter.opens("/me/substitutes")
    getter.page.evaluate("window.stays = true")
    expect(getter.page.locator(MINE)).to_be_hidden()
    expect(getter.page.locator(NEWS)).to_have_text("")
    wanted = task(house, filed(house), "receive")["id"]
    giver.opens(f"/tasks/{wanted}").sends("/transfer", to="sales2", reason="你熟悉")
    expect(getter.page.locator(MINE)).to_have_text("1")
    expect(getter.page).to_have_title("(1) 代理 · Kesu")
    expect(getter.page.locator(NEWS)).to_contain_text("您的待办 1 项")
    giver.opens(f"/tasks/{hand_over(house, 'sales1')}").sends("/ask", of="sales2", text="量具在哪？")
    expect(getter.page.locator(ASKED)).to_be_visible()
    expect(getter.page.locator("[data-badge=asked]")).to_have_text("1")
    expect(getter.page).to_have_title("(2) 代理 · Kesu")
    assert getter.page.evaluate("window.stays")
    (question,) = asked_of_me(house, actor(house, "sales2"), "en")["items"]
    do(house, WithdrawRequest, "sales1", request_id=question["id"], reason="Found it")
    expect(getter.page.locator(ASKED)).to_be_hidden()
    expect(getter.page).to_have_title("(1) 代理 · Kesu")
    for person in (giver, getter):
        assert person.trouble == []
        person.context.close()


def test_a_page_that_nobody_looks_at_asks_nothing(house: Context, address: str, browser: Browser) -> None:
    """The browser's own word for it is set by hand: a page without a window is never hidden."""
    person = Person(browser, address, "sales2")
    found = asked_so_far(person.page)
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    hide += " document.dispatchEvent(new Event('visibilitychange')); }"
    person.page.evaluate(hide, True)
    person.page.wait_for_timeout(300)  # one may have been on its way
    found.clear()
    hand_over(house)
    person.page.wait_for_timeout(1000)
    assert found == []
    person.page.evaluate(hide, False)
    expect(person.page.locator(MINE)).to_have_text("1")
    person.context.close()


def test_after_the_log_out_in_another_tab_it_stops_and_brings_nobody_back(
    house: Context, address: str, browser: Browser
) -> None:
    person = Person(browser, address, "sales2")
    found = asked_so_far(person.page)
    other = person.context.new_page()
    other.goto(f"{address}/tasks")
    other.locator("details.menu > summary").click()
    other.locator("form[action='/logout'] button").click()
    other.wait_for_url("**/login")
    person.page.wait_for_timeout(600)
    found.clear()
    person.page.wait_for_timeout(1000)
    assert found == []
    other.goto(f"{address}/tasks")
    other.wait_for_url("**/login**")
    person.context.close()


def test_while_the_server_does_not_answer_it_asks_less_and_less_often(
    house: Context, address: str, browser: Browser
) -> None:
    person = Person(browser, address, "sales2")
    found = asked_so_far(person.page)
    person.page.route("**/me/badge", lambda route: route.abort())
    person.page.wait_for_timeout(4000)
    assert 2 <= len(found) <= 5, found  # a quarter, a half, one, two seconds; sixteen without patience
    hand_over(house)
    person.page.unroute("**/me/badge")
    expect(person.page.locator(MINE)).to_have_text("1")
    person.context.close()


def test_what_has_not_changed_is_not_sent(house: Context, address: str, browser: Browser) -> None:
    person = Person(browser, address, "sales2")
    statuses: list[int] = []

    def note(route: Route) -> None:
        reply = route.fetch()
        statuses.append(reply.status)
        route.fulfill(response=reply)

    person.page.route("**/me/badge", note)
    person.page.wait_for_timeout(1500)
    assert statuses[0] == 200
    assert set(statuses[1:]) == {304}
    person.context.close()


def test_without_scripts_the_numbers_are_those_of_the_page(house: Context, address: str, browser: Browser) -> None:
    hand_over(house)
    person = Person(browser, address, "sales2", java_script_enabled=False)
    expect(person.page.locator(MINE)).to_have_text("1")
    expect(person.page).to_have_title("(1) 待办 · Kesu")
    person.context.close()
