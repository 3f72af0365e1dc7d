"""Somebody at his desk: his own browser window, his list, the forms of a task's page."""

from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.watching import watch


class Person:
    """Logged in as `who`; `trouble` collects whatever a page must not do."""

    def __init__(self, browser: Browser, address: str, who: str, language: str = "zh-CN", **options: Any) -> None:
        self.context = browser.new_context(locale=language, **({"viewport": {"width": 1400, "height": 820}} | options))
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.trouble = watch(self.page)
        self.address = address
        self.page.goto(f"{address}/login")
        self.page.locator(f"button[value={who}]").click()
        self.page.wait_for_url("**/tasks")

    def opens(self, path: str) -> "Person":
        self.page.goto(f"{self.address}{path}")
        return self

    def form(self, end: str) -> Locator:
        """The form that posts to an address with this end, unfolded."""
        form = self.page.locator(f"form[action$='{end}']").last
        for fold in self.page.locator("details", has=form).all():
            if fold.get_attribute("open") is None:
                fold.locator("> summary").click()
        return form

    def sends(self, end: str, press: str = "button:not([tabindex])", **fields: str) -> None:
        """Fill the form's fields by name, press its button and wait for the page that follows."""
        form = self.form(end)
        for name, value in fields.items():
            field = form.locator(f"[name='{name}']:not([type=hidden])")
            if field.first.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            elif field.first.get_attribute("type") in ("radio", "checkbox"):
                form.locator(f"[name='{name}'][value='{value}']").check()
            else:
                field.fill(value)
        with self.page.expect_navigation():
            form.locator(press).last.click()

    def reads(self, text: str) -> None:
        """The page says so somewhere."""
        expect(self.page.locator("main")).to_contain_text(text)
