"""The report as a file to keep or to send: every table on a sheet of its own, or all of them on paper."""

from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from server.documents import sheets
from server.documents.cells import Style
from server.documents.tables import PrintedColumn, PrintedTable, tables_pdf
from server.domain.deadline_terms import Moment
from server.i18n import N_, translate
from server.queries.analysis.exported import columns_of, rows_of
from server.queries.analysis.shape import Table
from server.queries.analysis.words import words_of
from server.queries.report import Report

MEDIA_TYPES = {"xlsx": sheets.MEDIA_TYPE, "pdf": "application/pdf"}
_NUMBERS = ("count", "share", "hours", "days", "money")
_MOST_PRINTED = 60
"""Rows of a table on paper; the workbook has all."""


def report_file(report: Report, kind: str, language: str, zone: ZoneInfo, at: datetime) -> bytes:
    """`kind`: xlsx or pdf; `at`: when it is made, in UTC. Raises `DocumentFailed`."""
    if kind == "xlsx":
        return _workbook(report, Style(language, zone, at))
    made = translate(N_("Made {time} with Kesu"), language, time=Moment(at, zone).text(language))
    printed = [_printed(table, language) for table in report.tables]
    return tables_pdf(heading(report), about(report, language), made, printed, language, at)


def file_name(report: Report, kind: str) -> str:
    """Like report-2026-W09.xlsx."""
    return f"report-{report.period.name}.{kind}"


def heading(report: Report) -> str:
    """Title and period."""
    return f"{report.title} {report.period.name}"


def about(report: Report, language: str) -> str:
    """Which process and sites, from when to when."""
    span = translate(N_("{first} to {last}"), language, first=report.period.first, last=report.period.last)
    return f"{report.application} · {report.sites} · {span}"


def _workbook(report: Report, style: Style) -> bytes:
    stream = BytesIO()
    with sheets.Book(stream, style) as book:
        for table in report.tables:
            book.sheet(table.title, columns_of(table, style.language), rows_of(table))
    return stream.getvalue()


def _printed(table: Table, language: str) -> PrintedTable:
    rows = table.rows[:_MOST_PRINTED]
    bar = next((column for column in table.columns if column.draw in ("bar", "stack")), None)
    values = [row.cells[bar.key] or 0 for row in rows] if bar is not None else []
    longest = max(values, default=0)
    said = list(table.said)
    if len(table.rows) > len(rows):
        left_out = len(table.rows) - len(rows)
        said.append(translate(N_("{count} more rows are in the workbook."), language, count=left_out))
    wide = next((column.key for column in table.columns if column.draw == "label"), table.columns[0].key)
    return PrintedTable(
        table.title,
        [PrintedColumn(each.title, each.kind in _NUMBERS, each.key == wide) for each in table.columns],
        [[words_of(column, row.cells[column.key]) for column in table.columns] for row in rows],
        [value / longest for value in values] if longest else [None] * len(rows),
        bar.title if bar is not None else "",
        " ".join(said),
    )
