"""Every diagram that comes with the product opens in bpmn-js without a warning, in both languages."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, render_template_string
from lxml import etree
from playwright.sync_api import Page, expect

from server.domain.bundle import bundled_root
from server.web.assets import Assets
from tests.browser.workshop import LAYOUT, STATIC

DIAGRAMS = sorted((bundled_root() / "workflows").rglob("*.bpmn"))
CANVAS = '<div class="diagram" id="d" aria-label="x" data-diagram="/{0}.bpmn" data-language-index="{1}"></div>'
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@pytest.fixture(scope="module")
def site(serve: Callable[[Flask], Any]) -> Iterator[str]:
    app = Flask(__name__, static_folder=str(STATIC), static_url_path="/static")
    Assets(app)

    @app.get("/<name>.bpmn")
    def file(name: str) -> Response:
        (found,) = [path for path in DIAGRAMS if path.stem == name]
        return Response(found.read_bytes(), content_type="application/xml")

    @app.get("/<name>/<int:line>")
    def page(name: str, line: int) -> str:
        body = LAYOUT + CANVAS.format(name, line)
        return render_template_string(body, entries=["base", "diagram"], language=("zh-CN", "en")[line])

    with serve(app) as address:
        yield address


@pytest.mark.parametrize("line", [0, 1], ids=["zh-CN", "en"])
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_it_opens_without_a_warning(quiet_page: Page, site: str, diagram: Path, line: int) -> None:
    quiet_page.goto(f"{site}/{diagram.stem}/{line}")
    quiet_page.locator("#d[data-ready]").wait_for()
    expect(quiet_page.locator("#d")).to_have_attribute("data-warnings", "0")
    steps = [one.get("id") for one in etree.parse(diagram).iter(f"{BPMN}userTask", f"{BPMN}callActivity")]
    assert steps
    for step in steps:
        expect(quiet_page.locator(f"#d [data-element-id={step}]").first).to_be_attached()


def test_there_are_eight() -> None:
    assert len(DIAGRAMS) == 8
