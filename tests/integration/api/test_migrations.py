"""Rehearsing, migrating and taking back over REST."""

import json
from typing import Any

from server.domain.bundle import Bundle
from server.runner.migrations import continue_runs
from server.runner.ticks import Ticks
from tests.crowd import publish_unchecked
from tests.mutations import Draft
from tests.rest import Api


def renamed(target: str = "Take it in") -> bytes:
    """A version in which the first step has another name."""
    draft = Draft().open("complaint")
    draft.find("receive").set("name", f"接单\n{target}")
    return draft.bundle().to_zip()


def rehearse(api: Api, data: bytes, **options: Any):  # type: ignore[no-untyped-def]
    return api.post("/definitions/complaint/rehearse", data=data, content_type="application/zip", **options)


def test_from_rehearsal_to_undo(api: Api) -> None:
    filed = api.file()
    owner = api.as_("owner")
    found = rehearse(owner, renamed())
    assert found.status_code == 200, found.json
    assert (found.json["ok"], found.json["version"], found.json["verdicts"]["safe"]) == (True, None, 1)
    assert owner.post("/definitions", data=renamed(), content_type="application/zip").status_code == 201
    again = owner.post("/definitions/complaint/rehearse", {"to": 2})
    assert [item["verdict"] for item in again.json["items"]] == ["safe"]
    asked = {"to": 2, "instances": [filed["number"]], "command_id": "m1"}
    ordered = owner.post("/definitions/complaint/migrate", asked)
    assert (ordered.status_code, ordered.json["cases"]) == (202, 1)
    assert owner.post("/definitions/complaint/migrate", asked).json == ordered.json
    where = f"/definitions/complaint/migrations/{ordered.json['id']}"
    assert owner.get(where).json["state"] == "running"
    assert owner.get(where).json["counts"]["waiting"] == 1
    Ticks(api.context).migrate()
    run = owner.get(where).json
    assert (run["state"], run["counts"]["migrated"], run["started_by"]) == ("done", 1, "owner")
    assert api.get(f"/instances/{filed['instance_id']}").json["version"] == 2
    assert api.task(filed["number"])["name"] == "Take it in"
    (listed,) = owner.get("/definitions/complaint/migrations").json["items"]
    assert listed["id"] == ordered.json["id"]
    elsewhere = f"/definitions/other/migrations/steps/{run['items'][0]['step']}/undo"
    assert owner.post(elsewhere).status_code == 404
    undo = f"/definitions/complaint/migrations/steps/{run['items'][0]['step']}/undo"
    assert owner.post(undo).json == {"state": "undone", "instance_id": filed["instance_id"]}
    assert api.get(f"/instances/{filed['instance_id']}").json["version"] == 1
    assert api.task(filed["number"])["name"] != "Take it in"
    assert owner.get(where).json["items"][0]["state"] == "undone"


def test_reasons_are_told_in_the_readers_language(api: Api) -> None:
    filed = api.file()
    draft = Draft().open("complaint")
    draft.remove("receive")
    (item,) = rehearse(api, draft.bundle().to_zip()).json["items"]
    assert (item["number"], item["verdict"]) == (filed["number"], "needs_mapping")
    assert "“Receive the complaint”" in item["reasons"][0]["message"]
    (item,) = rehearse(api, draft.bundle().to_zip(), language="zh-CN").json["items"]
    assert "接到投诉" in item["reasons"][0]["message"] or "Receive" not in item["reasons"][0]["message"]


def test_a_case_that_moved_on_is_not_taken_back(api: Api) -> None:
    filed = api.file()
    api.post("/definitions", data=renamed(), content_type="application/zip")
    run = api.post("/definitions/complaint/migrate", {"to": 2}).json["id"]
    continue_runs(api.context, 60)
    (step,) = api.get(f"/definitions/complaint/migrations/{run}?limit=1").json["items"]
    api.post(f"/tasks/{api.task(filed['number'])['id']}/claim")
    refused = api.post(f"/definitions/complaint/migrations/steps/{step['step']}/undo")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "migration.moved")


def test_what_is_refused(api: Api) -> None:
    sales = api.as_("sales1")
    assert sales.post("/definitions/complaint/rehearse", {}).status_code == 403
    assert sales.post("/definitions/complaint/migrate", {"to": 1}).status_code == 403
    for url, body, status, code in (
        ("/definitions/complaint/migrate", {"to": 7}, 404, "not_found.version"),
        ("/definitions/complaint/migrate", {"to": 1, "instances": ["x"]}, 404, "not_found.case"),
        ("/definitions/complaint/migrate", {}, 400, "malformed.required"),
        ("/definitions/nope/rehearse", {}, 404, "not_found.definition"),
        ("/definitions/complaint/rehearse", {"to": 7}, 404, "not_found.version"),
        ("/definitions/complaint/migrations/steps/7/undo", None, 404, "not_found.migration"),
    ):
        reply = api.post(url, body)
        assert (reply.status_code, reply.json["error"]["code"]) == (status, code), url
    assert api.get("/definitions/complaint/migrations/7").status_code == 404
    files = dict(Bundle.from_zip(renamed()))
    files["application.toml"] = files["application.toml"].replace(b'key = "complaint"', b'key = "other"')
    assert rehearse(api, Bundle(files).to_zip()).json["error"]["code"] == "bundle.application"


def replaced() -> bytes:
    draft = Draft().open("complaint")
    draft.remove("receive")
    draft.task("take_over", "quality", form="record")
    draft.behind("record", "take_over")
    return draft.bundle().to_zip()


def test_what_is_rehearsed_with_a_mapping_is_migrated_with_it(api: Api) -> None:
    filed = api.file()
    owner = api.as_("owner")
    told = {"receive": "take_over"}
    assert [item["verdict"] for item in rehearse(owner, replaced()).json["items"]] == ["needs_mapping"]
    found = rehearse(owner, replaced(), query_string={"mapping": json.dumps(told)})
    assert [item["verdict"] for item in found.json["items"]] == ["safe"]
    publish_unchecked(api.context, Bundle.from_zip(replaced()))
    again = owner.post("/definitions/complaint/rehearse", {"to": 2, "mapping": told})
    assert [item["verdict"] for item in again.json["items"]] == ["safe"]
    ordered = owner.post("/definitions/complaint/migrate", {"to": 2, "mapping": told})
    continue_runs(api.context, 60)
    run = owner.get(f"/definitions/complaint/migrations/{ordered.json['id']}").json
    assert (run["counts"]["migrated"], run["mapping"]) == (1, told)
    assert api.task(filed["number"])["element_id"] == "take_over"


def test_a_mapping_that_is_none_is_told(api: Api) -> None:
    api.file()
    owner = api.as_("owner")
    for mapping, status in (({"receive": "nowhere"}, 422), ({"receive": "/a"}, 400), ({"receive": 1}, 400)):
        told = owner.post("/definitions/complaint/migrate", {"to": 1, "mapping": mapping})
        assert told.status_code == status, told.json
    assert rehearse(owner, replaced(), query_string={"mapping": "["}).status_code == 400
    assert rehearse(owner, replaced(), query_string={"mapping": "[]"}).json["error"]["code"] == "malformed.mapping"
