"""`GET /where-stuck` and `GET /where-stuck/cases`."""

import pytest

from server.casework.context import Context
from tests.house import drain_jobs, token_of
from tests.rest import Api


@pytest.fixture
def two(api: Api, house: Context) -> list[str]:
    """Two complaints that wait to be received."""
    found = []
    for name in ("ACME", "Other"):
        fields = {"customer": {"name": name}, "problem": {"description": "Cracked"}, "product": {"part_no": "P-1"}}
        found.append(str(api.post("/complaints", {"channel": "phone", "fields": fields}).json["number"]))
    drain_jobs(house)
    return found


def test_places_with_their_figures(api: Api, two: list[str]) -> None:
    told = api.get("/where-stuck?definition=complaint").json
    (place,) = told["elements"]
    assert (place["element_id"], place["cases"], place["steps"], place["late"]) == ("receive", 2, 2, 0)
    assert (place["waiting_seconds"], place["group"], place["calls"]) == (0, "sales", None)
    assert (told["totals"]["cases"], told["currency"], told["at_risk_hours"]) == (2, "CNY", 8.0)
    (left,) = (one for one in api.get("/where-stuck?definition=complaint&from=2026-03-01").json["elements"])
    assert (left["element_id"], left["cases"]) == ("acknowledge", 2)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        *(("customer=ACME", 1), ("customer=acme", 0), ("part=P-1", 2), ("group=sales", 2), ("group=quality", 0)),
        *(("site=HQ", 2), ("site=SZ", 0), ("level=1", 0), ("person=sales1", 0), ("to=2026-03-01", 0)),
    ],
)
def test_filters(api: Api, two: list[str], asked: str, count: int) -> None:
    places = api.get(f"/where-stuck?definition=complaint&{asked}").json["elements"]
    assert sum(one["cases"] for one in places if one["element_id"] == "receive") == count
    cases = api.get(f"/where-stuck/cases?definition=complaint&element=receive&{asked}").json["items"]
    assert len(cases) == count


def test_the_cases_of_a_step_in_pages(api: Api, two: list[str]) -> None:
    first = api.get("/where-stuck/cases?definition=complaint&element=receive&limit=1").json
    second = api.get(f"/where-stuck/cases?definition=complaint&element=receive&limit=1&cursor={first['next']}").json
    assert [one["case_number"] for one in (*first["items"], *second["items"])] == two
    assert second["next"] is None
    (case,) = second["items"]
    assert (case["customer"], case["part"], case["owner"], case["is_late"]) == ("Other", "P-1", None, False)
    assert case["left_seconds"] > 0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/where-stuck", 400, "malformed.required"),
        ("/where-stuck?definition=nothing", 404, "not_found.definition"),
        ("/where-stuck?definition=complaint&inside=receive", 404, "not_found.part"),
        ("/where-stuck?definition=complaint&from=2026-05-01&to=2026-04-01", 400, "malformed.period"),
        ("/where-stuck/cases?definition=complaint&element=receive&cursor=odd", 400, "malformed.cursor"),
    ],
)
def test_refusals(api: Api, path: str, status: int, code: str) -> None:
    reply = api.get(path)
    assert (reply.status_code, reply.json["error"]["code"]) == (status, code)


def test_only_who_may(api: Api, house: Context, two: list[str]) -> None:
    other = Api(house, api.app, token_of(house, "sales1"))
    for path in ("/where-stuck?definition=complaint", "/where-stuck/cases?definition=complaint&element=receive"):
        assert other.get(path).json["error"]["code"] == "forbidden.permission"
