"""What the torture figures share: their options, a data folder, drivers under load, and how a figure is told."""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.app import build_context
from server.casework.context import Context
from server.commands.create_token import CreateToken
from server.queries.sign_in import actor_named
from server.settings import Settings
from server.start import prepare
from tests import postgres
from tests.acceptance.driver import Driver
from tests.acceptance.support.client import Client, Reply
from tests.durability import workshop
from tests.durability.audit import audit
from tests.durability.processes import SAMPLES_LOADED, SECRET
from tests.house import database_url

PATIENCE = 120.0


@dataclass(frozen=True)
class Options:
    kills: int | None
    seed: int


@dataclass
class Figure:
    """What happened; `facts` go into the JSON line as they are."""

    kills: int
    complaints: int
    acknowledged: int = 0
    breaches: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def run(argv: list[str] | None, name: str, sentence: str, torture: Callable[[Options, Path], Figure]) -> None:
    """Parse the options, run `torture` on an empty folder, print the JSON line and the sentence.

    Exit status 1 when anything was lost, doubled or broken, 2 for what cannot be run.
    """
    parser = argparse.ArgumentParser(prog=f"dev.py torture {name}", description=torture.__doc__)
    parser.add_argument("--kills", type=int, help="How many times to kill.")
    parser.add_argument("--seed", type=int, default=1, help="Seed of every random choice.")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args(argv)
    # As the tests say it: every house and process of this run stands on that database.
    os.environ["TEST_DATABASE"] = given.database
    if given.database == "postgres":
        try:
            postgres.start()
        except postgres.NoServer as why:
            print(f"Torture on PostgreSQL cannot run: {why}.", file=sys.stderr)
            sys.exit(2)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        figure = torture(Options(given.kills, given.seed), Path(folder))
    lost = sum(breach.startswith("lost:") for breach in figure.breaches)
    doubled = sum(breach.startswith("doubled:") for breach in figure.breaches)
    line = {
        "name": name,
        "seed": given.seed,
        "database": given.database,
        "kills": figure.kills,
        "complaints": figure.complaints,
        "acknowledged": figure.acknowledged,
        "lost": lost,
        "doubled": doubled,
        "broken": len(figure.breaches) - lost - doubled,
        **figure.facts,
        "seconds": round(time.monotonic() - begin, 1),
    }
    print(json.dumps(line))
    print(sentence.format(**line))
    for breach in figure.breaches:
        print(breach, file=sys.stderr)
    sys.exit(1 if figure.breaches else 0)


def prepared(folder: Path, diagram: bytes | None = None) -> tuple[Path, str]:
    """A data folder with the demo's people, and the administrator's token; with `diagram` as the process."""
    data = folder / "data"
    context = open_context(data)
    prepare(context, demo=True)
    (data / SAMPLES_LOADED).touch()
    if diagram is not None:
        workshop.publish(context, diagram)
    admin = actor_named(context, "admin")
    assert admin is not None
    token = context.execute(CreateToken(actor=admin, username="admin")).body["token"]
    context.database.close()
    return data, token


def open_context(data: Path) -> Context:
    return build_context(
        Settings(data_dir=data, database_url=database_url(data), secret_key=SECRET, workers=(workshop.WORKERS,))
    )


class RecordingClient(Client):
    """Keeps every answer to a command by its id."""

    def __init__(self, base_url: str, token: str, patience: float):
        super().__init__(base_url, token, patience)
        self.acknowledged: dict[str, tuple[int, Any]] = {}

    def send(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Reply:
        reply = super().send(method, path, data, headers)
        if reply.status < 300 and headers.get("Content-Type") == "application/json":
            command_id = json.loads(data or b"{}").get("command_id")
            if command_id is not None:
                self.acknowledged[command_id] = (reply.status, reply.body)
        return reply


class Load:
    """Drivers in threads of their own that file complaints and bring them to their end until told to stop."""

    def __init__(self, url: str, token: str, seed: int, drivers: int = 3):
        self.complaints = 0
        self.trouble: list[str] = []
        self.acknowledged: dict[str, tuple[int, Any]] = {}
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._drive, args=(url, token, f"{seed}-{number}"), name=f"driver-{number}")
            for number in range(drivers)
        ]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let every complaint that was begun come to its end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _drive(self, url: str, token: str, seed: str) -> None:
        driver = Driver(url, token, seed, patience=PATIENCE, stuck_after=PATIENCE)
        driver.client = client = RecordingClient(url, token, PATIENCE)
        try:
            while not self._stop.is_set():
                driver.finish(driver.file().instance_id)
                with self._lock:
                    self.complaints += 1
        except Exception as error:
            with self._lock:
                self.trouble.append(f"a driver gave up: {error}")
        finally:
            client.close()
            with self._lock:
                self.acknowledged |= client.acknowledged


def breaches(data: Path, acknowledged: Mapping[str, tuple[int, Any]]) -> list[str]:
    """Everything wrong in the database, when every process has ended."""
    return audit(data, acknowledged)
