"""What a task page weighs on a phone that has never been here: under 150 kB over the wire, photos apart."""

import gzip
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser
from waitress import wasyncore

from server.app import create_app
from server.casework.context import Context
from tests import stories
from tests.browser import ease
from tests.recordings import PEOPLE, Tale

pytestmark = pytest.mark.one_database("bytes on the wire do not depend on the database")

MOST = 150_000
HEAVIEST = 3
"""So many pages are loaded in the browser; of the others the page itself is weighed."""


class Weighed:
    """What one load of a page brought, in bytes on the wire by address; pictures of people are left out."""

    def __init__(self, page: Any) -> None:
        self.bytes: dict[str, int] = {}
        self._asked: dict[str, str] = {}
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        devtools.on(
            "Network.requestWillBeSent", lambda told: self._asked.update({told["requestId"]: told["request"]["url"]})
        )
        devtools.on("Network.loadingFinished", self._finished)

    def _finished(self, told: dict[str, Any]) -> None:
        address = self._asked.get(told["requestId"], told["requestId"])
        if not address.startswith(("data:", "blob:")) and "/picture" not in address:
            self.bytes[address] = self.bytes.get(address, 0) + int(told["encodedDataLength"])

    @property
    def total(self) -> int:
        return sum(self.bytes.values())


@pytest.fixture(scope="module")
def tasks(shared_house: Context) -> dict[str, tuple[str, str]]:
    """A task of every step that the stories come by: who does it, and its id; each left open in a complaint of its own.

    The later the step, the more is known, which the page shows.
    """
    found = {}
    for key in ("housing-sink-marks", "valve-seat-leak"):
        for step in dict.fromkeys(one["element_id"] for one in stories.steps(key) if "element_id" in one):
            if step not in found:
                task = Tale(shared_house, key).play(until=step).task(step)
                found[step] = (PEOPLE[task["groups"][0]], str(task["id"]))
    return found


@pytest.fixture(scope="module")
def address(shared_house: Context, tasks: dict[str, tuple[str, str]]) -> Iterator[str]:
    """The server that the product runs on."""
    server = waitress.create_server(create_app(shared_house), listen="127.0.0.1:0", threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join()
    server.task_dispatcher.shutdown()


def page_weights(shared_house: Context, tasks: dict[str, tuple[str, str]]) -> dict[str, int]:
    """Gzipped bytes of each step's page alone."""
    app = create_app(shared_house)
    found = {}
    for who in {who for who, _task in tasks.values()}:
        client = app.test_client()
        token = (
            client.get("/login").get_data(as_text=True).partition('name="csrf-token" content="')[2].partition('"')[0]
        )
        client.post("/login", data={"csrf_token": token, "demo": who})
        for step, (by, task) in tasks.items():
            if by == who:
                reply = client.get(f"/tasks/{task}")
                assert reply.status_code == 200, step
                found[step] = len(gzip.compress(reply.data, 6))
    return found


def test_a_task_page_is_light(
    shared_house: Context, tasks: dict[str, tuple[str, str]], address: str, browser: Browser
) -> None:
    weights = page_weights(shared_house, tasks)
    assert len(weights) > 25
    heaviest = sorted(weights, key=lambda step: -weights[step])[:HEAVIEST]
    totals, rest = {}, 0
    for step in {*heaviest, "emergency"}:
        who, task = tasks[step]
        context = browser.new_context(locale="zh-CN", **ease.PHONE)
        page = context.new_page()
        page.goto(f"{address}/login")
        page.locator(f"button[value={who}]").click()
        page.wait_for_url("**/tasks")
        weighed = Weighed(page)
        page.goto(f"{address}/tasks/{task}")
        page.wait_for_function(ease.READY)
        page.evaluate(
            "async () => { scrollTo(0, document.body.scrollHeight); await new Promise((next) => setTimeout(next, 300)); }"
        )
        page.wait_for_load_state("networkidle")
        assert any("/static/dist/base" in one for one in weighed.bytes)
        totals[step] = weighed.total
        rest = max(rest, weighed.total - weights[step])
        context.close()
    print(f"bytes: {totals}; the page alone: {weights}")
    assert all(total < MOST for total in totals.values()), totals
    # What a page loads beside itself is the same everywhere, or less.
    assert max(weights.values()) + rest < MOST
