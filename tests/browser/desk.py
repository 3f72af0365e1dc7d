"""Somebody at the editor of a table, a form or a text of a draft."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Locator, Page, StorageState, ViewportSize, expect

from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.open_draft import OpenDraft
from server.queries.draft_detail import draft_detail
from server.queries.draft_file import draft_file
from tests.browser.watching import watch
from tests.house import actor

LANGUAGES = {"zh-CN": "中文", "en": "English"}
PATIENCE = 20_000
"""Milliseconds: the whole draft is checked after each change."""


def begin(house: Context, files: dict[str, str] | None = None) -> int:
    """The id of a new draft with these files in it, but without diagrams: the check is done in a moment."""
    owner = actor(house, "owner")
    draft = int(house.execute(OpenDraft(actor=owner, key="complaint", title="Editing")).body["id"])
    paths = [one["path"] for one in draft_detail(house, owner, draft)["files"]]
    changed: dict[str, bytes | None] = {path: None for path in paths if path.endswith(".bpmn")}
    changed |= {path: text.encode() for path, text in (files or {}).items()}
    house.execute(ChangeDraft(actor=owner, draft_id=draft, files=changed, based_on={}))
    return draft


class Desk:
    """One person's browser window."""

    def __init__(
        self, browser: Browser, address: str, language: str, who: str, cookies: dict[Any, StorageState]
    ) -> None:
        size: ViewportSize = {"width": 1400, "height": 820}
        known = cookies.get((who, language))
        self.context = browser.new_context(locale=language, viewport=size, storage_state=known)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.trouble = watch(self.page)
        self.address = address
        if known is None:
            self._log_in(who, language)
            cookies[who, language] = self.context.storage_state()

    def _log_in(self, who: str, language: str) -> None:
        self.page.goto(f"{self.address}/login")
        self.page.locator(".faces").get_by_role("button", name=re.compile(f"· {who}$")).click()
        self.page.wait_for_url("**/tasks")
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator(".app-header").get_by_role("button", name=LANGUAGES[language]).click()
            expect(self.page.locator("html")).to_have_attribute("lang", language)

    def opens(self, draft: int, path: str) -> "Desk":
        self.page.goto(f"{self.address}/design/drafts/{draft}/edit/{path}")
        self.page.locator(":is([data-tables], [data-form-editor], [data-text-editor])[data-ready]").wait_for()
        return self

    def cell(self, rule: int, column: int) -> Locator:
        """The text of a cell of the table, both counted from 1."""
        row = self.page.locator("tbody tr").nth(rule - 1)
        return row.locator("td:is(.input-cell, .output-cell)").nth(column - 1).locator("[contenteditable]")

    def enter(self, cell: Locator, **how: Any) -> None:
        """An empty cell's text has no size: people click the cell around it."""
        cell.locator("xpath=ancestor::td").click(**how)

    def type(self, cell: Locator, text: str) -> None:
        self.enter(cell)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def told(self, code: str, count: int = 1) -> Locator:
        """The finding once the check has seen what was typed; 0: once it is gone."""
        found = self.page.locator(f"[data-findings] > ul [data-code={code}]")
        expect(found).to_have_count(count, timeout=PATIENCE)
        return found

    def field(self, pointer: str) -> Locator:
        """A field in the form's list."""
        return self.page.locator(f".form-item[data-pointer='{pointer}']")

    def press(self, title: str) -> None:
        self.page.get_by_role("button", name=title, exact=True).click()

    def preview(self) -> Any:
        return self.page.frame_locator(".preview-frame")

    def saved(self, house: Context, draft: int, path: str, fits: Callable[[str], bool]) -> str:
        """The server's text of the file once it fits."""
        text = ""
        for _attempt in range(80):
            text = (draft_file(house, actor(house, "owner"), draft, path).content or b"").decode()
            if fits(text):
                return text
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never saved: {self.page.locator('[data-saving-status]').inner_text()}\n{text[-2000:]}")

    def leave(self) -> None:
        """Nothing went wrong in the page, and no text was without its translation."""
        assert self.trouble == []
        assert self.page.locator("html").get_attribute("data-untranslated") is None
        self.context.close()
