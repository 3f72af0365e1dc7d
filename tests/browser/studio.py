"""The studio as a test uses it: a person at an editor of a draft, and what the editor shows."""

import re
from typing import Any

from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.open_draft import OpenDraft
from server.queries.draft_detail import draft_detail
from server.queries.draft_file import draft_file
from tests.browser.watching import watch
from tests.house import actor

LANGUAGES = {"zh-CN": "中文", "en": "English"}


PLAN = "corrective_action.bpmn"
PATIENCE = 30_000  # milliseconds: the check shares its processor with all that runs beside it


def new_draft(house: Context, files: dict[str, str] | None = None) -> int:
    """The id of a new draft that has, of the diagrams, PLAN and `files` only: the check is done in a moment."""
    owner = actor(house, "owner")
    draft = int(house.execute(OpenDraft(actor=owner, key="complaint", title="Four hours")).body["id"])
    drawn = [one["path"] for one in draft_detail(house, owner, draft)["files"] if one["path"].endswith(".bpmn")]
    changed: dict[str, bytes | None] = {path: None for path in drawn if path != PLAN}
    changed |= {path: text.encode() for path, text in (files or {}).items()}
    house.execute(ChangeDraft(actor=owner, draft_id=draft, files=changed, based_on={}))
    return draft


def stored(house: Context, draft: int, path: str) -> str:
    """What the server has of a file of the draft."""
    return (draft_file(house, actor(house, "owner"), draft, path).content or b"").decode()


class Studio:
    """One person's page with the editor of a file."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        seen: dict[Any, StorageState],
        language: str,
        who: str,
        device: dict[str, Any],
    ) -> None:
        """seen: the cookies of who logged in before, by person and language."""
        size = {"viewport": {"width": 1400, "height": 820}}
        known = seen.get((who, language))
        self.context = browser.new_context(**{"locale": language, "storage_state": known, **size, **device})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.trouble = watch(self.page)
        self.address = address
        self.language = language
        if known is None:
            self._log_in(who)
            seen[who, language] = self.context.storage_state()

    def _log_in(self, who: str) -> None:
        self.page.goto(f"{self.address}/login")
        self.page.locator(".faces").get_by_role("button", name=re.compile(f"· {who}$")).click()
        self.page.wait_for_url("**/tasks")

    def goes(self, path: str) -> "Studio":
        """To a page of the house, in the language of this person here."""
        self.page.goto(f"{self.address}{path}")
        if self.page.locator("html").get_attribute("lang") != self.language:  # a person's language lasts
            self.page.locator(".app-header").get_by_role("button", name=LANGUAGES[self.language]).click()
            expect(self.page.locator("html")).to_have_attribute("lang", self.language)
            self.page.goto(f"{self.address}{path}")
        return self

    def opens(self, draft: int, path: str) -> "Studio":
        self.goes(f"/design/drafts/{draft}").goes(f"/design/drafts/{draft}/edit/{path}")
        self.waits()
        return self

    def waits(self) -> None:
        """Until the diagram stands."""
        self.page.locator("[data-studio][data-ready]").wait_for()

    def checked(self) -> Locator:
        """The list of findings once the check has answered."""
        findings = self.page.locator("[data-findings]")
        expect(findings).to_have_attribute("data-state", "done", timeout=PATIENCE)
        return findings

    def call(self, script: str, value: Any = None) -> Any:
        """Run a function of `(studio, value)` in the page; studio has modeler, open and text."""
        return self.page.evaluate(
            f"(value) => ({script})(document.querySelector('[data-studio]').studio, value)", value
        )

    def select(self, element: str) -> None:
        """As a click on it; where things lie so close that a click would hit another, this does not care."""
        self.call("({modeler}, id) => modeler.get('selection').select(modeler.get('elementRegistry').get(id))", element)
        expect(self.page.locator(f".djs-element.selected[data-element-id='{element}']")).to_be_attached()

    def field(self, entry: str) -> Locator:
        return self.page.locator(f"[data-entry-id='{entry}']").locator("input, textarea, select").first

    def fill(self, entry: str, text: str) -> None:
        self.field(entry).fill(text)
        self.field(entry).blur()

    def is_saved(self) -> None:
        expect(self.page.locator("[data-studio]")).to_have_attribute("data-saving", "saved", timeout=PATIENCE)

    def is_saved_after(self, house: Context, draft: int, path: str, text: str) -> None:
        """Until the server's file has the text."""
        for _attempt in range(150):
            if text in stored(house, draft, path):
                return self.is_saved()
            self.page.wait_for_timeout(100)
        raise AssertionError(
            f"{text!r} never came to the server: {self.page.locator('[data-saving-status]').inner_text()}"
        )

    def is_quiet(self, *but: str) -> None:
        """Nothing went wrong in the page, apart from answers that were provoked."""
        assert [one for one in self.trouble if not any(part in one for part in but)] == []

    def close(self) -> None:
        self.context.close()
