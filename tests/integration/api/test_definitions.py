"""The life of a version, as far as scripts reach it."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from server.domain.bundle import Bundle
from tests.rest import Api

ROOT = Path(__file__).parents[3]


def zipped(change: tuple[bytes, bytes] | None = None) -> bytes:
    """The bundled application, one text of its diagram replaced."""
    files = dict(Bundle.from_folder(ROOT, "complaint").items())
    if change is not None:
        assert change[0] in files["complaint.bpmn"]
        files["complaint.bpmn"] = files["complaint.bpmn"].replace(*change)
    return Bundle(files).to_zip()


def send(api: Api, data: bytes) -> TestResponse:
    return api.post("/definitions", data=data, content_type="application/zip")


def test_what_is_published(shared_api: Api) -> None:
    (complaint,) = [item for item in shared_api.get("/definitions").json["items"] if item["key"] == "complaint"]
    assert complaint["version"] == 1
    assert complaint["title"] == "Customer complaint"
    assert shared_api.get("/definitions", language="zh-CN").json["items"][0]["title"] == "客户投诉"


def test_the_bundled_application_passes_the_check(shared_api: Api) -> None:
    report = shared_api.get("/definitions/complaint/check").json
    assert report["ok"], report["findings"]
    assert "complaint.bpmn" in report["files"]
    assert shared_api.get("/definitions/nope/check").status_code == 404


def test_publishing(api: Api) -> None:
    old = api.file()
    same = send(api, zipped())
    assert (same.status_code, same.json["version"]) == (200, 1)
    new = send(api, zipped((b"Receive the complaint", b"Receive this complaint")))
    assert (new.status_code, new.json["version"]) == (201, 2)
    young = api.file()
    assert api.get(f"/instances/{old['instance_id']}").json["version"] == 1
    assert api.get(f"/instances/{young['instance_id']}").json["version"] == 2
    assert api.task(old["number"])["name"] == "Receive the complaint"
    assert api.task(young["number"])["name"] == "Receive this complaint"


def test_publishing_as_a_form(api: Api) -> None:
    data = {"bundle": (BytesIO(zipped((b"Receive the complaint", b"Take it"))), "complaint.zip"), "note": "shorter"}
    reply = api.post("/definitions", data=data)
    assert reply.status_code == 201
    assert api.get("/definitions").json["items"][0]["versions"][0]["note"] == "shorter"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"calledDecisionId>grading<", b"calledDecisionId>nothing<"),
        (b'value="receive"', b'value="no_such_form"'),
        (b'id="grading.inputs@1"', b'id="no.such_topic@1"'),
        (b'default="Flow_Gateway_Validity_cause_side"', b""),
    ],
)
def test_what_the_check_finds_wrong_is_not_published(api: Api, old: bytes, new: bytes) -> None:
    reply = send(api, zipped((old, new)))
    error = reply.json["error"]
    assert (reply.status_code, error["code"]) == (422, "definition.findings")
    assert all(detail["message"] and detail["element"] for detail in error["details"])
    assert api.get("/definitions").json["items"][0]["version"] == 1


def bomb() -> bytes:
    found = BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("workflows/complaint/complaint.bpmn", b"0" * 200_000_000)
    return found.getvalue()


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip", zipped()[:-100], b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_bundle(shared_api: Api, data: bytes) -> None:
    assert send(shared_api, data).status_code in (400, 422)


def test_a_bomb(shared_api: Api) -> None:
    assert send(shared_api, bomb()).status_code in (413, 422)


@pytest.mark.parametrize("kind", ["application/json", "application/octet-stream", "text/plain"])
def test_other_content_types(shared_api: Api, kind: str) -> None:
    assert shared_api.post("/definitions", data=b"{}", content_type=kind).status_code == 415


def test_only_process_owners_publish(shared_api: Api) -> None:
    assert send(shared_api.as_("quality1"), zipped()).status_code == 403
    assert send(shared_api.as_("owner"), zipped()).status_code == 200
