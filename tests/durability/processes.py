"""Real `kesu` processes for tests: started, killed without notice, started again on the same data folder and port."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, select

from server.clock import SystemClock
from server.persistence.models import Job
from tests.house import copy_house, environment_of, open_database

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the tests only"
PATIENCE = 60.0
KILLED = (-9,) if os.name == "posix" else (1, 15)
"""How a process ends that was killed."""
SAMPLES_LOADED = "samples-loaded"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(folder: Path, crash_at: str | None = None, **more: str) -> dict[str, str]:
    """The environment of a `kesu` process on `folder`; nothing of ours leaks in."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KESU_")}
    own = {**environment_of(folder), "KESU_SECRET_KEY": SECRET, "PYTHONPATH": str(ROOT)}
    return clean | own | more | ({"KESU_CRASH_AT": crash_at} if crash_at else {})


def spawn(
    arguments: Iterable[str],
    folder: Path,
    *,
    crash_at: str | None = None,
    env: Mapping[str, str] | None = None,
    module: str = "server",
) -> subprocess.Popen[bytes]:
    """`kesu ARGUMENTS` on the data folder; what it prints is added to the folder's log."""
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment(folder, crash_at, **dict(env or {})),
            stdout=log,
            stderr=log,
        )


def copy_prepared(prepared: Path, folder: Path) -> Path:
    """A data folder of one's own, ready but for the demo's sample complaints, which are said to be loaded."""
    copy_house(prepared, folder)
    (folder / SAMPLES_LOADED).touch()
    return folder


@dataclass
class Death:
    """One end of a server: the commit point it was told to die at, what it held, and when the next one opened."""

    crash_at: str | None
    returncode: int
    at: datetime
    held: list[str] = field(default_factory=list)
    reopened_at: datetime | None = None


class Phoenix:
    """A `kesu serve` that is started again whenever it dies, each time with the next crash point of `crash_at`.

    `deaths` tells what happened. A client that repeats unanswered calls (`Client.patience`) notices a delay only.
    """

    def __init__(
        self,
        folder: Path,
        *,
        crash_at: Iterable[str] = (),
        env: Mapping[str, str] | None = None,
        module: str = "server",
    ):
        self.folder, self.env, self.module = folder, dict(env or {}), module
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.deaths: list[Death] = []
        self.trouble: str | None = None
        self.left = list(crash_at)
        self._armed: str | None = None
        self._up = threading.Event()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._live, name="phoenix", daemon=True)

    def __enter__(self) -> "Phoenix":
        self._thread.start()
        self.settle()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for end in (subprocess.Popen.terminate, subprocess.Popen.kill):
            if self._process is not None:
                end(self._process)
            self._thread.join(15)

    @property
    def waiting_to_die(self) -> bool:
        """Whether a crash point is armed or still to come."""
        return self._armed is not None or bool(self.left)

    def settle(self) -> None:
        """Wait until a death that is under way has been followed by a new server."""
        time.sleep(0.3)
        deadline = time.monotonic() + PATIENCE
        while not self._up.wait(0.1):
            assert self.trouble is None, self.trouble
            assert time.monotonic() < deadline, "the server did not come back"

    def kill(self) -> None:
        """kill -9, now."""
        if self._process is not None:
            self._process.kill()

    def _start(self) -> None:
        self._armed = self.left.pop(0) if self.left else None
        arguments = ["serve", "--demo", "--port", str(self.port)]
        self._process = spawn(arguments, self.folder, crash_at=self._armed, env=self.env, module=self.module)

    def _live(self) -> None:
        while not self._stopping.is_set() and self.trouble is None:
            self._start()
            if self._opened():
                for death in self.deaths:
                    death.reopened_at = death.reopened_at or SystemClock().now()
                self._up.set()
            assert self._process is not None
            returncode = self._process.wait()
            self._up.clear()
            if self._stopping.is_set():
                return
            self.deaths.append(Death(self._armed, returncode, SystemClock().now(), locked_jobs(self.folder)))
            if returncode not in KILLED:
                said = (self.folder.parent / f"{self.folder.name}.log").read_text("utf-8", "replace")
                self.trouble = f"the server ended with status {returncode}; its last words: {said[-2000:]}"

    def _opened(self) -> bool:
        """Wait until the port opens; False when the process ended before."""
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.02)
        return False


def locked_jobs(folder: Path) -> list[str]:
    """Ids of the jobs that attempts hold at this moment."""
    database = open_database(folder)
    try:
        with database.read() as connection:
            if not inspect(connection).has_table(Job.__tablename__):
                return []
            return list(connection.execute(select(Job.id).where(Job.state == "locked")).scalars())
    finally:
        database.close()
