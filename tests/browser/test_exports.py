"""The exports page in a browser: each button brings its file, with what was chosen beside it."""

from io import BytesIO
from pathlib import Path

from playwright.sync_api import Locator, Page

from server.app import create_app
from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from tests.house import actor
from tests.reading_xes import Case, Head, read
from tests.unit.documents.reading_sheets import Sheets


def saved(page: Page, button: Locator) -> tuple[str, bytes]:
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def cases(data: bytes) -> list[Case]:
    return list(read(BytesIO(data), Head()))


def test_each_button_brings_its_file(house: Context, serve, quiet_page) -> None:
    for name in ("海天塑胶", "ACME"):
        fields = {"customer": {"name": name}, "problem": {"description": "外壳周边飞边"}}
        house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields))
    with serve(create_app(house)) as address:
        quiet_page.goto(f"{address}/login")
        quiet_page.locator("button[value=admin]").click()
        quiet_page.goto(f"{address}/exports")
        register, log = quiet_page.locator("#register"), quiet_page.locator("#log-complaint")
        register.locator("[name=q]").fill("ACME")
        name, data = saved(quiet_page, register.locator("button").first)
        assert name == "complaints-2026-03-02.xlsx"
        (sheet,) = Sheets(data).names
        assert len(Sheets(data).rows(sheet)) == 2
        name, data = saved(quiet_page, register.locator("button").last)
        assert (name, data.count(b"\r\n")) == ("complaints-2026-03-02.csv", 2)

        name, data = saved(quiet_page, log.locator("button"))
        assert (name, len(cases(data))) == ("complaint-2026-03-02.xes", 2)
        log.locator("[name=until]").fill("2026-03-01")
        log.locator("[name=names]").check()
        _name, data = saved(quiet_page, log.locator("button"))
        assert cases(data) == []
        name, data = saved(quiet_page, log.locator("a"))
        assert (name, b"<xesextension" in data) == ("kesu.xesext", True)
