"""Reports and alerts as pages: to read, to turn, to keep, to be sent; without any script."""

from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import insert

from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.persistence.models import Alert
from tests.house import actor


def file(house: Context) -> str:
    fields = {"customer": {"name": "ACME <b>"}, "problem": {"description": "x"}}
    filing = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)
    return str(house.execute(filing).body["number"])


def test_a_manager_turns_the_pages_and_keeps_the_files(house: Context, visit) -> None:
    number = file(house)
    manager = visit("manager")
    assert manager.get("/reports").status_code == 200
    assert "2026-W09" in manager.text
    (later,) = manager.page.xpath("//a[@rel='next']/@href")
    manager.get(later)
    assert "2026-W10" in manager.text
    assert "This period is not over yet." in manager.text
    assert manager.page.xpath("//a[@rel='next']") == []
    assert number in manager.text
    pdf, xlsx = (manager.fetch(f"/reports/weekly/2026-W10.{kind}") for kind in ("pdf", "xlsx"))
    assert pdf.data.startswith(b"%PDF")
    assert 'filename="report-2026-W10.xlsx"' in xlsx.headers["Content-Disposition"]
    assert any(b"ACME &lt;b&gt;" in ZipFile(BytesIO(xlsx.data)).read(name) for name in ZipFile(BytesIO(xlsx.data)).namelist())  # fmt: skip
    for kind in ("monthly", "yearly"):
        assert manager.get(f"/reports/{kind}").status_code == 200


def test_what_is_no_report_is_said_plainly(house: Context, visit) -> None:
    manager = visit("manager")
    for address, status in (
        ("/reports/daily", 404),
        ("/reports/weekly/2026-W60", 400),
        ("/reports/weekly?period=x", 400),
        ("/reports/weekly/2026-W10.doc", 404),
        ("/reports/weekly?application=nothing", 404),
    ):
        assert manager.get(address).status_code == status, address
    for address in ("/reports", "/alerts"):
        assert visit("sales1").get(address).status_code == 403


def test_a_report_is_ordered_and_ended(house: Context, visit) -> None:
    manager = visit("manager")
    manager.get("/reports/monthly")
    manager.send("/reports/orders", {"recipient": "gm", "kind": "monthly"})
    assert "It is sent from now on" in manager.text
    orders = manager.page.xpath("//*[@id='orders']//li")
    assert len(orders) == 1
    assert "Monthly report" in orders[0].text_content()
    manager.send("/end")
    assert manager.page.xpath("//*[@id='orders']//li") == []


def test_alerts_are_listed_filtered_and_chosen_for_mail(house: Context, visit) -> None:
    data = {
        "customer": "ACME <b>",
        "part_no": "P-1",
        "defect": "飞边",
        "count": 3,
        "days": 90,
        "numbers": ["HQ-2026-0001"],
    }
    with house.database.write("test") as connection:
        row = {"kind": "repeated_defect", "mark": "x", "application": "complaint", "site": "HQ", "data": data}
        connection.execute(insert(Alert).values(**row, opened_at=house.clock.now()))
    manager = visit("manager")
    manager.get("/alerts")
    assert "ACME <b> · P-1 · 飞边: 3 complaints within 90 days." in manager.page.text_content()
    assert manager.page.xpath("//a[@href='/complaints/HQ-2026-0001']")
    manager.get("/alerts?kind=incident")
    assert "Nothing to look at" in manager.text
    manager.send("/alerts", {"kind": ["promise", "incident"]})
    assert manager.page.xpath("//input[@name='kind'][@checked]/@value") == ["promise", "incident"]
    manager.send("/alerts", {"kind": None})
    assert manager.page.xpath("//input[@name='kind'][@checked]") == []
