"""Incidents of cases that change their version: told by the new one, closed where the step is gone, and back again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.casework.context import Context
from server.commands.retry_incident import RetryIncident
from server.commands.start_migration import StartMigration
from server.commands.undo_migration import UndoMigration
from server.persistence.models import Incident, MigrationStep, ProcessInstance
from server.queries.incident_groups import Filters, incident_groups
from server.runner.migrations import continue_runs
from server.runner.repairs import continue_repairs
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.durability.processes import copy_prepared
from tests.faulty import AT_ONCE, Faulty, broken_house, let_them_run, rebuilt, states
from tests.house import actor, build, forget

RENAMED = AT_ONCE.replace(b'id="record"', b'id="record" name="Record it"')


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    context = build(copy_prepared(prepared_folder, tmp_path / "data"), workers=(workshop.WORKERS,))
    yield context
    context.database.close()
    forget(tmp_path / "data")


@pytest.fixture
def faulty(house: Context) -> Faulty:
    return broken_house(house, 1, causes=1)


def incident(house: Context) -> Any:
    with house.read() as connection:
        return connection.execute(select(Incident)).one()


def migrate(house: Context, diagram: bytes) -> int:
    workshop.publish(house, diagram)
    to = house.library.current("complaint").number
    house.execute(StartMigration(actor=actor(house, "admin"), key="complaint", to=to))
    continue_runs(house, 20)
    with house.read() as connection:
        step = connection.execute(select(MigrationStep).order_by(MigrationStep.id.desc())).first()
    assert step is not None
    assert step.state == "migrated", step.reasons
    return int(step.id)


def numbers(house: Context) -> list[int]:
    return [group["version"] for group in incident_groups(house, actor(house, "admin"), "en", Filters())["items"]]


@pytest.mark.parametrize("trying", [False, True])
def test_the_cause_follows_the_version_and_comes_back_with_it(house: Context, faulty: Faulty, trying: bool) -> None:
    if trying:
        house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=incident(house).id))
    before, (first,) = incident(house), numbers(house)
    step = migrate(house, RENAMED)
    continue_repairs(house, 5)
    after = incident(house)
    assert numbers(house) == [first + 1]
    assert (after.state, after.fingerprint) == (before.state, before.fingerprint)
    assert after.group_key != before.group_key
    house.execute(UndoMigration(actor=actor(house, "admin"), step_id=step, key="complaint"))
    continue_repairs(house, 5)
    assert (incident(house).group_key, incident(house).state) == (before.group_key, before.state)
    assert (audit_house(house), rebuilt(house)) == ([], [])
    if not trying:
        house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=before.id))
    faulty.mended = lambda turn: True
    let_them_run(house)
    assert states(house) == {"resolved": 1}
    assert (audit_house(house), rebuilt(house)) == ([], [])


def test_what_an_older_release_left_is_told_its_cause(house: Context, faulty: Faulty) -> None:
    before = incident(house)
    with house.database.write("test") as connection:
        old = {"group_key": None, "edition": 0, "application": None, "version_id": None, "topic": None}
        connection.execute(update(Incident).values(**old, fingerprint="0" * 16))
    assert numbers(house) == []
    continue_repairs(house, 5)
    after = incident(house)
    for name in ("group_key", "fingerprint", "application", "version_id", "topic", "edition"):
        assert getattr(after, name) == getattr(before, name)
    with house.read() as connection:
        assert connection.execute(select(ProcessInstance.version_id)).scalar_one() == after.version_id
