"""kill -9 in the middle of a rehearsal: whoever comes next goes on, and each complaint is counted once."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.start_rehearsal import StartRehearsal
from server.persistence.models import CaseFile, RehearsalCase, RehearsalRun
from server.queries.rehearsal import rehearse_version
from server.queries.rehearsal_report import rehearsal_report
from server.runner.rehearsals import continue_rehearsals
from tests.crowd import Crowd, publish_unchecked
from tests.durability.audit import audit_house
from tests.durability.processes import KILLED, PATIENCE, copy_prepared, spawn
from tests.house import build, forget
from tests.mutations import Draft

pytestmark = pytest.mark.slow

CASES = 110
WALKED = 10
CRASHES = (
    "rehearsal_taken.before:1",
    "rehearsal_taken.after:1",
    "rehearsal_batch.before:1",
    "rehearsal_batch.after:1",
    "rehearsal_batch.before:2",
    None,
)
"""Commit points to die at; None dies after a random while."""


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    context = build(copy_prepared(prepared_folder, tmp_path / "data"))
    yield context
    context.database.close()
    forget(tmp_path / "data")


def test_a_rehearsal_may_be_killed_anywhere(house: Context, tmp_path: Path) -> None:
    crowd = Crowd(house, 3)
    for _ in range(CASES):
        crowd.file()
    for number in list(crowd.ids)[:WALKED]:
        crowd.walk(number, crowd.rng.randrange(12))
    draft = Draft(house.library.current("complaint").bundle).open("complaint")
    draft.remove("meeting")
    draft.task("second_look", "quality")
    draft.behind("confirm", "second_look")
    to = publish_unchecked(house, draft.bundle())
    run = int(house.execute(StartRehearsal(actor=SYSTEM, key="complaint", to=to)).body["id"])
    counts = [0]
    rng = Random(7)
    for crash in CRASHES:
        process = spawn([], tmp_path / "data", crash_at=crash, module="tests.durability.rehearsing")
        if crash is None:
            time.sleep(rng.uniform(1.0, 3.0))
            process.kill()
        ended = process.wait(PATIENCE)
        assert ended in KILLED or (crash is None and ended == 0)
        counts.append(counted(house, run))
        assert counts[-1] >= counts[-2]
        abandon(house)
    # Nothing before the first batch is kept; then one batch, and one more before the second of the next life.
    assert counts[1:6] == [0, 0, 0, 25, 50]
    continue_rehearsals(house, 600)
    found = rehearsal_report(house, SYSTEM, run, "en")
    directly = rehearse_version(house, SYSTEM, "complaint", to, "en")
    assert (found["state"], found["done"]) == ("done", directly["cases"])
    assert found["verdicts"] == directly["verdicts"]
    assert counted(house, run) == directly["cases"] >= 100
    assert audit_house(house) == []


def abandon(house: Context) -> None:
    """The lease of who was killed is over."""
    past = house.clock.now() - timedelta(seconds=1)
    with house.database.write("test") as connection:
        connection.execute(update(RehearsalRun).where(RehearsalRun.lock_until.is_not(None)).values(lock_until=past))


def counted(house: Context, run: int) -> int:
    """How many cases are looked at; fails for one that is there twice or does not belong to what `done` says."""
    query = select(CaseFile.number).join(RehearsalCase, RehearsalCase.case_id == CaseFile.id)
    with house.read() as connection:
        numbers = Counter(connection.execute(query.where(RehearsalCase.run_id == run)).scalars())
        done = connection.execute(select(RehearsalRun.done).where(RehearsalRun.id == run)).scalar_one()
    assert set(numbers.values()) <= {1}
    assert done == len(numbers)
    return done
