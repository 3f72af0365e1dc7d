"""The register and the process log as files: what is in them, for whom, in which language."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest

from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.queries import register_export
from tests.house import actor, drain_jobs, token_of
from tests.reading_xes import Case, Head, read
from tests.unit.documents.reading_sheets import Sheets

FORMULA = '=HYPERLINK("x")'


@pytest.fixture
def numbers(house: Context) -> list[str]:
    """Three complaints, the newest first; the newest says what a spreadsheet would compute."""
    found = []
    for place, name in enumerate(("海天塑胶", "ACME", FORMULA)):
        house.clock.advance(timedelta(minutes=1))
        problem = {"title": f"飞边 {place}", "description": "外壳有飞边"}
        fields = {"customer": {"name": name}, "problem": problem}
        filing = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)
        found.append(str(house.execute(filing).body["number"]))
    drain_jobs(house)
    return found[::-1]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def cases(data: bytes) -> list[Case]:
    return list(read(BytesIO(data), Head()))


def test_the_register_as_csv_has_its_columns_in_the_reader_s_language(visit, numbers: list[str]) -> None:
    found = rows(visit("admin").fetch("/complaints.csv").data)
    assert [one["Number"] for one in found] == numbers
    first = found[0]
    assert (first["State"], first["Channel"], first["Urgency"]) == ("in progress", "Phone", "")
    assert (first["Customer"], first["Title"], first["Received at"]) == ("'" + FORMULA, "飞边 2", "2026-03-02 09:03")
    assert (first["Current steps"], first["Closed on"], first["Outcome"]) == ("Receive the complaint", "", "")
    chinese = rows(visit("admin", "zh-CN").fetch("/complaints.csv").data)[0]
    assert (chinese["编号"], chinese["状态"], chinese["渠道"], chinese["当前步骤"]) == (
        numbers[0],
        "处理中",
        "电话",
        "接到客户投诉",
    )


def test_the_register_as_a_workbook_keeps_types(visit, numbers: list[str]) -> None:
    reply = visit("admin").fetch("/complaints.xlsx")
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="complaints-2026-03-02.xlsx"')
    book = Sheets(reply.data)
    head, *found = book.rows("Complaints")
    assert [row[0] for row in found] == numbers
    kinds = {value: kind for kind, value, _style in book.cells["Complaints"].values()}
    assert kinds[FORMULA] == "inlineStr"
    assert [
        kind
        for kind, value, _ in book.cells["Complaints"].values()
        if value == pytest.approx(46083 + 543 / 1440, abs=1e-4)
    ] == ["n"]
    assert "Received at" in head


def test_the_filters_are_those_of_the_page(visit, numbers: list[str]) -> None:
    visitor = visit("admin")
    for query, places in (
        ("", [0, 1, 2]),
        ("?q=ACME", [1]),
        ("?customer=海天塑胶", [2]),
        ("?state=completed", []),
        ("?state=strange", [0, 1, 2]),
    ):
        found = [one["Number"] for one in rows(visitor.fetch(f"/complaints.csv{query}").data)]
        visitor.get(f"/complaints{query}")
        shown = [one.text_content() for one in visitor.page.xpath("//span[@class='case-number']")]
        assert found == [numbers[place] for place in places] == shown, query


def test_the_page_links_to_the_table_with_its_filters(visit, numbers: list[str]) -> None:
    visitor = visit("admin")
    visitor.get("/complaints?q=ACME&cursor=")
    (address,) = visitor.page.xpath("//a[contains(@href, '.csv')]/@href")
    assert [one["Number"] for one in rows(visitor.fetch(address).data)] == [numbers[1]]


def test_more_complaints_than_are_read_in_one_go(visit, numbers: list[str], monkeypatch) -> None:
    monkeypatch.setattr(register_export, "AT_ONCE", 1)
    assert [one["Number"] for one in rows(visit("admin").fetch("/complaints.csv").data)] == numbers


def test_nobody_exports_what_he_may_not_see(visit, numbers: list[str]) -> None:
    assert rows(visit("production1").fetch("/complaints.csv").data) == []
    assert len(rows(visit("sales1").fetch("/complaints.csv").data)) == 3


def test_the_log_tells_the_steps_of_each_complaint(visit, numbers: list[str]) -> None:
    found = cases(visit("admin").fetch("/exports/complaint/log.xes?names=1").data)
    assert [case.attributes["concept:name"] for case in found] == numbers[::-1]
    told = [(one["kesu:element"], one["lifecycle:transition"]) for one in found[0].events]
    assert told == [
        ("Start_Complaint", "complete"),
        ("acknowledge", "schedule"),
        ("acknowledge", "complete"),
        ("receive", "schedule"),
    ]
    assert found[0].events[-1]["concept:name"] == "Receive the complaint"
    assert found[0].events[-1]["org:group"] == "sales"
    assert (found[0].attributes["cost:currency"], found[0].attributes["kesu:channel"]) == ("CNY", "phone")


def test_days_of_receipt_narrow_the_log(visit, numbers: list[str]) -> None:
    visitor = visit("admin")
    for query, count in (
        ("?from=2026-03-02", 3),
        ("?until=2026-03-02", 3),
        ("?from=2026-03-03", 0),
        ("?until=2026-03-01", 0),
    ):
        assert len(cases(visitor.fetch(f"/exports/complaint/log.xes{query}").data)) == count, query


def test_a_day_that_is_none_is_told(visit) -> None:
    visitor = visit("admin")
    for day in ("yesterday", "2026-02-30", "9999-12-31"):
        visitor.get(f"/exports/complaint/log.xes?until={day}")
        assert visitor.reply.status_code == 400
        assert "until must be a day such as 2026-03-02." in visitor.text


def test_the_exports_page_offers_each_published_application(visit) -> None:
    for language, title in (("en", "Customer complaint"), ("zh-CN", "客户投诉")):
        visitor = visit("admin", language)
        visitor.get("/exports")
        assert visitor.reply.status_code == 200
        assert title in visitor.page.get_element_by_id("log-complaint").text_content()


def test_the_description_names_the_columns_in_both_languages(visit) -> None:
    text = visit("admin").fetch("/exports/complaint/kesu.xesext").data.decode()
    assert '<string key="level">' not in text
    assert '<int key="level"><alias mapping="EN" name="Level"/><alias mapping="ZH" name="级别"/></int>' in text
    assert '<boolean key="repaired">' in text
    assert "description" not in text


def test_the_log_is_for_those_who_manage(visit) -> None:
    clerk, chief = visit("sales1"), visit("gm")
    for address in ("/exports", "/exports/complaint/log.xes", "/exports/complaint/kesu.xesext"):
        assert (clerk.fetch(address).status_code, chief.fetch(address).status_code) == (403, 200)


def test_an_application_that_is_not_there_is_told(visit) -> None:
    for address in ("/exports/nothing/log.xes", "/exports/nothing/kesu.xesext"):
        assert visit("admin").fetch(address).status_code == 404


# The same over REST


def call(app: Any, house: Context, address: str, who: str = "admin") -> Any:
    headers = {"Authorization": f"Bearer {token_of(house, who)}", "Accept-Language": "en"}
    return app.test_client().get(f"/api/v1{address}", headers=headers)


def test_scripts_get_the_same_tables_and_log(app, house: Context, numbers: list[str]) -> None:
    assert [one["Number"] for one in rows(call(app, house, "/complaints.csv?q=ACME").data)] == [numbers[1]]
    assert [row[0] for row in Sheets(call(app, house, "/complaints.xlsx").data).rows("Complaints")[1:]] == numbers
    found = cases(call(app, house, "/definitions/complaint/xes?from=2026-03-02").data)
    assert [case.attributes["concept:name"] for case in found] == numbers[::-1]


def test_scripts_are_told_what_is_wrong(app, house: Context) -> None:
    refused = call(app, house, "/definitions/complaint/xes?from=2026-02-30")
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "malformed.date")
    assert call(app, house, "/definitions/nothing/xes").status_code == 404
    assert call(app, house, "/definitions/complaint/xes", "sales1").status_code == 403
