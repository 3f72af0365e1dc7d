"""Databases of earlier releases, kept row by row in `releases/`: they come up to date, and their cases go on.

A file is named after its newest migration and holds every table's rows; `{"bytes": …}` is base64, `{"time": …}` RFC 3339.
"""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, func, select

from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.retry_incident import RetryIncident
from server.persistence.database import Database
from server.persistence.models import Base, ProcessInstance, StepRecord, UserTask
from server.persistence.models.base import UtcDateTime
from server.persistence.schema import MIGRATIONS, upgrade
from server.queries.incident_list import incident_list
from server.queries.task_list import task_list
from server.runner.steps import count_steps
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.house import actor, build, drain_jobs, open_database

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.json"))
ORDER = [
    *("site", "user_account", "group_", "membership", "process_application", "definition_version", "case_file"),
    *("process_instance", "job"),
]
"""Tables that others refer to, first ones first."""


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder with the database of a release, not yet brought up to date."""
    release: Path = request.param
    database = open_database(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.write("old") as connection:
        connection.exec_driver_sql("SELECT 1")  # so that Alembic finds the transaction begun
        config.attributes["connection"] = connection
        command.upgrade(config, release.stem)
    load(database, json.loads(release.read_text("utf-8")))
    database.close()
    return tmp_path


def load(database: Database, tables: dict[str, list[dict[str, Any]]]) -> None:
    names = [*ORDER, *(name for name in tables if name not in ORDER)]
    with database.write("load") as connection:
        for name in names:
            if not tables[name]:
                continue
            table = Table(name, MetaData(), autoload_with=connection)
            for column in table.columns:
                column.type = typed(name, column)
            connection.execute(
                table.insert(), [{key: value(item) for key, item in row.items()} for row in tables[name]]
            )
            if not database.is_sqlite and "id" in table.columns:
                # The rows brought their ids along; the next one is behind them. Ids that are texts have no sequence.
                sequence = connection.exec_driver_sql(f"SELECT pg_get_serial_sequence('{name}', 'id')").scalar_one()
                if sequence:
                    connection.exec_driver_sql(f"SELECT setval('{sequence}', (SELECT max(id) FROM {name}))")


def typed(table: str, column: Any) -> Any:
    """Our own types, which know how each database keeps times and JSON; the old table may have fewer columns."""
    now = Base.metadata.tables[table].columns.get(column.name)
    return column.type if now is None else UtcDateTime() if isinstance(now.type, UtcDateTime) else now.type


def value(item: Any) -> Any:
    if isinstance(item, dict) and set(item) == {"bytes"}:
        return base64.b64decode(item["bytes"])
    if isinstance(item, dict) and set(item) == {"time"}:
        return datetime.fromisoformat(item["time"]).astimezone(UTC)
    return item


@pytest.fixture
def house(old: Path) -> Iterator[Context]:
    database = open_database(old)
    upgrade(database)
    database.close()
    context = build(old, workers=(workshop.WORKERS,))
    yield context
    context.database.close()


def open_tasks(house: Context, number: str) -> dict[str, str]:
    items = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return {item["element_id"]: item["id"] for item in items}


def test_nothing_is_lost(house: Context, old: Path, request: pytest.FixtureRequest) -> None:
    release: Path = request.node.callspec.params["old"]
    before = {name: len(rows) for name, rows in json.loads(release.read_text("utf-8")).items()}
    with house.read() as connection:
        after = {
            name: connection.execute(select(func.count()).select_from(Base.metadata.tables[name])).scalar_one()
            for name in before
        }
    assert after == before
    assert audit_house(house) == []


def test_an_old_case_goes_on_with_the_process_it_began_with(house: Context) -> None:
    """HQ-2026-0001 waits for the team to be named; its draft is still there."""
    (task_id,) = open_tasks(house, "HQ-2026-0001").values()
    with house.read() as connection:
        draft = connection.execute(select(UserTask.draft).where(UserTask.id == task_id)).scalar_one()
    house.execute(CompleteTask(actor=actor(house, "admin"), task_id=task_id, data=draft["data"]))
    drain_jobs(house)
    assert set(open_tasks(house, "HQ-2026-0001")) == {"meeting"}
    assert audit_house(house) == []


def test_steps_of_old_cases_are_counted(house: Context) -> None:
    """The migration tells of every task and job and of what is waited for; the sweep adds working time and place."""
    assert count_steps(house, 60) > 0
    assert count_steps(house, 60) == 0
    assert audit_house(house) == []
    with house.read() as connection:
        told = select(StepRecord.element_id).where(StepRecord.ended_at.is_(None), StepRecord.stands == 1)
        places = set(connection.execute(told).scalars())
        lines = connection.execute(select(ProcessInstance.waits).where(ProcessInstance.ended_at.is_(None))).scalars()
        assert places <= {line["element_id"] for waits in lines for line in waits}
    assert places


def test_an_old_incident_can_be_repaired(house: Context) -> None:
    (incident,) = incident_list(house, actor(house, "admin"), language="en")["items"]
    assert incident["case_number"] == "HQ-2026-0002"
    house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=incident["id"]))
    assert drain_jobs(house) == 1
    assert audit_house(house) == []


def test_numbers_go_on_where_they_stopped(house: Context) -> None:
    fields = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
    filed = house.execute(FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields))
    assert filed.body["number"] == "HQ-2026-0004"
