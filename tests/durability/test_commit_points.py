"""kill -9 of the server at every commit point of a complaint's life, before and after: it goes on where it was.

An undisturbed run with a recording probe tells which commit points a life touches and in which order. Then the same
life is lived on a server that dies at each of them in turn; a client that repeats what was not answered under the
same command id ends up with the same history, the same jobs, the same mails, and every answer it ever got.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, Job, OutboxMail
from tests import stories
from tests.acceptance.support.client import Client
from tests.durability import workshop
from tests.durability.audit import audit, open_house
from tests.durability.life import Life, troubled_complaint, whole_complaint
from tests.durability.processes import KILLED, PATIENCE, SAMPLES_LOADED, Phoenix, copy_prepared
from tests.house import build, token_of

pytestmark = pytest.mark.slow

Story = Callable[[Life], None]
BACK_AT_WORK = timedelta(seconds=5)
ENDS_OF_ATTEMPTS = ("job.completed", "job.failed", "job.error_thrown")
OF_THE_MOMENT = {"id", "file", "files", "photos", "at", "created_at", "received_at", "sha256", "number"}


@dataclass
class Lived:
    """What a run left in its database."""

    points: list[str] = field(default_factory=list)
    histories: list[list[tuple[str, str | None]]] = field(default_factory=list)
    jobs: Counter[tuple[str, str]] = field(default_factory=Counter)
    mails: int = 0
    cases: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def folders(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """By story: a data folder to copy, with the application the story needs, and a token for it."""
    made = {}
    for name, diagram in (("whole", None), ("troubled", workshop.TROUBLE)):
        folder = copy_prepared(prepared_folder, tmp_path_factory.mktemp(name) / "data")
        context = build(folder, workers=(workshop.WORKERS,))
        if diagram:
            workshop.publish(context, diagram)
        made[name] = (folder, token_of(context, "admin"))
        context.database.close()
    return made


@pytest.mark.parametrize(("name", "story"), [("whole", whole_complaint), ("troubled", troubled_complaint)])
def test_the_server_may_die_at_every_commit_point(
    name: str, story: Story, folders: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    prepared, token = folders[name]
    undisturbed = live_undisturbed(copy_prepared(prepared, tmp_path / "undisturbed"), token, story)
    assert len(set(undisturbed.points)) >= 8, undisturbed.points
    assert [len(undisturbed.histories), len(undisturbed.cases)] == [1, 1]
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(live_dying, copy_prepared(prepared, tmp_path / when), token, story, crashes)
            for when, crashes in (("before", before(undisturbed.points)), ("after", after(undisturbed.points)))
        ]
        for run in runs:
            assert_same(undisturbed, run.result())


def test_the_first_start_may_die_at_every_commit_point(tmp_path: Path) -> None:
    """An empty data folder, killed while it is being prepared and while the demo's complaints are being loaded."""
    folder = tmp_path / "data"
    folder.mkdir()
    points = ("prepare_site", "publish_version", "file_complaint", "complete_task", "complete_job")
    crashes = [f"{point}.{when}:{1 + (n > 1)}" for n, point in enumerate(points) for when in ("before", "after")]
    with Phoenix(folder, crash_at=crashes) as phoenix:
        deadline = time.monotonic() + PATIENCE
        while phoenix.waiting_to_die or not (folder / SAMPLES_LOADED).exists():
            assert time.monotonic() < deadline, (phoenix.deaths, phoenix.trouble)
            time.sleep(0.1)
        phoenix.settle()
    assert [(death.crash_at, death.returncode) for death in phoenix.deaths] == [(at, KILLED) for at in crashes]
    assert audit(folder) == []
    lived = lived_in(folder)
    assert len(lived.cases) == len(stories.SAMPLES)
    completed = sum(kind == "task.completed" for history in lived.histories for kind, _element in history)
    assert completed == sum(len(sample["answers"]) for sample in stories.SAMPLES.values())


def before(points: list[str]) -> list[str]:
    """Crash points that take a life from point to point; the point before is done once more after the restart."""
    previous = [None, *points]
    return [f"{point}.before:{2 if point == last else 1}" for point, last in zip(points, previous, strict=False)]


def after(points: list[str]) -> list[str]:
    """Likewise behind each commit; there the call is answered from its record, and commits nothing again."""
    return [f"{point}.after:1" for point in points]


def live_undisturbed(folder: Path, token: str, story: Story) -> Lived:
    record = folder / "points"
    env = {"RECORD_POINTS": str(record), "KESU_WORKERS": workshop.WORKERS}
    with Phoenix(folder, env=env, module="tests.durability.recording") as phoenix:
        starting = record.read_text("utf-8").count("\n")
        with closing(Client(phoenix.url, token)) as client:
            life = Life(client, "undisturbed")
            story(life)
        phoenix.settle()
    assert phoenix.deaths == []
    assert audit(folder, life.acknowledged) == []
    passed = record.read_text("utf-8").splitlines()[starting:]
    lived = lived_in(folder)
    points = [point.removesuffix(".before") for point in passed if point.endswith(".before")]
    # Two threads that see the same job both begin to claim it, and one of them finds it gone.
    lived.points = [
        point for point, last in zip(points, [None, *points], strict=False) if point != last or point != "claim_jobs"
    ]
    return lived


def live_dying(folder: Path, token: str, story: Story, crashes: Iterable[str]) -> Lived:
    """Live until every crash has happened; usually one complaint takes them all."""
    planned = list(crashes)
    acknowledged: dict[str, Any] = {}
    with Phoenix(folder, crash_at=planned, env={"KESU_WORKERS": workshop.WORKERS}) as phoenix:
        number = 0
        while phoenix.waiting_to_die:
            with closing(Client(phoenix.url, token, patience=PATIENCE)) as client:
                life = Life(client, f"life-{number}")
                story(life)
            acknowledged |= life.acknowledged
            phoenix.settle()
            number += 1
    assert phoenix.trouble is None
    assert [(death.crash_at, death.returncode) for death in phoenix.deaths] == [(at, KILLED) for at in planned]
    assert audit(folder, acknowledged) == []
    assert_jobs_went_on(folder, phoenix)
    return lived_in(folder)


def assert_jobs_went_on(folder: Path, phoenix: Phoenix) -> None:
    """A job that the dead process held is at work again within five seconds after the port opened again."""
    held = [(job, death.reopened_at) for death in phoenix.deaths for job in death.held]
    assert held, "no server died with a job in hand"
    signs = [*told_of_jobs(folder), *((job, death.at) for death in phoenix.deaths for job in death.held)]
    for job, opened in held:
        assert opened is not None
        again = min(at for other, at in signs if other == job and at > opened)
        assert again - opened < BACK_AT_WORK, f"job {job} went on after {again - opened}"


def told_of_jobs(folder: Path) -> list[tuple[str, datetime]]:
    """When an attempt at a job ended, well or badly, says the history."""
    context = open_house(folder)
    same = (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq)
    query = select(HistoryEvent.at, HistoryPayload.data).join(HistoryPayload, same)
    with context.read() as connection:
        rows = connection.execute(query.where(HistoryEvent.type.in_(ENDS_OF_ATTEMPTS))).all()
    context.database.close()
    return [(row.data["job_id"], row.at) for row in rows]


def lived_in(folder: Path) -> Lived:
    context = open_house(folder)
    lived = Lived()
    with context.read() as connection:
        events: dict[str, list[tuple[str, str | None]]] = {}
        query = select(HistoryEvent.instance_id, HistoryEvent.type, HistoryEvent.element_id)
        for row in connection.execute(query.order_by(HistoryEvent.instance_id, HistoryEvent.seq)):
            events.setdefault(row.instance_id, []).append((row.type, row.element_id))
        lived.histories = list(events.values())
        lived.jobs = Counter(tuple(row) for row in connection.execute(select(Job.element_id, Job.state)))
        lived.mails = len(connection.execute(select(OutboxMail.id)).all())
        lived.cases = [skeleton(data) for data in connection.execute(select(CaseFile.data)).scalars()]
    context.database.close()
    return lived


def skeleton(value: Any) -> Any:
    """A case file without ids and moments, which differ from run to run."""
    if isinstance(value, dict):
        return {name: skeleton(item) for name, item in value.items() if name not in OF_THE_MOMENT}
    return [skeleton(item) for item in value] if isinstance(value, list) else value


def assert_same(undisturbed: Lived, lived: Lived) -> None:
    times = len(lived.histories)
    assert lived.histories == undisturbed.histories * times
    assert lived.cases == undisturbed.cases * times
    assert lived.jobs == Counter({key: count * times for key, count in undisturbed.jobs.items()})
    assert lived.mails == undisturbed.mails * times
