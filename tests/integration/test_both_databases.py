"""Where SQLite and PostgreSQL differ by themselves, the house does the same on both."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from server.app import create_app
from server.casework.context import Context
from server.clock import ManualClock
from server.commands.amend_case import AmendCase
from server.commands.file_complaint import FileComplaint
from server.persistence.models import CaseFile, Incident, Job
from server.queries.complaint_list import complaint_list
from server.queries.paging import encode
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs, token_of
from tests.rest import Api


@pytest.fixture
def api(house: Context) -> Api:
    return Api(house, create_app(house), token_of(house, "admin"))


def file(house: Context, customer: str, description: str = "Cracked housing") -> str:
    fields = {"customer": {"name": customer}, "problem": {"description": description}}
    filing = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)
    return str(house.execute(filing).body["number"])


@pytest.mark.parametrize("q", ["MÜLLER", "müller", "ller & s", "ü"])
def test_a_search_does_not_mind_capital_letters(house: Context, q: str) -> None:
    number = file(house, "Müller & Söhne")
    file(house, "Muller")
    found = complaint_list(house, actor(house, "admin"), language="en", q=q)
    assert [item["number"] for item in found["items"]] == [number]


def test_a_search_takes_wildcards_as_they_are(house: Context) -> None:
    number = file(house, "100%_pure\\")
    file(house, "100 pure")
    for q in ("0%_p", "e\\"):
        found = complaint_list(house, actor(house, "admin"), language="en", q=q)
        assert [item["number"] for item in found["items"]] == [number]


def test_numbers_come_back_as_they_were_written(house: Context) -> None:
    """In jsonb -0.0 would lose its sign, and a large float its point: the history's digests would not fit any more."""
    number = file(house, "ACME")
    for cost in (-0.0, 2.5e-7, 0.1 + 0.2, 1e9):
        data = {"grading": {"cost": cost}}
        amend = AmendCase(actor=actor(house, "admin"), number=number, reason="counted", data=data)
        house.execute(amend)
        with house.read() as connection:
            kept = connection.execute(select(CaseFile.data)).scalar_one()["grading"]["cost"]
        assert repr(kept) == repr(cost)
    assert audit_house(house) == []


@pytest.mark.parametrize("number", [2**31, 2**40, 2**63 - 1, 10**25])
def test_an_id_nobody_has_is_not_found_however_large(api: Api, number: int) -> None:
    assert api.post(f"/incidents/{number}/retry").status_code == 404


@pytest.mark.parametrize("path", ["/complaints", "/mailbox", "/incidents"])
@pytest.mark.parametrize("key", [2**31, 2**40, 2**63 - 1, -(2**63) + 1])
def test_a_cursor_with_a_large_number_is_no_fault(api: Api, path: str, key: int) -> None:
    api.file()
    cursor = encode(api.context.clock.now(), key) if path == "/complaints" else encode(key)
    assert api.get(f"{path}?cursor={cursor}").status_code in (200, 400, 404)


NUL = quote("a\0b")


@pytest.mark.parametrize(
    "path",
    [
        f"/complaints/{NUL}",
        f"/tasks/{NUL}",
        f"/instances/{NUL}",
        f"/files/{NUL}",
        f"/complaints?q={NUL}",
        f"/complaints?customer={NUL}",
        f"/tasks?case={NUL}",
        f"/tasks?assignee={NUL}",
    ],
)
def test_a_nul_character_in_a_call_is_refused(api: Api, path: str) -> None:
    assert api.get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    "path", [f"/complaints/{NUL}", f"/tasks/{NUL}", f"/files/{NUL}", f"/status/{NUL}", f"/login/{NUL}"]
)
def test_a_nul_character_in_an_address_leads_nowhere(house: Context, path: str) -> None:
    app = create_app(house)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    visitor = app.test_client()
    with visitor.session_transaction() as session:
        session.clear()
    assert 300 <= visitor.get(path).status_code < 500


@pytest.mark.parametrize(
    "path", [f"/complaints?q={NUL}", f"/tasks?q={NUL}", f"/complaints/{NUL}", f"/tasks/{NUL}", f"/status/{NUL}"]
)
def test_a_nul_character_on_a_page_is_no_fault(visitor, path: str) -> None:  # type: ignore[no-untyped-def]
    assert visitor.get(path).status_code < 500


@pytest.fixture
def visitor(house: Context):  # type: ignore[no-untyped-def]
    """Somebody who is logged in, and what the pages' forms send with."""
    app = create_app(house)
    app.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/login", data={"demo": "admin"})
    return client


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/login", {"username": "a\0b", "password": "c\0d"}),
        ("/complaints/new", {"customer.name": "a\0b", "problem.description": "c"}),
    ],
)
def test_a_nul_character_in_a_form_is_no_fault(visitor, path: str, sent: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    assert visitor.post(path, data=sent).status_code < 500


def test_a_worker_that_fails_with_a_nul_character_ends_at_the_repair_desk(house: Context, tmp_path) -> None:  # type: ignore[no-untyped-def]
    workshop.publish(house, workshop.single("grading.inputs@1"))
    workshop.file(house)
    real = house.topics.run

    def run(_job: object) -> None:
        raise RuntimeError("the reader said \0\0")

    house.topics.run = run  # type: ignore[method-assign]
    for _ in range(3):
        assert drain_jobs(house) == 1
        assert isinstance(house.clock, ManualClock)
        house.clock.advance(timedelta(hours=1))
    house.topics.run = real  # type: ignore[method-assign]
    with house.read() as connection:
        assert connection.execute(select(Job.state)).scalar_one() == "incident"
        assert "the reader said" in connection.execute(select(Incident.message)).scalar_one()
    assert audit_house(house) == []


def test_a_worker_whose_result_holds_a_nul_character_has_failed(house: Context) -> None:
    workshop.publish(house, workshop.single("grading.inputs@1"))
    workshop.file(house)
    house.topics.run = lambda _job: {"text": "a\0b"}  # type: ignore[method-assign]
    assert drain_jobs(house) == 1
    with house.read() as connection:
        assert connection.execute(select(Job.state)).scalar_one() == "ready"
    assert audit_house(house) == []
