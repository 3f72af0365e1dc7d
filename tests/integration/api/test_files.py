"""Attachments: what comes in goes out unchanged, and nothing runs."""

import hashlib
from io import BytesIO
from random import Random
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.acceptance.support.samples import pdf, png, table, text
from tests.rest import Api


def send(api: Api, name: str, data: bytes, field: str = "file", **others: str) -> TestResponse:
    return api.post("/files", data={field: (BytesIO(data), name), **others})


@pytest.mark.parametrize("make", [png, pdf, text, table])
@pytest.mark.parametrize("field", ["file", "upload"])
def test_there_and_back(shared_api: Api, make: Any, field: str) -> None:
    name, data = make(Random(7))
    stored = send(shared_api, name, data, field)
    assert stored.status_code == 201, stored.json
    assert stored.json["sha256"] == hashlib.sha256(data).hexdigest()
    assert (stored.json["size"], stored.json["name"]) == (len(data), name)
    back = shared_api.get(f"/files/{stored.json['id']}")
    assert back.data == data
    assert back.mimetype == stored.json["media_type"]
    assert back.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in back.headers["Content-Security-Policy"]
    assert back.headers["X-Content-Type-Options"] == "nosniff"


def test_parts_of_a_file(shared_api: Api) -> None:
    file_id = send(shared_api, "a.txt", b"0123456789").json["id"]
    part = shared_api.get(f"/files/{file_id}", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.data) == (206, b"234")
    whole = shared_api.get(f"/files/{file_id}")
    assert shared_api.get(f"/files/{file_id}", headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert shared_api.get(f"/files/{file_id}", headers={"Range": "bytes=99-"}).status_code == 416
    head = shared_api.call("HEAD", f"/files/{file_id}")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "10")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html>"),
        ("picture.svg", b"<svg/>"),
        ("picture.png", b"<script>"),
        ("program.exe", b"MZ"),
        ("empty.txt", b""),
        ("noending", b"text"),
        ("broken.png", b"\x89PNG\r\n\x1a\n"),
        ("..", b"text"),
    ],
)
def test_files_that_are_not_let_in(shared_api: Api, name: str, data: bytes) -> None:
    reply = send(shared_api, name, data)
    assert reply.status_code == 422
    assert reply.json["error"]["code"].startswith("file.")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "C:\\x\\报告.txt", "a\tb.txt", "x" * 300 + ".txt", "it's; odd=.txt"]
)
def test_names_are_for_display_only(shared_api: Api, name: str) -> None:
    stored = send(shared_api, name, b"text")
    assert stored.status_code == 201
    assert "/" not in stored.json["name"]
    assert "\\" not in stored.json["name"]
    assert shared_api.get(f"/files/{stored.json['id']}").data == b"text"


def test_not_exactly_one_file(shared_api: Api) -> None:
    for data in ({}, {"file": "text"}, {"file": [(BytesIO(b"a"), "a.txt"), (BytesIO(b"b"), "b.txt")]}):
        reply = shared_api.post("/files", data=data, content_type="multipart/form-data")
        assert (reply.status_code, reply.json["error"]["code"]) == (400, "malformed.file")


def test_form_fields_nobody_listed(shared_api: Api) -> None:
    assert send(shared_api, "a.txt", b"a", colour="red").status_code == 400


def test_no_multipart_at_all(shared_api: Api) -> None:
    assert shared_api.post("/files", {"file": "x"}).status_code == 415
    reply = shared_api.post("/files", data=b"garbage", content_type="multipart/form-data; boundary=x")
    assert reply.status_code == 400


def test_a_file_over_the_limit(shared_api: Api) -> None:
    limit = shared_api.context.settings.max_upload_mb
    for size in (limit * 1_000_000 + 1, (limit + 2) * 1024 * 1024):
        body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n%b\r\n--b--\r\n' % (
            b"x" * size
        )
        reply = shared_api.post("/files", data=body, content_type="multipart/form-data; boundary=b")
        assert (reply.status_code, reply.json["error"]["code"]) == (413, "too_large")


def test_only_those_who_may_see_the_case_get_its_files(api: Api) -> None:
    sales = api.as_("sales1")
    file_id = send(sales, "a.txt", b"a").json["id"]
    assert sales.get(f"/files/{file_id}").status_code == 200
    assert api.as_("sales2").get(f"/files/{file_id}").status_code == 404
    number = sales.file()["number"]
    task = sales.task(number)
    data = {"intake": {"urgency": "low", "attachments": [file_id]}}
    assert sales.post(f"/tasks/{task['id']}/complete", {"data": data}).status_code == 200
    assert api.as_("sales2").get(f"/files/{file_id}").status_code == 200
    assert api.as_("production1").get(f"/files/{file_id}").status_code == 404
    assert [file["id"] for file in api.get(f"/complaints/{number}").json["files"]] == [file_id]


def test_nobody_puts_anothers_file_into_a_case(api: Api, filed: dict[str, Any]) -> None:
    file_id = send(api.as_("production1"), "a.txt", b"a").json["id"]
    task = api.task(filed["number"])
    data = {"intake": {"urgency": "low", "attachments": [file_id]}}
    assert api.as_("sales1").post(f"/tasks/{task['id']}/complete", {"data": data}).status_code == 422
