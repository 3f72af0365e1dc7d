"""Debian's Chromium under pytest-playwright, and a page that forgives nothing."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, StorageState
from werkzeug.serving import make_server

from server.app import create_app
from tests.browser.studio import Studio
from tests.browser.watching import watch

if TYPE_CHECKING:
    from server.casework.context import Context

NAMES = ("chromium", "chromium-browser", "google-chrome", "msedge")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """pytest-playwright's own hook: the system's browser in place of one that Playwright would download."""
    if not CHROMIUM:
        missing = "no Chromium on this machine (Debian: apt-get install chromium)"
        (pytest.fail if "browser" in os.environ.get("KESU_REQUIRE", "").split(",") else pytest.skip)(missing)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*ARGUMENTS]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 1400, "height": 820}, "locale": "zh-CN"}


@pytest.fixture
def context(new_context):
    """On this shelf `context` is the browser's, as pytest-playwright means it; the house's own is `shared_context`."""
    return new_context()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def serve() -> Callable[[Flask], object]:
    return served


@pytest.fixture
def quiet_page(page) -> Iterator:
    """A desk's page that fails the test on anything `watch` collects."""
    bad = watch(page)
    yield page
    assert not bad, bad


@pytest.fixture
def quiet_phone(browser, browser_context_args: dict) -> Iterator:
    """The same on a phone: 390 px wide, touched by fingers."""
    size = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
    context = browser.new_context(**{**browser_context_args, **size})
    page = context.new_page()
    bad = watch(page)
    yield page
    context.close()
    assert not bad, bad


@pytest.fixture(scope="module")
def address(shared_house: "Context", serve: Callable[[Flask], Any]) -> Iterator[str]:
    """The file's house in the browser."""
    with serve(create_app(shared_house)) as found:
        yield found


@pytest.fixture(scope="module")
def seen() -> dict[Any, StorageState]:
    """The cookies of who logged in before, by person and language."""
    return {}


@pytest.fixture
def studio(browser: Browser, address: str, seen: dict[Any, StorageState]) -> Iterator[Callable[..., Studio]]:
    """Makes a person's page; closed at the end."""
    made: list[Studio] = []

    def make(*, language: str = "en", who: str = "owner", **device: Any) -> Studio:
        made.append(Studio(browser, address, seen, language, who, device))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def photo(browser: Browser) -> bytes:
    """A picture as a camera makes it: JPEG, some 10 kB."""
    page = browser.new_page(viewport={"width": 640, "height": 480})
    page.set_content(
        "<body style='margin:0'><svg width='640' height='480' xmlns='http://www.w3.org/2000/svg'><rect width='640' "
        "height='480' fill='#c9cdd2'/><rect x='90' y='70' width='460' height='330' rx='36' fill='#4a5560'/>"
        "<path d='M150 330 L240 262 L282 300 L352 214' stroke='#e8eaed' stroke-width='5' fill='none'/></svg>"
    )
    taken = page.screenshot(type="jpeg", quality=80)
    page.close()
    return taken
