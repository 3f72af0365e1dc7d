"""The pages of the analysis without scripts: filters, tables that hold the numbers of their charts, files, errors."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from lxml import etree

from server.app import create_app
from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.queries.analysis.ask import QUESTIONS
from tests.house import actor, forget, opened, token_of
from tests.integration.web.conftest import Visitor

EVIL = '=HYPERLINK("http://evil","x")'
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def counted(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Two complaints of Acme, one of a customer whose name is a formula, one whose name is a script."""
    folder = tmp_path_factory.mktemp("pages") / "data"
    for house in opened(prepared_folder, folder):
        for customer in ("Acme", "Acme", EVIL, SCRIPT):
            fields = {"customer": {"name": customer}, "problem": {"description": "-"}}
            house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields))
        yield house
    forget(folder)


@pytest.fixture(scope="module")
def pages(counted: Context) -> Flask:
    return create_app(counted)


@pytest.fixture
def manager(pages: Flask) -> Visitor:
    return signed_in(pages, "manager")


def signed_in(pages: Flask, who: str) -> Visitor:
    visitor = Visitor(pages)
    visitor.enter(who)
    token = visitor.page.xpath("//meta[@name='csrf-token']/@content")[0]
    visitor.post("/language", {"csrf_token": token, "language": "en", "next": "/tasks"})
    return visitor


def rows(visitor: Visitor, table: str) -> list[list[str]]:
    found = visitor.page.xpath(f"//table[@id='table-{table}']/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./td")] for row in found]


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_page_opens_with_its_tables(manager: Visitor, question: str) -> None:
    assert manager.get(f"/analysis/{question}").status_code == 200
    (here,) = manager.page.xpath("//nav[@aria-label='Questions']/a[@aria-current]")
    assert parse_qs(urlsplit(here.get("href")).query)["application"] == ["complaint"]
    for chart in manager.page.xpath("//*[@data-chart]"):
        (table,) = manager.page.xpath(f"//table[@id='{chart.get('data-chart')}']")
        assert len(table.xpath("./thead/tr/th[@data-draw='label']")) == 1
        assert table.xpath("./thead/tr/th[@data-draw and @data-draw!='label']")
        for cell in table.xpath("./tbody/tr/td[@data-value]"):
            float(cell.get("data-value") or 0)


def test_the_first_page_is_the_trend(manager: Visitor) -> None:
    manager.get("/analysis")
    assert rows(manager, "trend")[-1] == ["2026-03", "4", "0", "4"]


def test_what_people_wrote_is_text(manager: Visitor) -> None:
    manager.get("/analysis/pareto?column=customer")
    found = rows(manager, "pareto")
    assert found[0][:2] == ["Acme", "2"]
    assert {row[0] for row in found} == {"Acme", EVIL, SCRIPT}
    assert b"<script>alert" not in manager.reply.data


def test_a_row_leads_to_what_it_is_made_of_and_back(manager: Visitor) -> None:
    manager.get("/analysis/pareto?column=customer")
    (way,) = manager.page.xpath("//table[@id='table-pareto']//a[text()='Acme']/@href")
    manager.get(way)
    assert parse_qs(urlsplit(way).query)["customer"] == ["Acme"]
    assert sum(int(row[1]) for row in rows(manager, "pareto")) == 2
    (chip,) = manager.page.xpath("//a[@title='Take this filter away']")
    assert "Acme" in chip.text_content()
    (cases,) = manager.page.xpath("//a[text()='Show these complaints']/@href")
    manager.get(cases)
    assert [row[0] for row in rows(manager, "cases")] == ["HQ-2026-0002", "HQ-2026-0001"]
    manager.get(chip.get("href"))
    assert "customer" not in parse_qs(urlsplit(chip.get("href")).query)
    assert sum(int(row[1]) for row in rows(manager, "pareto")) == 4


def test_the_filters_of_the_form_lead_to_the_same_page(manager: Visitor) -> None:
    manager.get("/analysis/pareto?column=customer&customer=Acme&from=2026-01-01")
    fields = manager.fields("/analysis/pareto").to_dict()
    wanted = {"column": "customer", "customer": "Acme", "from": "2026-01-01", "by": "received"}
    assert {name: fields[name] for name in wanted} == wanted


@pytest.mark.parametrize("query", ["from=tomorrow", "by=moon", "column=number", "from=2026-05-01&to=2026-04-01"])
def test_a_wrong_argument_is_told_above_the_whole_page(manager: Visitor, query: str) -> None:
    assert manager.get(f"/analysis/pareto?{query}").status_code == 400
    assert manager.page.xpath("//*[@role='alert']")
    assert rows(manager, "pareto")


def test_what_is_not_there_is_not_found(manager: Visitor) -> None:
    for address in (
        "/analysis/owls",
        "/analysis/pareto/owls.csv",
        "/analysis/pareto/pareto.pdf",
        "/analysis/owls/x.csv",
    ):
        assert manager.get(address).status_code == 404, address
    assert manager.get("/analysis/trend?application=nothing").status_code == 404


def test_a_csv_file_opens_in_excel_and_computes_nothing(manager: Visitor) -> None:
    reply = manager.fetch("/analysis/pareto/pareto.csv?column=customer")
    assert reply.data.startswith(b"\xef\xbb\xbf")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="pareto-pareto-2025-04-01-2026-03-02.csv"'
    head, *lines = list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig"))))
    assert head == ["Customer", "How many", "Share (%)", "Together with those above (%)"]
    assert lines[0] == ["Acme", "2", "50.0", "50.0"]
    assert {line[0] for line in lines} == {"Acme", f"'{EVIL}", SCRIPT}


def test_an_xlsx_file_holds_the_same_as_numbers(manager: Visitor) -> None:
    reply = manager.fetch("/analysis/pareto/pareto.xlsx?column=customer")
    with zipfile.ZipFile(io.BytesIO(reply.data)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not sheet.xpath("//*[local-name()='f']")
    numbers = sheet.xpath("//*[local-name()='row'][2]/*[local-name()='c'][not(@t='s')]/*[local-name()='v']/text()")
    assert numbers == ["2", "50", "50"]


def test_only_who_may_read_reports_comes_in(pages: Flask) -> None:
    visitor = signed_in(pages, "sales1")
    for address in ("/analysis", "/analysis/pareto", "/analysis/pareto/pareto.csv"):
        assert visitor.get(address).status_code == 403


def test_the_api_tells_the_same(counted: Context, pages: Flask) -> None:
    client = pages.test_client()
    head = {"Authorization": f"Bearer {token_of(counted, 'manager')}", "Accept-Language": "en"}
    reply = client.get("/api/v1/analysis/pareto?column=customer&to=2026-03-31", headers=head)
    assert reply.status_code == 200
    assert (reply.json["from"], reply.json["to"], reply.json["by"]) == ("2025-04-01", "2026-03-31", "received")
    (table,) = reply.json["tables"]
    assert table["rows"][0] == {"label": "Acme", "count": 2, "share": 0.5, "cumulated": 0.5}
    assert [column["key"] for column in table["columns"]] == ["label", "count", "share", "cumulated"]
    assert client.get("/api/v1/analysis/owls", headers=head).status_code == 404
    assert client.get("/api/v1/analysis/pareto?column=owls", headers=head).status_code == 400
    assert client.get("/api/v1/analysis/trend?from=x", headers=head).status_code == 400
    head["Authorization"] = f"Bearer {token_of(counted, 'sales1')}"
    assert client.get("/api/v1/analysis/pareto", headers=head).status_code == 403
