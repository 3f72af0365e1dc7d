"""The life of a draft over REST: brought as a zip, proposed, published, taken back, fetched again."""

from io import BytesIO
from typing import Any

from server.domain.bundle import Bundle
from tests.integration.api.test_definitions import zipped
from tests.rest import Api

DRAFTS = "/definitions/complaint/drafts"
RENAMED = zipped((b"Receive the complaint", b"Receive this complaint"))


def begun(api: Api, data: bytes = RENAMED, **fields: str) -> dict[str, Any]:
    reply = api.post(DRAFTS, data={"bundle": (BytesIO(data), "bundle.zip"), **fields})
    assert reply.status_code == 201, reply.json
    return dict(api.get(f"{DRAFTS}/{reply.json['id']}").json)


def test_a_zip_becomes_a_version_in_two_steps(api: Api) -> None:
    draft = begun(api, title="In fewer words")
    assert (draft["title"], draft["base"], draft["state"]) == ("In fewer words", 1, "open")
    assert [file["path"] for file in draft["files"] if file["change"]] == ["complaint.bpmn"]
    assert [one["id"] for one in api.get(DRAFTS).json["items"]] == [draft["id"]]
    reply = api.post(f"{DRAFTS}/{draft['id']}/publish", {"revision": draft["revision"], "note": "shorter"})
    assert (reply.status_code, reply.json["version"]) == (201, 2)
    assert api.get(DRAFTS).json["items"] == []
    assert api.get(f"{DRAFTS}/{draft['id']}").json["state"] == "published"


def test_a_call_repeated_by_its_id_makes_one_draft_and_one_version(api: Api) -> None:
    first = api.post(DRAFTS, {"title": "Once", "command_id": "d1"}).json
    assert api.post(DRAFTS, {"title": "Once", "command_id": "d1"}).json == first
    draft = begun(api)
    body = {"revision": draft["revision"], "command_id": "p1"}
    answers = [api.post(f"{DRAFTS}/{draft['id']}/publish", body) for _ in range(2)]
    assert [(one.status_code, one.json["version"]) for one in answers] == [(201, 2), (201, 2)]


def test_proposed_returned_and_given_up(api: Api) -> None:
    draft = begun(api)
    here = f"{DRAFTS}/{draft['id']}"
    assert api.post(f"{here}/propose", {"revision": draft["revision"] + 1}).json["error"]["code"] == "draft.changed"
    assert api.post(f"{here}/propose", {"revision": draft["revision"]}).json["state"] == "proposed"
    assert api.post(f"{here}/return", {"note": "Not yet"}).json["state"] == "open"
    assert api.post(f"{here}/discard").json["state"] == "discarded"
    refused = api.post(f"{here}/publish", {"revision": draft["revision"]})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "draft.closed")


def test_back_to_an_earlier_version(api: Api) -> None:
    assert api.post("/definitions/complaint/publish", data=RENAMED, content_type="application/zip").status_code == 201
    assert api.post("/definitions/complaint/rollback", {"to": 1, "note": "It was clearer"}).json["version"] == 1
    assert api.get("/definitions").json["items"][0]["version"] == 1
    assert api.task(api.file()["number"])["name"] == "Receive the complaint"
    assert api.post("/definitions/complaint/rollback", {"to": 9}).status_code == 404
    assert api.as_("sales1").post("/definitions/complaint/rollback", {"to": 2}).status_code == 403


def test_files_come_back_as_they_were_sent(api: Api) -> None:
    draft = begun(api)
    sent = Bundle.from_zip(RENAMED)
    assert Bundle.from_zip(api.get(f"{DRAFTS}/{draft['id']}/bundle").data).digest == sent.digest
    api.post(f"{DRAFTS}/{draft['id']}/publish", {"revision": draft["revision"]})
    assert Bundle.from_zip(api.get("/definitions/complaint/versions/2/bundle").data).digest == sent.digest
    assert api.get("/definitions/complaint/versions/3/bundle").status_code == 404


def test_a_draft_is_found_under_its_own_application_alone(api: Api) -> None:
    draft = begun(api)
    assert api.get(f"/definitions/returns/drafts/{draft['id']}").status_code == 404
    wrong = api.post("/definitions/returns/publish", data=RENAMED, content_type="application/zip")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (422, "bundle.application")
    assert api.as_("sales1").post(DRAFTS, {"title": "Mine"}).status_code == 403
