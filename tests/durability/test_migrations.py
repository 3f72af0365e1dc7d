"""kill -9 in the middle of a migration: every complaint is wholly old or wholly new, and the run goes on."""

import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.start_migration import StartMigration
from server.persistence.models import (
    DefinitionVersion,
    HistoryEvent,
    MigrationRun,
    MigrationStep,
    ProcessInstance,
    UserTask,
)
from server.runner.migrations import carry_out
from tests.crowd import Crowd, publish_unchecked
from tests.durability.audit import audit_house
from tests.durability.processes import KILLED, PATIENCE, copy_prepared, spawn
from tests.house import build, forget
from tests.mutations import Draft

pytestmark = pytest.mark.slow

CASES = 110
WALKED = 12
CRASHES = (
    "migrate_instance.before:1",
    "migrate_instance.after:9",
    "migrate_instance.before:20",
    "migrate_instance.after:1",
    None,
    None,
    None,
)
"""Commit points to die at; None dies after a random while."""
NAME = "接单\nTake it in"


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    context = build(copy_prepared(prepared_folder, tmp_path / "data"))
    yield context
    context.database.close()
    forget(tmp_path / "data")


def test_a_migration_may_be_killed_anywhere(house: Context, tmp_path: Path) -> None:
    crowd = Crowd(house, 3)
    for _ in range(CASES):
        crowd.file()
    for number in list(crowd.ids)[:WALKED]:
        crowd.walk(number, crowd.rng.randrange(12))
    draft = Draft(house.library.current("complaint").bundle).open("complaint")
    draft.find("receive").set("name", NAME)
    draft.task("second_look", "quality")
    draft.behind("confirm", "second_look")
    to = publish_unchecked(house, draft.bundle())
    asked = house.execute(StartMigration(actor=SYSTEM, key="complaint", to=to)).body
    assert asked["cases"] >= 100
    done = 0
    between = []
    rng = Random(7)
    for crash in CRASHES:
        process = spawn([str(asked["id"])], tmp_path / "data", crash_at=crash, module="tests.durability.migrating")
        if crash is None:
            time.sleep(rng.uniform(1.0, 3.5))
            process.kill()
        ended = process.wait(PATIENCE)
        assert ended in KILLED or (crash is None and ended == 0)
        settled = old_or_new(house, to)
        assert settled >= done
        assert audit_house(house) == []
        done = settled
        between.append(done)
    # Before the first, after nine, before the twentieth of those left, after the next one.
    assert between[:4] == [0, 9, 28, 29]
    carry_out(house, asked["id"])
    with house.read() as connection:
        counts = dict(connection.execute(select(MigrationStep.state, func.count()).group_by(MigrationStep.state)).all())
        assert connection.execute(select(MigrationRun.state)).scalar_one() == "done"
    assert counts == {"migrated": asked["cases"]}
    assert old_or_new(house, to) == asked["cases"]
    assert audit_house(house) == []
    for number in list(crowd.ids)[: WALKED + 3]:
        crowd.walk(number, 1)
    assert audit_house(house) == []


def old_or_new(house: Context, to: int) -> int:
    """How many complaints are new; fails for one that is neither wholly old nor wholly new."""
    steps = (
        select(
            MigrationStep.state,
            MigrationStep.instance_id,
            DefinitionVersion.number,
            ProcessInstance.version,
            MigrationStep.lock_version,
        )
        .join(ProcessInstance, ProcessInstance.id == MigrationStep.instance_id)
        .join(DefinitionVersion, DefinitionVersion.id == ProcessInstance.version_id)
    )
    with house.read() as connection:
        rows = connection.execute(steps).all()
        told = Counter(connection.execute(events("instance.migrated")).scalars())
        names: dict[str, str] = dict(
            connection.execute(
                select(UserTask.instance_id, UserTask.name).where(
                    UserTask.element_id == "receive", UserTask.state == "open"
                )
            ).all()
        )
    new = [row for row in rows if row.state == "migrated"]
    for row in rows:
        is_new = row.state == "migrated"
        assert (row.state, row.number) in (("waiting", 1), ("migrated", to)), row
        assert told[row.instance_id] == is_new
        assert (row.lock_version == row.version) is is_new
        if row.instance_id in names:
            assert (names[row.instance_id] == NAME) is is_new
    return len(new)


def events(kind: str) -> Any:
    return select(HistoryEvent.instance_id).where(HistoryEvent.type == kind)
