"""XLSX and CSV: types kept, moments in the site's zone, nothing a spreadsheet would compute, any number of rows."""

import csv
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.documents import sheets
from server.documents.cells import Style
from server.documents.csv_rows import csv_rows
from server.documents.sheets import Book, write_sheet
from tests.unit.documents.reading_sheets import Sheets

STYLE = Style("en", ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""Half past nine in Shanghai."""
FORMULAS = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1",
    "＋1",
    "－1",
    "＠A",
    "|cmd",
    "%0A=1",
    "\n=1",
]


def written(columns: list[str], rows: Any, title: str = "Table") -> Sheets:
    stream = BytesIO()
    write_sheet(stream, title, columns, rows, STYLE)
    return Sheets(stream.getvalue())


def read(columns: list[str], rows: Any, style: Style = STYLE) -> list[list[str]]:
    data = b"".join(csv_rows(columns, rows, style))
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_numbers_moments_and_days_keep_their_type() -> None:
    book = written(["a", "b", "c", "d", "e", "f"], [[12, 3.5, MORNING, date(2026, 3, 2), Decimal("2.25"), "12"]])
    cells = book.cells["Table"]
    assert [cells[f"{column}2"][0] for column in "ABCDEF"] == ["n", "n", "n", "n", "n", "inlineStr"]
    # Days since 30 December 1899: 46083 is 2 March 2026; 9:30 is 9.5/24 of a day.
    assert cells["C2"][1] == pytest.approx(46083 + 9.5 / 24)
    assert [cells[at][1] for at in ("A2", "B2", "D2", "E2", "F2")] == [12, 3.5, 46083, 2.25, "12"]
    shown_as = [book.formats[book.styles[cells[at][2]]["numFmtId"]] for at in ("C2", "D2")]
    assert shown_as == ["yyyy-mm-dd hh:mm", "yyyy-mm-dd"]


def test_nothing_is_an_empty_cell_and_a_list_has_a_line_for_each() -> None:
    book = written(["a", "b", "c", "d"], [[None, "", ["x", 2, None], True]])
    assert {at: found[1] for at, found in book.cells["Table"].items() if at.endswith("2")} == {
        "C2": "x\n2\n",
        "D2": "Yes",
    }


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(text: str) -> None:
    book = written([text], [[text]])
    for at in ("A1", "A2"):
        assert book.cells["Table"][at][0] == "inlineStr"
    assert book.styles[book.cells["Table"]["A2"][2]].get("quotePrefix") == "1"
    head, row = read([text], [[text]])
    assert head == row == ["'" + text]


def test_texts_without_such_a_sign_and_negative_numbers_stay_as_they_are() -> None:
    assert read(["a", "b", "c"], [["1-2=3", -5, '飞边，缺料\n"x",y']])[1] == ["1-2=3", "-5", '飞边，缺料\n"x",y']
    assert written(["a"], [[-5]]).cells["Table"]["A2"][:2] == ["n", -5]


def test_csv_says_moments_in_the_zone_and_words_in_the_language() -> None:
    chinese = Style("zh-CN", STYLE.zone, STYLE.at)
    assert read(["时间"], [[MORNING], [date(2026, 3, 2)], [False]], chinese) == [
        ["时间"],
        ["2026-03-02 09:30"],
        ["2026-03-02"],
        ["否"],
    ]


def test_what_a_sheet_cannot_hold_is_cut_or_written_as_a_text() -> None:
    book = written(["a", "b", "c", "d"], [["x" * 40000, 10**20, float("inf"), "\x00\x07\ud800"]])
    cells = book.cells["Table"]
    assert len(cells["A2"][1]) == 32767
    assert cells["A2"][1].endswith("…")
    assert [cells["B2"][:2], cells["C2"][:2]] == [["inlineStr", str(10**20)], ["inlineStr", "inf"]]


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    stream = BytesIO()
    with Book(stream, STYLE) as book:
        for title in ("a/b:c*d?[e]\\", "x" * 40, "X" * 40, "''", "History"):
            book.sheet(title, ["a"], [])
    names = Sheets(stream.getvalue()).names
    assert names[:4] == ["a b c d  e", "x" * 31, "X" * 27 + " (2)", "Table"]
    assert names[4] == "History (2)"
    assert len({name.casefold() for name in names}) == len(names)


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    book = written(["n"], ([number] for number in range(7)))
    assert book.names == ["Table", "Table (2)", "Table (3)"]
    assert [book.rows(name) for name in book.names] == [
        [["n"], [0], [1], [2]],
        [["n"], [3], [4], [5]],
        [["n"], [6]],
    ]


def test_widths_go_by_what_is_in_the_columns() -> None:
    stream = BytesIO()
    write_sheet(stream, "T", ["客户投诉编号", "b", "c"], [["x", "y" * 30, "z" * 500]], STYLE)
    page = Sheets(stream.getvalue()).files["xl/worksheets/sheet1.xml"]
    widths = [float(each.get("width")) for each in page.iter("{*}col")]
    assert widths == pytest.approx([14, 32, 60], abs=1)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(kind: str, tmp_path: Any) -> None:
    def peak(count: int) -> int:
        rows = ((f"text {number}", number, MORNING) for number in range(count))
        tracemalloc.start()
        if kind == "csv":
            for _ in csv_rows(["a", "b", "c"], rows, STYLE):
                pass
        else:
            with (tmp_path / f"{count}.xlsx").open("wb") as stream:
                write_sheet(stream, "T", ["a", "b", "c"], rows, STYLE)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(12_000) < peak(3000) + 200_000
