"""`kesu serve --demo` as a process of its own, on an empty data folder."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.house import environment_of

ROOT = Path(__file__).parents[3]
STARTS_WITHIN = 30.0


@dataclass
class ServerProcess:
    """`start()`, then `url` and `token(username)`; `environment` adds settings (`KESU_…`)."""

    data_dir: Path
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ("--demo",)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was not started"
        return self._process.pid

    def start(self) -> "ServerProcess":
        """Returns when the port is open; AssertionError with the log when that does not come."""
        self.port = self.port or free_port()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_kesu(), "serve", *self.options, "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            assert self._process.poll() is None, f"the server ended at once:\n{self.log()}"
            assert time.monotonic() < deadline, f"no answer within {STARTS_WITHIN} s:\n{self.log()}"
            time.sleep(0.05)
        return self

    def token(self, username: str = "admin") -> str:
        """What `kesu token create` prints."""
        done = subprocess.run(
            [*_kesu(), "token", "create", username],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def kill(self) -> None:
        """Ends it without notice, as a power cut would."""
        self._end(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    def stop(self) -> int:
        """Asks it to end; its exit status."""
        return self._end(signal.SIGTERM)

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")[-6000:] if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        return self.data_dir.parent / f"{self.data_dir.name}.log"

    def _end(self, how: int) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        status = self._process.wait(30)
        self._process = None
        return status

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KESU_")}
        return clean | environment_of(self.data_dir) | {"PYTHONUNBUFFERED": "1"} | self.environment

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/api/v1/openapi.json", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _kesu() -> list[str]:
    return [sys.executable, "-m", "server"]
