"""Files: kept when a form is refused, refused by kind, and never run in a browser."""

import struct
import zlib
from io import BytesIO

import pytest

from server.casework.context import Context
from tests.integration.web.test_task_page import WHOLE, case_of, open_task


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0\xff\0\0\xff\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def task(house: Context, number: str) -> str:
    return str(open_task(house, number)["id"])


def send(visitor, task: str, name: str, data: bytes, **fields: str):
    files = {"problem-photos-upload": [(BytesIO(data), name)]}
    return visitor.send(f"/tasks/{task}", {**fields, **files}, content_type="multipart/form-data")


def test_a_photo_goes_into_the_case_and_comes_back(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    send(visitor, task, "飞边 1.png", png(), **WHOLE, do="complete")
    (photo,) = case_of(house, number)["problem"]["photos"]
    reply = visitor.fetch(f"/files/{photo}")
    assert reply.data == png()
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    picture = visitor.fetch(f"/files/{photo}/picture")
    assert (picture.mimetype, picture.headers.get("Content-Disposition", "inline").partition(";")[0]) == (
        "image/png",
        "inline",
    )
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    visitor.get(f"/complaints/{number}")
    assert visitor.page.xpath(f"//img[@src='/files/{photo}/picture']")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("photo.png", b"<html><script>alert(1)</script></html>"),
        ("photo.jpg", b""),
        ("run.exe", b"MZ" + b"\0" * 100),
    ],
)
def test_a_wrong_kind_is_refused_at_its_field_and_the_rest_is_kept(visit, task: str, name: str, data: bytes) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    send(visitor, task, name, data, **WHOLE, do="complete")
    assert visitor.reply.status_code == 422
    problem = visitor.page.xpath("//*[@data-field='problem-photos']//*[contains(@class, 'invalid-feedback')]")
    assert name in problem[0].text
    assert visitor.fields(f"/tasks/{task}")["problem-losses"] == WHOLE["problem-losses"]


def test_a_refused_form_keeps_its_files_and_they_can_be_taken_out(
    house: Context, visit, number: str, task: str
) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    send(visitor, task, "a.png", png(), **{"customer-email": "wrong"}, do="complete")
    assert visitor.reply.status_code == 422
    kept = [one for one in visitor.fields(f"/tasks/{task}").getlist("problem-photos") if one]
    assert len(kept) == 1
    visitor.send(f"/tasks/{task}", {**WHOLE, "customer-email": "", "problem-photos-remove": kept[0], "do": "complete"})
    assert visitor.reply.status_code == 200, visitor.text
    assert "photos" not in case_of(house, number)["problem"]


def test_files_of_others_complaints_are_not_there(visit, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    send(visitor, task, "a.png", png(), **WHOLE, do="draft")
    photo = next(one for one in visitor.fields(f"/tasks/{task}").getlist("problem-photos") if one)
    stranger = visit("engineering1")
    assert stranger.fetch(f"/files/{photo}").status_code == 404
    assert stranger.fetch(f"/files/{photo}/picture").status_code == 404


def test_a_document_is_never_shown_inline(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    files = {"intake-attachments-upload": [(BytesIO(b"From: a@b.example\nSubject: x\n\n<b>x</b>"), "mail.eml")]}
    visitor.send(f"/tasks/{task}", {**WHOLE, **files, "do": "complete"}, content_type="multipart/form-data")
    (letter,) = case_of(house, number)["intake"]["attachments"]
    assert visitor.fetch(f"/files/{letter}/picture").status_code == 404
    assert visitor.fetch(f"/files/{letter}").headers["Content-Disposition"].startswith("attachment")
