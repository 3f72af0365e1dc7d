"""PostgreSQL's own troubles: locks that last, deadlocks, a server that restarts or is killed. Nobody sees a fault of ours.

The server that dies here is one of its own, and syncs as a real one does.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, func, select, update

from server.app import build_context, create_app
from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.create_token import CreateToken
from server.commands.file_complaint import FileComplaint
from server.domain.rejection import Rejected
from server.persistence import postgres as door
from server.persistence.database import Database
from server.persistence.models import CaseFile, ProcessInstance, Site
from server.persistence.schema import upgrade
from server.persistence.trouble import DatabaseBusy
from server.queries.complaint_list import complaint_list
from server.settings import Settings
from server.start import prepare
from tests import postgres
from tests.durability.audit import audit_house
from tests.durability.processes import SECRET
from tests.house import actor

pytestmark = pytest.mark.postgresql("SQLite has one writer and no server")

FIELDS = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    try:
        made = postgres.Server(postgres.programs(), durable=True).start()
    except postgres.NoServer as why:
        postgres.missing(str(why))
    yield made
    made.remove()


@pytest.fixture
def mortal(server: postgres.Server, tmp_path: Path) -> Iterator[Context]:
    """A house on the server that may die."""
    name = f"mortal_{tmp_path.name[-40:].lower().replace('-', '_')}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = server.url.replace("/postgres?", f"/{name}?")
    context = build_context(Settings(data_dir=tmp_path, database_url=url, secret_key=SECRET))
    prepare(context, demo=True)
    context.demo = True
    yield context
    context.database.close()


def filing(house: Context, command_id: str | None = None) -> FileComplaint:
    return FileComplaint(actor=actor(house, "sales1"), command_id=command_id, channel="phone", fields=FIELDS)


def complaints(house: Context) -> int:
    with house.read() as connection:
        return int(connection.execute(select(func.count(CaseFile.id))).scalar_one())


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_restarted_is_reached_again(mortal: Context, server: postgres.Server, how: str) -> None:
    first = mortal.execute(filing(mortal)).body["number"]
    getattr(server, how)()
    server.start()
    assert complaints(mortal) == 1
    second = mortal.execute(filing(mortal)).body["number"]
    assert [number[-4:] for number in (first, second)] == ["0001", "0002"]
    assert audit_house(mortal) == []


def test_while_the_server_is_away_everybody_is_told_so(mortal: Context, server: postgres.Server) -> None:
    who, token = actor(mortal, "admin"), mortal.execute(CreateToken(actor=SYSTEM, username="admin")).body["token"]
    command, client = filing(mortal, "while-away"), create_app(mortal).test_client()
    bearer = {"Authorization": f"Bearer {token}"}
    server.stop()
    try:
        for ask in (lambda: mortal.execute(command), lambda: complaint_list(mortal, who, language="en")):
            with pytest.raises(Rejected) as refusal:
                ask()
            assert refusal.value.code == "unavailable"
        read = client.get("/api/v1/complaints", headers=bearer)
        assert (read.status_code, read.json["error"]["code"]) == (503, "unavailable")
        page = client.post("/login", data={"username": "admin", "password": "x"})
        assert page.status_code in (400, 503)
    finally:
        server.start()
    assert complaints(mortal) == 0
    mortal.execute(command)
    assert (complaints(mortal), audit_house(mortal)) == (1, [])


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_server_killed_at_a_commit_loses_nothing_and_doubles_nothing(
    mortal: Context, server: postgres.Server, point: str
) -> None:
    """Killed just before the commit, the work is done again; just after it, the answer is found in the record."""

    def die(reached: str) -> None:
        if reached == f"file_complaint.{point}":
            mortal.database.probe = lambda _point: None
            server.kill()
            server.start()

    mortal.database.probe = die
    answer = mortal.execute(filing(mortal, "killed"))
    assert answer.status == 201
    assert mortal.execute(filing(mortal, "killed")) == answer
    assert (complaints(mortal), audit_house(mortal)) == (1, [])


def lose_next_answer(database: Database) -> None:
    """The next commit takes place, and the connection is gone before it is confirmed."""
    real = database._say

    def say(connection: Connection, word: str) -> None:
        real(connection, word)
        if word == "COMMIT":
            database._say = real  # type: ignore[method-assign]
            driver: Any = connection.connection.driver_connection
            address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            with psycopg.connect(address) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))
            real(connection, word)

    database._say = say  # type: ignore[method-assign]


def test_a_commit_whose_answer_was_lost_is_found_under_its_id(mortal: Context) -> None:
    command, plain = filing(mortal, "in-doubt"), filing(mortal)
    lose_next_answer(mortal.database)
    assert mortal.execute(command).status == 201
    assert complaints(mortal) == 1
    lose_next_answer(mortal.database)
    with pytest.raises(Rejected) as refusal:
        mortal.execute(plain)  # without an id nobody could tell it from a new one
    assert refusal.value.code == "unavailable"
    assert "before you try again" in refusal.value.text("en")
    assert (complaints(mortal), audit_house(mortal)) == (2, [])


def test_acknowledged_commands_survive_a_server_that_dies_again_and_again(
    mortal: Context, server: postgres.Server
) -> None:
    told: dict[str, tuple[int, object]] = {}
    codes: set[str] = set()
    over = threading.Event()

    def write(writer: int) -> None:
        number = 0
        while not over.is_set() or number == 0:
            try:
                answer = mortal.execute(filing(mortal, f"{writer}-{number}"))
            except Rejected as refusal:
                codes.add(refusal.code)
                continue
            told[f"{writer}-{number}"] = (answer.status, answer.body)
            number += 1

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, writer) for writer in range(3)]
        for _ in range(4):
            over.wait(0.6)
            server.kill()
            server.start()
        over.set()
        for writer in writers:
            writer.result(60)
    assert len(told) >= 3
    assert codes <= {"unavailable"}
    assert audit_house(mortal, told) == []
    assert complaints(mortal) == len(told)


def test_a_lock_that_lasts_is_a_conflict_and_no_fault(mortal: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    number = mortal.execute(filing(mortal)).body["number"]
    monkeypatch.setitem(door.SESSION, "lock_timeout", "50ms")
    impatient = build_context(mortal.settings)
    command = AmendCase(
        actor=actor(mortal, "admin"), number=number, reason="misheard", data={"customer": {"contact": "Wang"}}
    )
    with mortal.database.write("hold") as connection:
        connection.execute(update(ProcessInstance).values(state_reason="held"))
        with pytest.raises(Rejected) as refusal:
            impatient.execute(command)
    assert refusal.value.code == "case.conflict"
    impatient.execute(command)
    impatient.database.close()


def test_of_two_in_a_deadlock_one_is_told_to_try_again(mortal: Context) -> None:
    gate = threading.Barrier(2)
    with mortal.database.write("more") as connection:
        connection.execute(Site.__table__.insert(), [{"key": "ZZ", "name": "ZZ", "timezone": "UTC"}])

    def cross(first: str, second: str) -> str:
        try:
            with mortal.database.write("cross") as connection:
                connection.execute(update(Site).where(Site.key == first).values(name="x"))
                gate.wait(10)
                connection.execute(update(Site).where(Site.key == second).values(name="x"))
        except DatabaseBusy:
            return "busy"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(cross, ("HQ", "ZZ"), ("ZZ", "HQ")))
    assert ends == ["busy", "done"]


def test_a_database_that_cannot_hold_chinese_is_refused(server: postgres.Server) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
    database = Database(server.url.replace("postgresql:", "postgresql+psycopg:").replace("/postgres?", "/latin?"))
    with pytest.raises(door.UnfitServer, match="LATIN1"):
        upgrade(database)
    database.close()
