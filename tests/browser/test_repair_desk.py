"""Once through the repair desk in a browser: a cause, one tried, the rest, what failed again stays chosen."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from server.app import create_app
from server.casework.context import Context
from server.runner.repairs import continue_repairs
from tests.browser.watching import watch
from tests.durability.processes import copy_prepared
from tests.faulty import Faulty, file_more, let_them_run
from tests.house import build, forget

pytestmark = pytest.mark.one_database("what a page shows does not depend on the database")
CASES = 7


@pytest.fixture
def broken(prepared_folder: Path, tmp_path: Path) -> Iterator[tuple[Context, Faulty]]:
    """Seven complaints whose acknowledgement failed for one of three causes."""
    context = build(copy_prepared(prepared_folder, tmp_path / "data"))
    faulty = Faulty(context.topics, 3)
    faulty.only = "customer.acknowledge@1"
    context.topics = faulty
    file_more(context, CASES)
    let_them_run(context, 6)
    yield context, faulty
    context.database.close()
    forget(tmp_path / "data")


@pytest.fixture
def desk(broken: tuple[Context, Faulty], serve: Callable[[Flask], Any], page: Page) -> Iterator[Page]:
    with serve(create_app(broken[0])) as address:
        trouble = watch(page)
        page.goto(f"{address}/login")
        page.locator(".faces").get_by_role("button", name="· manager").click()
        page.wait_for_url("**/tasks")
        page.goto(f"{address}/incidents")
        yield page
        page.goto("about:blank")
    assert not trouble, trouble


def test_one_then_the_rest(broken: tuple[Context, Faulty], desk: Page) -> None:
    house, faulty = broken
    expect(desk.locator(".card-item")).to_have_count(3)
    desk.locator(".card-title a").first.click()
    faulty.mended = lambda turn: turn != 6
    desk.get_by_role("button", name="重试 HQ-2026-0001").click()
    expect(desk.locator("#repair-status")).to_contain_text("正在重试")
    let_them_run(house)
    # The page looks again by itself.
    desk.get_by_role("button", name="全部重试(2 件)".replace("(", "（").replace(")", "）")).click()
    desk.wait_for_url("**/repairs/1")
    expect(desk.locator("progress")).to_have_attribute("value", "0")
    continue_repairs(house, 20)
    let_them_run(house)
    continue_repairs(house, 20)
    expect(desk.locator(".repair-result[data-state=succeeded]")).to_have_count(1)
    expect(desk.locator(".repair-result[data-state=failed]")).to_have_count(1)
    kept = desk.locator("input[name=incident]")
    expect(kept).to_have_count(1)
    expect(kept).to_be_checked()
    desk.get_by_label("对仍选中的投诉").select_option("skip")
    desk.get_by_role("button", name="先看会发生什么").click()
    expect(desk.locator(".card-item")).to_contain_text("开始")
    desk.get_by_label("原因").fill("已电话确认")
    desk.get_by_role("button", name="执行").click()
    desk.wait_for_url("**/repairs/2")
    continue_repairs(house, 20)
    expect(desk.locator(".repair-result[data-state=succeeded]")).to_have_count(1)
