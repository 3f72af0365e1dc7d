"""Reports of a period: what they say, and that what was ordered is sent once, on the morning after."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.cancel_instance import CancelInstance
from server.commands.end_report_order import EndReportOrder
from server.commands.file_complaint import FileComplaint
from server.commands.order_report import OrderReport
from server.domain.rejection import Rejected
from server.persistence.models import Attachment, OutboxMail, UserAccount
from server.queries.report import Report, report
from server.queries.report_file import report_file
from server.queries.report_orders import report_orders
from server.runner.reports import send_reports
from tests.house import actor, drain_jobs

MONDAY = datetime(2026, 3, 8, 22, 1, tzinfo=UTC)
"""The Monday after the tests' first week, a minute past six in the morning in Shanghai."""


def file(house: Context, customer: str, title: str) -> tuple[str, str]:
    fields = {"customer": {"name": customer}, "problem": {"description": "x", "title": title}}
    body = house.execute(FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)).body
    drain_jobs(house)
    return body["number"], body["instance_id"]


def until(clock: ManualClock, moment: datetime) -> None:
    clock.advance(moment - clock.now())


def cells(made: Report, key: str, title: str = "") -> list[dict[str, object]]:
    (table,) = (table for table in made.tables if table.key == key and title in table.title)
    return [dict(row.cells) for row in table.rows]


@pytest.fixture
def week(house: Context, clock: ManualClock) -> Context:
    """Monday to Sunday: four complaints, one of them cancelled on Tuesday, a fifth on the Monday that follows."""
    file(house, "ACME", "飞边")
    _number, instance = file(house, "ACME", "飞边")
    file(house, "Northfield", "缩水")
    until(clock, datetime(2026, 3, 3, 1, tzinfo=UTC))
    house.execute(CancelInstance(actor=actor(house, "admin"), instance_id=instance, reason="filed twice"))
    # A minute before the week ends in Shanghai.
    until(clock, datetime(2026, 3, 8, 15, 59, tzinfo=UTC))
    file(house, "ACME", "=1+1")
    until(clock, datetime(2026, 3, 8, 16, 1, tzinfo=UTC))
    file(house, "Later", "飞边")
    until(clock, MONDAY)
    return house


def test_a_week_counts_what_came_and_ended_in_it(week: Context) -> None:
    made = report(week, actor(week, "gm"), "en", "weekly", "2026-W10", {})
    this, before = cells(made, "figures")
    assert (this["received"], this["closed"], this["open"]) == (4, 1, 3)
    assert (before["received"], before["closed"], before["open"], before["kept"]) == (0, 0, 0, None)
    assert [(row["label"], row["count"]) for row in cells(made, "pareto", "Complaints by: Customer")] == [
        ("ACME", 3),
        ("Northfield", 1),
    ]
    assert [(row["state"], row["count"]) for row in cells(made, "states")] == [("in progress", 3), ("cancelled", 1)]
    assert made.over


def test_the_open_ones_are_listed_as_they_stood_at_the_end(week: Context) -> None:
    made = report(week, actor(week, "gm"), "en", "weekly", "2026-W10", {})
    listed = cells(made, "standing")
    # From Monday 09:00 to Sunday: five days of eight hours, but the first half hour of Monday; the last came on a day off.
    waits = sorted({(row["customer"], row["waiting"]) for row in listed})
    assert waits == [("ACME", 0.0), ("ACME", 39.5), ("Northfield", 39.5)]
    assert {row["owner"] for row in listed} == {"Sales"}


def test_the_files_hold_every_table_and_no_formula(week: Context) -> None:
    gm = actor(week, "gm")
    made = report(week, gm, "zh-CN", "weekly", "2026-W10", {})
    zone, now = week.settings.zone, week.clock.now()
    book = ZipFile(BytesIO(report_file(made, "xlsx", "zh-CN", zone, now)))
    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(made.tables)
    assert not any(b"<f>" in book.read(name) for name in sheets)
    paper = PdfReader(BytesIO(report_file(made, "pdf", "zh-CN", zone, now)))
    text = "\n".join(page.extract_text() for page in paper.pages)
    assert "2026-W10" in text
    assert "Northfield" in text
    assert "=1+1" in text


def order(house: Context, kind: str = "weekly", recipient: str = "gm") -> int:
    asked = OrderReport(actor=actor(house, "manager"), kind=kind, application="complaint", recipient=recipient)
    return int(house.execute(asked).body["id"])


def mails(house: Context) -> list[OutboxMail]:
    query = select(OutboxMail).where(OutboxMail.idempotency_key.like("report:%")).order_by(OutboxMail.id)
    with house.read() as connection:
        return list(connection.execute(query))  # type: ignore[arg-type]


def test_what_was_ordered_is_sent_once_on_the_morning_after(house: Context, clock: ManualClock) -> None:
    order(house)
    assert send_reports(house) == 0
    until(clock, datetime(2026, 3, 8, 21, 59, tzinfo=UTC))
    assert send_reports(house) == 0
    until(clock, MONDAY)
    assert [send_reports(house), send_reports(house)] == [1, 0]
    (mail,) = mails(house)
    assert "2026-W10" in mail.subject
    with house.read() as connection:
        files = connection.execute(select(Attachment).where(Attachment.id.in_(mail.attachments))).all()
    assert sorted(file.name for file in files) == ["report-2026-W10.pdf", "report-2026-W10.xlsx"]
    assert {file.created_by for file in files} == {actor(house, "gm").user_id}


def test_of_weeks_that_were_missed_the_newest_is_sent(house: Context, clock: ManualClock) -> None:
    order(house)
    until(clock, datetime(2026, 4, 1, 1, tzinfo=UTC))
    assert send_reports(house) == 1
    assert ["2026-W13" in mail.subject for mail in mails(house)] == [True]


def test_ordered_on_the_day_itself_it_begins_with_the_next(house: Context, clock: ManualClock) -> None:
    until(clock, datetime(2026, 3, 8, 18, tzinfo=UTC))
    order(house)
    until(clock, MONDAY)
    assert send_reports(house) == 0


def test_ordered_twice_is_one_order_and_an_ended_one_is_sent_no_more(house: Context, clock: ManualClock) -> None:
    first = order(house)
    assert order(house) == first
    house.execute(EndReportOrder(actor=actor(house, "gm"), order_id=first))
    assert report_orders(house, actor(house, "gm")) == []
    until(clock, MONDAY)
    assert send_reports(house) == 0


def test_who_lost_the_permission_is_sent_nothing(house: Context, clock: ManualClock) -> None:
    order(house)
    with house.database.write("test") as connection:
        connection.execute(update(UserAccount).where(UserAccount.username == "gm").values(is_active=False))
    until(clock, MONDAY)
    assert send_reports(house) == 0
    assert mails(house) == []


def test_nobody_is_ordered_for_who_may_not_read_or_has_no_address(house: Context) -> None:
    with house.database.write("test") as connection:
        connection.execute(update(UserAccount).where(UserAccount.username == "vp").values(email=None))
    for recipient in ("sales1", "vp", "nobody"):
        with pytest.raises(Rejected) as refused:
            order(house, recipient=recipient)
        assert refused.value.code == "report.recipient"
    for by, code in (("sales1", "forbidden.permission"), ("quality1", "not_found.report_order")):
        with pytest.raises(Rejected) as refused:
            house.execute(EndReportOrder(actor=actor(house, by), order_id=order(house)))
        assert refused.value.code == code


def test_a_report_needs_the_permission(house: Context) -> None:
    with pytest.raises(Rejected) as refused:
        report(house, actor(house, "sales1"), "en", "weekly", None, {})
    assert refused.value.code == "forbidden.permission"
