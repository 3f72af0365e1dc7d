"""The demo's year: played aside, brought over whole, without doubles, without taking anybody's number."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import Request, urlopen

import psutil
import pytest
from sqlalchemy import Column, ForeignKey, Integer, Table, func, insert, select, update

from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.domain import history
from server.persistence.models import (
    Attachment,
    Base,
    CaseFile,
    DefinitionVersion,
    HistoryEvent,
    HistoryPayload,
    OutboxMail,
    ProcessInstance,
    UserAccount,
    UserTask,
)
from server.queries.complaint_detail import complaint_detail
from server.runner.samples import SAMPLES
from server.runner.ticks import Ticks
from server.simulation import demo_year
from server.simulation.demo_year import FOLDER, HALVES, DemoYear, Note, bring_half, finish_year, play_half
from server.simulation.moving import LEFT_BEHIND, Missing, Move, tables_of_a_case
from tests.acceptance.support.server_process import ServerProcess
from tests.house import START, actor, build, drain_jobs

T = TypeVar("T")
COMPLAINTS = 9
PATIENCE = 240
"""Seconds; the machine of the tests may have much else to do."""
UNTIL = "2026-03-01T16:00:00+00:00"
"""Midnight at the site, of the day on which the tests' clock stands."""
OURS = {"id", "case_id", "other_id", "user_task_id", "hash", "digest", "history_hash", "idempotency_key", "sent_at",
        "counted_by"}  # fmt: skip
"""What may be another in the other house; a mail's `state` is looked at by itself."""


@pytest.fixture(scope="module")
def year(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the year was played: what the process leaves before it brings anything over."""
    folder = tmp_path_factory.mktemp("year") / FOLDER
    settings = _settings(prepared_folder)
    for half in (0, 1):
        play_half(settings, _note(), folder, half)
    return folder


def _settings(prepared_folder: Path) -> Any:
    house = build(prepared_folder)
    house.database.close()
    return house.settings


def _note(**more: Any) -> Note:
    first, last = {"2025": 1, "2026": 1}, {"2025": 60, "2026": 60}
    return Note(COMPLAINTS, UNTIL, **({"first": first, "last": last} | more))


def _ready(house: Context, year: Path, monkeypatch: pytest.MonkeyPatch) -> DemoYear:
    """The house just before the process brings over what it has played."""
    monkeypatch.setattr(demo_year, "_room", lambda complaints: 60)
    house.settings.__dict__["demo_complaints"] = COMPLAINTS
    waiting = DemoYear(house)
    waiting.take_numbers()
    shutil.copytree(year, house.settings.data_dir / FOLDER)
    return waiting


def _halves(house: Context) -> list[Context]:
    folder, until = house.settings.data_dir / FOLDER, datetime.fromisoformat(UNTIL)
    return [demo_year._side(house.settings, folder / half, until) for half in HALVES]


def bring_year(house: Context, note: Note) -> int:
    """As the two processes do it, one after the other."""
    first, second = (bring_half(house, note, half) for half in (0, 1))
    finish_year(house, note, second.used)
    return first.complaints + second.complaints


def _numbers(house: Context) -> list[str]:
    with house.read() as connection:
        return list(connection.execute(select(CaseFile.number).order_by(CaseFile.number)).scalars())


def _file(house: Context) -> str:
    fields = {"customer": {"name": "宁波华誉"}, "problem": {"description": "外壳有飞边"}, "product": {"name": "外壳"}}
    filed = house.execute(FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields))
    return str(filed.body["number"])


def test_every_table_that_names_a_case_comes_along_or_is_left_on_purpose() -> None:
    named = {
        table.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in ("case_id", "instance_id", "user_task_id", "job_id", "other_id")
        or any(key.column.table.name in ("case_file", "process_instance") for key in column.foreign_keys)
    }
    assert named | {"case_file"} == {table.name for table in tables_of_a_case()} | LEFT_BEHIND


def test_each_number_of_another_row_in_them_is_known_by_its_foreign_key() -> None:
    known = {"actor_id", "instance_id", "case_id", "version_id"}
    strange = [
        f"{table.name}.{column.name}"
        for table in tables_of_a_case()
        for column in table.columns
        if column.name.endswith(("_id", "_by", "_to")) and not column.foreign_keys and column.name not in known
    ]
    # Ids of the engine and words of workers are texts of their own, the same in every house.
    assert strange == [name for name in strange if name.endswith((".engine_task_id", ".element_id", ".process_id",
                                                                  ".locked_by", ".wait_id", ".counted_by"))]  # fmt: skip


def test_a_table_of_tomorrow_comes_along() -> None:
    tomorrow = Table("tomorrow", Base.metadata, Column("id", Integer, primary_key=True),
                     Column("case_id", ForeignKey("case_file.id")))  # fmt: skip
    try:
        assert tomorrow in tables_of_a_case()
    finally:
        Base.metadata.remove(tomorrow)


def test_all_rows_and_files_come_over_and_the_people_keep_what_they_did(
    house: Context, year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.write("test") as connection:
        # Others were here first, so that nobody has the same number as there.
        named = {"display_name": "x", "site": "HQ", "created_at": START, "language": "en", "is_active": True}
        ids = connection.execute(select(UserAccount.id, UserAccount.username)).all()
        assert len(ids) > 5
        connection.execute(update(UserAccount).values(username=UserAccount.username + "-other"))
        for person in ids:
            connection.execute(insert(UserAccount).values(username=person.username, **named))
    _ready(house, year, monkeypatch)
    first, second = _halves(house)
    rows: dict[str, list[str]] = _rows(first)
    others = _rows(second)
    before = {name: rows[name] + others[name] for name in rows}
    files = sorted({*_files(first), *_files(second)})
    people = sorted([*_doers(first), *_doers(second)])
    assert bring_year(house, _note()) == len(before["case_file"])
    after = _rows(house)
    for name, found in before.items():
        assert Counter(found) == Counter(after[name]), name
    for name in ("user_task", "job", "timer", "outbox_mail", "attachment", "history_event", "history_payload"):
        assert before[name], f"the year has no {name}, which makes this test say less"
    with house.read() as connection:
        assert set(connection.execute(select(UserTask.notice_due)).scalars()) == {0}
    assert _files(house) == files
    assert _doers(house) == people
    _chains_hold(house)
    assert not (house.settings.data_dir / FOLDER).exists()


def _rows(house: Context) -> dict[str, list[str]]:
    """Of each table, what must be the same in every house."""
    found = {}
    with house.read() as connection:
        for table in tables_of_a_case():
            people = {column.name for column in table.columns
                      for key in column.foreign_keys if key.column.table.name == "user_account"}  # fmt: skip
            # What was to be told months ago counts as told, a mail as sent.
            mail = {"outbox_mail": {"state"}, "user_task": {"notice_due"}}.get(table.name, set())
            own = {"actor_id", "version_id"} | OURS | people | mail
            kept = [column for column in table.columns if column.name not in own]
            rows = connection.execute(select(*kept)).mappings()
            found[table.name] = [repr(sorted(_without_incidents(dict(row)).items())) for row in rows]
    return found


def _without_incidents(row: dict[str, Any]) -> dict[str, Any]:
    data = row.get("data")
    return row | {"data": data | {"incident_id": 0}} if isinstance(data, dict) and "incident_id" in data else row


def _files(house: Context) -> list[tuple[str, bytes]]:
    with house.read() as connection:
        query = select(Attachment.sha256).where(Attachment.case_id.is_not(None)).order_by(Attachment.sha256)
        return [
            (sha256, house.files.path(sha256).read_bytes()) for sha256 in connection.execute(query.distinct()).scalars()
        ]


def _doers(house: Context) -> list[tuple[Any, ...]]:
    """Who did what, by name."""
    query = (
        select(HistoryEvent.instance_id, HistoryEvent.seq, HistoryEvent.type, UserAccount.username)
        .outerjoin(UserAccount, UserAccount.id == HistoryEvent.actor_id)
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    with house.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _chains_hold(house: Context) -> None:
    query = (
        select(HistoryEvent, HistoryPayload.data, HistoryPayload.salt)
        .join(HistoryPayload, (HistoryPayload.instance_id == HistoryEvent.instance_id)
              & (HistoryPayload.seq == HistoryEvent.seq))
        .order_by(HistoryEvent.seq)
    )  # fmt: skip
    with house.read() as connection:
        heads = connection.execute(select(ProcessInstance.id, ProcessInstance.history_hash)).all()
        for instance_id, head in heads:
            events = [
                dict(row) for row in connection.execute(query.where(HistoryEvent.instance_id == instance_id)).mappings()
            ]
            assert history.verify(events) == []
            assert events[-1]["hash"] == head


def test_killed_in_the_middle_it_goes_on_without_doubles(
    house: Context, year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ready(house, year, monkeypatch)

    class Killed(BaseException):
        pass

    left = 4

    def probe(point: str) -> None:
        nonlocal left
        left -= point == "bring_case.before"
        if left == 0:
            raise Killed

    house.database.probe = probe
    with pytest.raises(Killed):
        bring_year(house, _note())
    assert len(_numbers(house)) == 3
    house.database.probe = lambda point: None
    total = bring_year(house, _note())
    numbers = _numbers(house)
    assert len(numbers) == len(set(numbers)) == total >= COMPLAINTS
    _chains_hold(house)
    assert DemoYear(house)._note is None, "it is loaded once"


def test_nobody_gets_a_number_of_the_year_and_none_is_left_out_when_nobody_filed(
    house: Context, year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ready(house, year, monkeypatch)
    meanwhile = _file(house)
    assert meanwhile == "HQ-2026-0061"
    bring_year(house, _note())
    assert _file(house) == "HQ-2026-0062"
    numbers = _numbers(house)
    assert len(numbers) == len(set(numbers))


def test_without_anybody_filing_meanwhile_the_next_number_follows(
    house: Context, year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ready(house, year, monkeypatch)
    bring_year(house, _note())
    last = max(int(number[-4:]) for number in _numbers(house) if "-2026-" in number)
    assert _file(house) == f"HQ-2026-{last + 1:04d}"
    mine = [int(number[-4:]) for number in _numbers(house) if "-2026-" in number]
    assert mine == list(range(1, last + 2))


def test_no_mail_goes_out_again_and_what_is_due_is_little(
    house: Context, year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ready(house, year, monkeypatch)
    bring_year(house, _note())
    with house.read() as connection:
        mails = select(func.count()).select_from(OutboxMail)
        sent = connection.execute(mails.where(OutboxMail.state == "sent")).scalar_one()
        assert sent == connection.execute(mails).scalar_one() > 0
    Ticks(house).fire_timers()
    drain_jobs(house)
    with house.read() as connection:
        fresh = connection.execute(mails.where(OutboxMail.state == "queued")).scalar_one()
        open_now = connection.execute(
            select(func.count()).select_from(ProcessInstance).where(ProcessInstance.ended_at.is_(None))
        ).scalar_one()
        one = connection.execute(select(CaseFile.number).limit(1)).scalar_one()
    assert fresh <= 2 * open_now, "one morning's reminders, not a year's"
    assert complaint_detail(house, actor(house, "quality1"), one, "en")["number"] == one


def test_a_house_with_complaints_is_not_filled(house: Context) -> None:
    _file(house)
    house.settings.__dict__["demo_complaints"] = COMPLAINTS
    year = DemoYear(house)
    year.take_numbers()
    assert year._note is None
    assert _file(house) == "HQ-2026-0002"


def test_a_house_with_another_procedure_is_not_filled(house: Context) -> None:
    house.settings.__dict__["demo_complaints"] = COMPLAINTS
    with house.database.write("test") as connection:
        connection.execute(update(DefinitionVersion).values(digest="0" * 64))
    assert DemoYear(house)._note is None


def test_two_who_play_half_each_take_the_numbers_of_one(
    year: Path, house: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ready(house, year, monkeypatch)
    first, second = (_numbers(half) for half in _halves(house))
    assert len(first) == COMPLAINTS // 2
    assert max(first) < min(second)
    for name in ("2025", "2026"):
        taken = [int(number[-4:]) for number in first + second if f"-{name}-" in number]
        assert taken == list(range(1, len(taken) + 1))


def test_the_server_loads_it_by_itself_and_its_processes_end_with_it(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", environment={"KESU_DEMO_COMPLAINTS": "4"}).start()
    try:
        children = _waited(lambda: psutil.Process(server.pid).children(recursive=True))
        server.kill()
        _waited(lambda: all(not child.is_running() or child.status() == psutil.STATUS_ZOMBIE for child in children))
        server.start()
        _waited(lambda: "year is loaded" in server.log())
        token = server.token("quality1")
        asked = Request(f"{server.url}/api/v1/complaints?limit=100", headers={"Authorization": f"Bearer {token}"})
        with urlopen(asked, timeout=10) as answer:
            numbers = [one["number"] for one in json.load(answer)["items"]]
    finally:
        server.stop()
    handful = json.loads(SAMPLES.read_bytes())
    assert len(numbers) == len(set(numbers)) >= len(handful) + 4
    assert not (tmp_path / "data" / FOLDER).exists()


def _waited(ask: Callable[[], T]) -> T:
    give_up = time.monotonic() + PATIENCE
    while not (found := ask()):
        assert time.monotonic() < give_up
        time.sleep(0.1)
    return found


def test_who_is_missing_is_told(house: Context, year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ready(house, year, monkeypatch)
    with house.database.write("test") as connection:
        connection.execute(update(UserAccount).where(UserAccount.username == "owner").values(username="x"))
    with pytest.raises(Missing, match="owner"):
        Move(_halves(house)[0], house)
