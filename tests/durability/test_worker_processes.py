"""`kesu worker` processes: killed in mid-job, frozen and come back, and beside a server on one database."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.casework.context import Context
from server.clock import SystemClock
from server.persistence.models import Job, ProcessInstance
from tests.acceptance.support.client import Client
from tests.durability import workshop
from tests.durability.audit import audit, mails_of_cases, open_house
from tests.durability.life import Life
from tests.durability.processes import Phoenix, spawn
from tests.house import token_of

pytestmark = pytest.mark.slow

FIELDS = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
EFFECTS = "effects"
PATIENCE = 40.0


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A `kesu worker` on the folder, gone at the end whatever happened to it."""
    process = spawn(["worker", "--concurrency", "1"], folder, env=site(folder))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def site(folder: Path) -> dict[str, str]:
    return {"KESU_WORKERS": workshop.WORKERS, "DURABILITY_EFFECTS": str(folder / EFFECTS)}


def effects(folder: Path) -> list[tuple[str, int]]:
    """(job, process) of every time a worker began a job."""
    file = folder / EFFECTS
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [(key, int(number)) for key, number in (line.split() for line in lines)]


def wait_for(condition: Callable[[], object], why: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)


def states(folder: Path) -> list[str]:
    house = open_house(folder)
    with house.read() as connection:
        found = list(connection.execute(select(Job.state)).scalars())
    house.database.close()
    return found


def mails(folder: Path) -> int:
    house = open_house(folder)
    with house.read() as connection:
        found = len(mails_of_cases(connection))
    house.database.close()
    return found


@pytest.fixture
def folder(workshop_house: Context) -> Path:
    """A complaint whose first step is a job of two seconds; nobody works on it yet."""
    workshop.publish(workshop_house, workshop.chain(1, "2"))
    workshop.file(workshop_house)
    # The house's clock stands in March; for the processes the job has been due ever since.
    return workshop_house.settings.data_dir


def test_a_job_whose_worker_was_killed_runs_again(folder: Path) -> None:
    with worker(folder) as first:
        wait_for(lambda: effects(folder), "the first worker never began")
        first.kill()
        first.wait()
    assert states(folder) == ["locked"]
    with worker(folder) as second:
        wait_for(lambda: states(folder) == ["done"], "the second worker never finished")
        pids = [pid for _job, pid in effects(folder)]
    assert pids == [first.pid, second.pid]
    assert mails(folder) == 1
    assert audit(folder) == []


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be frozen here")
def test_a_worker_that_was_frozen_completes_too_late(folder: Path) -> None:
    with worker(folder) as frozen:
        wait_for(lambda: effects(folder), "the first worker never began")
        os.kill(frozen.pid, signal.SIGSTOP)
        house = open_house(folder)
        with house.database.write("test") as connection:  # the minute of its lease has passed
            connection.execute(update(Job).values(lock_until=SystemClock().now() - timedelta(seconds=1)))
        house.database.close()
        with worker(folder):
            wait_for(lambda: states(folder) == ["done"], "the second worker never finished")
            os.kill(frozen.pid, signal.SIGCONT)
            log = folder.parent / f"{folder.name}.log"
            wait_for(lambda: "late attempt dropped" in log.read_text("utf-8"), "the late completion was not noticed")
    assert len(effects(folder)) == 2
    assert mails(folder) == 1
    assert audit(folder) == []


def test_a_server_and_a_worker_share_one_database(workshop_house: Context) -> None:
    workshop.publish(workshop_house, workshop.chain(4, "0.2"))
    folder, token = workshop_house.settings.data_dir, token_of(workshop_house, "admin")
    acknowledged = {}
    with Phoenix(folder, env=site(folder)) as server, worker(folder) as other:
        wait_for(lambda: b"Working on" in (folder.parent / f"{folder.name}.log").read_bytes(), "no worker")
        with closing(Client(server.url, token)) as client:
            lives = [Life(client, f"shared-{number}") for number in range(12)]
            for life in lives:
                life.file(FIELDS)
            for life in lives:
                life.complete("receive", {"intake": {"urgency": "normal"}})
                life.end()
                acknowledged |= life.acknowledged
    assert server.deaths == []
    shares = Counter(pid == other.pid for _job, pid in effects(folder))
    assert shares.total() == 4 * len(lives), "a job ran twice though nobody died"
    assert shares[True] > 3, "the worker process did hardly anything"
    assert shares[False] > 3, "the server did hardly anything"
    assert mails(folder) == 4 * len(lives)
    assert audit(folder, acknowledged) == []
    house = open_house(folder)
    with house.read() as connection:
        assert set(connection.execute(select(ProcessInstance.state)).scalars()) == {"completed"}
    house.database.close()
