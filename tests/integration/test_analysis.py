"""The questions of the analysis on a handful of complaints whose numbers can be counted by hand."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.file_complaint import FileComplaint
from server.commands.merge_complaint import MergeComplaint
from server.commands.report_recurrence import ReportRecurrence
from server.domain.rejection import Rejected
from server.queries.analysis.ask import QUESTIONS, ask, ground_of
from server.queries.analysis.shape import Answer
from server.queries.complaint_detail import complaint_detail
from tests.house import actor, forget, opened


def file(house: Context, customer: str, defect: str | None, part: str = "P-1") -> str:
    admin = actor(house, "admin")
    fields = {"customer": {"name": customer}, "problem": {"description": "-"}, "product": {"part_no": part}}
    number = str(house.execute(FileComplaint(actor=admin, channel="phone", fields=fields)).body["number"])
    if defect:
        data = {"problem": {"defect": defect}}
        house.execute(AmendCase(actor=admin, number=number, reason="the usual word", data=data))
    return number


def cancel(house: Context, number: str) -> None:
    admin = actor(house, "admin")
    instance_id = complaint_detail(house, admin, number, "en")["instance_id"]
    house.execute(CancelInstance(actor=admin, instance_id=instance_id, reason="-"))


@pytest.fixture(scope="module")
def year(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """March: A flash, A flash, B flash, A crack, a duplicate; April: C without a defect, and the recurrence of the first,
    which was cancelled in March."""
    folder = tmp_path_factory.mktemp("analysis") / "data"
    for house in opened(prepared_folder, folder):
        clock: ManualClock = house.clock  # type: ignore[assignment]
        first = file(house, "A", "flash")
        file(house, "A", "flash")
        file(house, "B", "flash", "P-2")
        crack = file(house, "A", "crack")
        duplicate = file(house, "A", "crack")
        house.execute(MergeComplaint(actor=actor(house, "admin"), number=duplicate, of=crack, reason="the same"))
        clock.advance(timedelta(days=10))
        cancel(house, first)
        clock.advance(timedelta(days=25))
        file(house, "C", None)
        house.execute(ReportRecurrence(actor=actor(house, "admin"), number=first, reason="again"))
        yield house
    forget(folder)


def asked(house: Context, question: str, who: str = "manager", **args: str) -> Answer:
    return ask(ground_of(house, actor(house, who), args, "en"), question, args)


def cells(answer: Answer, key: str, *columns: str) -> list[tuple[Any, ...]]:
    (table,) = [table for table in answer.tables if table.key == key]
    return [tuple(row.cells[column] for column in columns) for row in table.rows]


def test_pareto_counts_the_largest_first_and_what_they_make_together(year: Context) -> None:
    found = cells(asked(year, "pareto"), "pareto", "label", "count", "share", "cumulated")
    assert found == [("flash", 4, 4 / 6, 4 / 6), ("crack", 1, 1 / 6, 5 / 6), ("(not stated)", 1, 1 / 6, 1.0)]


def test_pareto_of_the_ones_that_are_left(year: Context) -> None:
    assert cells(asked(year, "pareto", column="customer", defect="flash"), "pareto", "label", "count") == [
        ("A", 3),
        ("B", 1),
    ]
    assert cells(asked(year, "pareto", column="customer", defect="~"), "pareto", "label", "count") == [("C", 1)]
    closed = asked(year, "pareto", column="customer", by="closed")
    assert cells(closed, "pareto", "label", "count") == [("A", 1)]
    assert cells(asked(year, "pareto", **{"from": "2026-04-01"}), "pareto", "label", "count") == [
        ("flash", 1),
        ("(not stated)", 1),
    ]


def test_the_trend_by_months(year: Context) -> None:
    found = cells(asked(year, "trend", **{"from": "2026-02-01"}), "trend", "part", "received", "closed", "open")
    assert found == [("2026-02", 0, 0, 0), ("2026-03", 4, 1, 3), ("2026-04", 2, 0, 5)]


def test_the_trend_goes_on_from_what_was_open_before(year: Context) -> None:
    args = {"from": "2026-03-05", "to": "2026-03-20", "every": "week"}
    found = cells(asked(year, "trend", **args), "trend", "part", "received", "closed", "open")
    assert found == [("2026-W10", 0, 0, 4), ("2026-W11", 0, 1, 3), ("2026-W12", 0, 0, 3)]


def test_repeats_and_recurrences(year: Context) -> None:
    answer = asked(year, "repeats")
    assert cells(answer, "alike", "label", "count", "again") == [("A · P-1 · flash", 3, 2)]
    (follower,) = cells(answer, "followers", "number", "follows", "customer", "days")
    assert follower == ("HQ-2026-0007", "HQ-2026-0001", "A", 25.0)


def test_every_question_answers_with_tables_that_fit_their_columns(year: Context) -> None:
    for question in QUESTIONS:
        for table in asked(year, question).tables:
            assert table.title
            assert len({column.key for column in table.columns}) == len(table.columns)
            for row in table.rows:
                assert {column.key for column in table.columns} <= row.cells.keys(), (question, table.key)


@pytest.mark.parametrize(
    ("args", "code", "field"),
    [
        ({"from": "yesterday"}, "malformed.period", "/from"),
        ({"to": "2026-3-1"}, "malformed.period", "/to"),
        ({"to": "20260301"}, "malformed.period", "/to"),
        ({"from": "0001-01-01"}, "malformed.period", "/from"),
        ({"to": "9999-12-31"}, "malformed.period", "/to"),
        ({"from": "2026-05-01", "to": "2026-04-30"}, "malformed.period", "/from"),
        ({"by": "moon"}, "malformed.value", "/by"),
        ({"column": "number"}, "malformed.value", "/column"),
        ({"measure": "weight"}, "malformed.value", "/measure"),
        ({"application": "nothing"}, "not_found.definition", None),
    ],
)
def test_a_wrong_argument_is_told(year: Context, args: dict[str, str], code: str, field: str | None) -> None:
    with pytest.raises(Rejected) as refusal:
        asked(year, "pareto", **args)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_it_needs_the_permission(year: Context) -> None:
    with pytest.raises(Rejected) as refusal:
        asked(year, "pareto", "sales1")
    assert refusal.value.code == "forbidden.permission"
