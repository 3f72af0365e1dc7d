"""Lives of a complaint on a server that does not die, and on one that dies at each commit point; what each left."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, Job
from tests.acceptance.support.client import Client
from tests.durability import workshop
from tests.durability.audit import audit, mails_of_cases, open_house
from tests.durability.life import Life
from tests.durability.processes import KILLED, PATIENCE, Phoenix
from tests.house import on_postgres

Story = Callable[[Life], None]
BACK_AT_WORK = timedelta(seconds=5)
ENDS_OF_ATTEMPTS = ("job.completed", "job.failed", "job.error_thrown")
OF_THE_MOMENT = {"id", "file", "files", "photos", "at", "closed_at", "created_at", "received_at", "sha256", "number"}


@dataclass
class Lived:
    """What a run left in its database."""

    points: list[str] = field(default_factory=list)
    histories: list[list[tuple[str, str | None]]] = field(default_factory=list)
    jobs: Counter[tuple[str, str]] = field(default_factory=Counter)
    mails: int = 0
    cases: list[Any] = field(default_factory=list)
    acknowledged: int = 0


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
    lived.acknowledged = len(life.acknowledged)
    points = [point.removesuffix(".before") for point in passed if point.endswith(".before")]
    # When the sweep comes by is chance, and what it writes is derived: tests/integration/test_similar.py ends it.
    points = [point for point in points if point != "index_wordings"]
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
    assert [death.crash_at for death in phoenix.deaths] == planned
    assert {death.returncode for death in phoenix.deaths} <= set(KILLED)
    assert audit(folder, acknowledged) == []
    assert_jobs_went_on(folder, phoenix)
    return lived_in(folder)


def assert_jobs_went_on(folder: Path, phoenix: Phoenix) -> None:
    """A job that the dead process held is at work again within five seconds after the port opened again."""
    held = [(job, death.at, death.reopened_at) for death in phoenix.deaths for job in death.held]
    # On PostgreSQL the thread that found the job gone may be the first to commit its claim.
    with_a_job_in_hand = {"complete_job.before:1"} | (set() if on_postgres() else {"claim_jobs.after:1"})
    assert held or not with_a_job_in_hand & {death.crash_at for death in phoenix.deaths}
    signs = [*told_of_jobs(folder), *((job, death.at) for death in phoenix.deaths for job in death.held)]
    for job, died, opened in held:
        assert opened is not None
        # Perhaps it was done before anybody noticed that the port was open again.
        again = min(at for other, at in signs if other == job and at > died)
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
        lived.mails = len(mails_of_cases(connection))
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
