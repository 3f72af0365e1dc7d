"""Files that are not let in: told at their field, with what is; everything else in the form is kept."""

import io
import zipfile
from typing import Any

import pytest

from server.casework.context import Context
from tests.integration.web.test_files import png
from tests.integration.web.test_task_page import WHOLE, case_of, open_task

LIMIT = 400_000


@pytest.fixture
def task(house: Context, number: str) -> str:
    house.files.limit = LIMIT
    return str(open_task(house, number)["id"])


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 30_000_000)
    return packed.getvalue()


def send(visitor: Any, task: str, files: list[tuple[str, bytes]], **fields: str) -> Any:
    picked = {"intake-attachments-upload": [(io.BytesIO(data), name) for name, data in files]}
    return visitor.send(f"/tasks/{task}", {**fields, **picked}, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.pdf", b"", "The file is empty."),
        ("setup.exe", b"MZ" + b"\0" * 100, "not accepted"),
        ("飞边 🏭.png", b"MZ" + b"\0" * 100, "is not what its ending"),
        ("data.zip", bomb(), "unpacks to far more"),
        ("large.txt", b"x" * (LIMIT + 1), "too large"),
        ("photo.png", png()[:20], "damaged"),
        ("no ending", b"text", "not accepted"),
    ],
)
def test_one_bad_file_costs_nothing_else(
    house: Context, visit: Any, number: str, task: str, name: str, data: bytes, words: str
) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    send(visitor, task, [("good.txt", b"a good one"), (name, data)], **WHOLE, do="complete")
    assert visitor.reply.status_code == 422
    (problem,) = visitor.page.xpath(
        "//*[@data-field='intake-attachments']//*[contains(@class, 'invalid-feedback')]/text()"
    )
    assert problem.startswith(f"{name}: ")
    for told in (words, "400 kB", "pdf, png"):
        assert told in problem
    kept = visitor.fields(f"/tasks/{task}")
    assert kept["problem-losses"] == WHOLE["problem-losses"]
    assert len([one for one in kept.getlist("intake-attachments") if one]) == 1
    visitor.send(f"/tasks/{task}", {"do": "complete"})
    assert "Done:" in visitor.text
    (file,) = case_of(house, number)["intake"]["attachments"]
    assert visitor.fetch(f"/files/{file}").data == b"a good one"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:/fakepath/报告 📄.txt", "报告 📄.txt"),
        ("长" * 300 + ".txt", "长" * 65 + ".txt"),
        ("\u202egnp.txt", "gnp.txt"),
    ],
)
def test_odd_names_are_let_in_under_a_plain_one(visit: Any, task: str, name: str, shown: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    send(visitor, task, [(name, b"text")], do="draft")
    assert visitor.page.xpath("//ul[contains(@class, 'kept-files')]//a/text()") == [shown]


def test_the_same_file_picked_twice_is_one(visit: Any, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    send(visitor, task, [("a.txt", b"text"), ("a.txt", b"text"), ("b.txt", b"text")], do="draft")
    assert visitor.page.xpath("//ul[contains(@class, 'kept-files')]//a/text()") == ["a.txt", "b.txt"]
