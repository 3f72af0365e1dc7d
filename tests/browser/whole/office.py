"""The real server around the demo, and its people: each at a device of his own, in the language of the run."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import waitress
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from waitress import wasyncore

from server.app import create_app
from server.casework.context import Context
from server.clock import ManualClock
from server.domain.texts import pick_line
from server.engine import Element
from server.i18n import translate, translations
from server.runner.local_dispatcher import LocalDispatcher
from server.runner.samples import load_samples
from tests.browser.watching import watch
from tests.browser.whole.eye import SETTLED, Eye
from tests.browser.whole.filling import Filling
from tests.browser.whole.story import HANDED_ON, PEOPLE

MORNING = datetime(2026, 9, 17, 1, 10, tzinfo=UTC)
"""When the customer calls; ten past nine in Shanghai."""
LANGUAGE_NAMES = {"zh-CN": "中文", "en": "English"}
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 820}},
    "phone": {
        "viewport": {"width": 390, "height": 780},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
}


@contextmanager
def open_for_work(context: Context) -> Iterator[str]:
    """Serves the house with its workers and the demo's complaints; gives the address."""
    context.clock = ManualClock(MORNING)
    dispatcher = LocalDispatcher(context)
    context.bell = dispatcher
    dispatcher.start()
    load_samples(context)
    server = waitress.create_server(create_app(context), listen="127.0.0.1:0", threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown()
        dispatcher.stop()


class Person:
    """One of the demo's people at one device; finds everything by the words on the page."""

    def __init__(self, office: "Office", device: BrowserContext, username: str) -> None:
        self.office, self.username, self.language = office, username, office.language
        self.page: Page = device.new_page()
        self.page.set_default_timeout(10_000)
        self.trouble = watch(self.page)
        self._log_in()

    def says(self, text: str, **params: Any) -> str:
        """`text` as this person's pages have it; AssertionError when it was never translated."""
        assert self.language == "en" or text in translations(self.language)._catalog, text
        return translate(text, self.language, **params)

    def press(self, control: Locator) -> None:
        (control.tap if self.office.touch else control.click)()

    def press_button(self, text: str, within: Locator | None = None) -> None:
        self.press((within or self.page.locator("main")).get_by_role("button", name=self.says(text), exact=True))

    def goes_to(self, place: str) -> None:
        """By the main menu."""
        name = re.compile(rf"^{re.escape(self.says(place))}(\b|\s|\d|$)")  # a count may follow
        self.press(self.page.locator(".app-nav").get_by_role("link", name=name))
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.says(place))

    def looks(self, name: str) -> None:
        self.office.eye.look(self.page, name)
        assert not self.trouble, self.trouble

    def is_refused(self, status: int) -> None:
        """The provoked answer came, and nothing else went wrong."""
        assert [one for one in self.trouble if str(status) not in one] == []
        assert self.trouble
        self.trouble.clear()

    def task(self, number: str, name: str) -> Locator:
        """The task in the list, as soon as the jobs before it are done."""
        card = self.page.locator(".card-item", has_text=number).filter(
            has=self.page.get_by_role("heading", name=name, exact=True)
        )
        for _attempt in range(40):
            if card.count():
                return card
            self.page.wait_for_timeout(250)
            self.page.reload()
        raise AssertionError(f"{name} of {number} never came to {self.username}")

    def opens(self, number: str, element: str) -> Filling:
        """From the list to the task's page."""
        self.goes_to("Tasks")
        self.press(self.task(number, self.office.step(element)).get_by_role("link"))
        form = self.form(element)
        # What is drawn late moves what lies below it, and a finger would miss.
        self.page.wait_for_function(SETTLED)
        return form

    def form(self, element: str, schema: dict[str, Any] | None = None) -> Filling:
        form = self.page.locator("form[data-case-form][data-ready]")
        form.wait_for()
        return Filling(form, schema or self.office.schema(element), self.language, self.press)

    def _log_in(self) -> None:
        self.page.goto(f"{self.office.address}/login")
        if self.page.locator("html").get_attribute("lang") != self.language:
            self._change_language()
        if not self.office.eye.count:
            self.looks("log-in")
        self.press(self.page.locator(".faces").get_by_role("button", name=re.compile(f"· {self.username}$")))
        self.page.wait_for_url("**/tasks")
        if self.page.locator("html").get_attribute("lang") != self.language:
            self._change_language()
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)

    def _change_language(self) -> None:
        self.press(self.page.locator(".app-header").get_by_role("button", name=LANGUAGE_NAMES[self.language]))
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)


class Office:
    """Everybody who works on one complaint; `size` of SIZES."""

    def __init__(
        self, context: Context, address: str, browser: Browser, size: str, language: str, folder: Path
    ) -> None:
        self.context, self.address, self.browser, self.language = context, address, browser, language
        self.size = SIZES[size]
        self.touch = size == "phone"
        self.eye = Eye(folder, language, self.touch)
        self.people: dict[str, Person] = {}
        self._devices: list[BrowserContext] = []

    def person(self, username: str) -> Person:
        """Logged in when first needed."""
        if username not in self.people:
            device = self.browser.new_context(**self.size, locale=self.language, reduced_motion="reduce")
            self._devices.append(device)
            self.people[username] = Person(self, device, username)
        return self.people[username]

    def step(self, element: str) -> str:
        """The name of a step, as the diagram has it."""
        return pick_line(self._element(element).name, language=self.language)

    def who(self, element: str) -> "Person":
        """Who does a step."""
        return self.person(HANDED_ON.get(element) or PEOPLE[self._element(element).group or ""])

    def _element(self, element: str) -> Element:
        found = self.context.library.current("complaint").definition.find(element)
        assert found is not None, element
        return found

    def schema(self, form: str) -> dict[str, Any]:
        return dict(self.context.library.current("complaint").forms.schema(form, self.language))

    def time_passes(self, minutes: int = 40) -> None:
        """Since nobody works in no time, and a promise is kept or broken in hours."""
        clock = self.context.clock
        assert isinstance(clock, ManualClock)
        clock.advance(timedelta(minutes=minutes))

    def close(self) -> None:
        for device in self._devices:
            device.close()
