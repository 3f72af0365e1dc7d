"""`GET /complaints/{number}/similar`."""

from tests.rest import Api


def file(api: Api, text: str) -> str:
    fields = {"customer": {"name": "ACME"}, "product": {"part_no": "CP-210-3"}, "problem": {"description": text}}
    return str(api.post("/complaints", {"channel": "phone", "fields": fields}).json["number"])


def test_the_most_similar_come_first_and_the_complaint_itself_never(api: Api) -> None:
    first, second = file(api, "Flash along the parting line"), file(api, "盖板翘曲，放不平")
    new = file(api, "burrs at the parting line")
    reply = api.get(f"/complaints/{new}/similar")
    assert reply.status_code == 200
    assert [one["number"] for one in reply.json["items"]] == [first, second]
    assert reply.json["items"][0]["score"] > reply.json["items"][1]["score"]
    assert [one["number"] for one in api.get(f"/complaints/{new}/similar?limit=1").json["items"]] == [first]


def test_limits_and_numbers_that_cannot_be(api: Api) -> None:
    number = file(api, "x")
    for limit in ("0", "11", "many"):
        reply = api.get(f"/complaints/{number}/similar?limit={limit}")
        assert (reply.status_code, reply.json["error"]["field"]) == (400, "/limit")
    assert api.get("/complaints/HQ-2026-9999/similar").json["error"]["code"] == "not_found.case"
