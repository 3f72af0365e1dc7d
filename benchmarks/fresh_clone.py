"""How long a newcomer waits: a fresh clone set up without Node, its first start, its second, and its tests.

The clone lies in a temporary folder; set-up and starts see a PATH with git and a shell, but no Node. Measured is the
last commit, not what was changed since. `--write` puts the times into README.md.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = re.compile(r"(?<=<!-- measured: fresh_clone -->\n).*?(?=<!-- end -->)", re.DOTALL)
TOOLS = ("git", "sh", "bash", "env", "uname", "cc")
PATIENCE_SECONDS = 60.0


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="Run all tests too: some minutes.")
    parser.add_argument("--write", action="store_true", help="Put the times into README.md.")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        times = _measure(Path(folder), tests=args.tests)
    if args.write:
        _write(times)
    print(json.dumps({"name": "fresh_clone", "cores": os.cpu_count(), "seconds": times}, ensure_ascii=False))
    print("; ".join(f"{what}: {seconds} s" for what, seconds in times.items()) + ".")


def _measure(folder: Path, *, tests: bool) -> dict[str, float]:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "KESU_"))}
    environment["PATH"] = str(_tools(folder / "bin"))
    # The demo's year would be played beside what is measured.
    environment["KESU_DEMO_COMPLAINTS"] = "0"

    def dev(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([_python(), "dev.py", *words], cwd=clone, env=environment, stdout=subprocess.DEVNULL)

    times = {"set-up of a fresh clone, without Node": _timed(lambda: _succeed(dev("setup")))}
    for what in ("first start with the demo, to the first page", "second start, to the first page"):
        times[what], times["a page of the running server"] = _start(dev, folder / "data")
    if tests:
        environment["PATH"] = os.environ["PATH"]  # the browser tests need more than that
        times["all tests"] = _timed(lambda: _succeed(dev("test")))
    return times


def _start(dev: Callable[..., subprocess.Popen[bytes]], data: Path) -> tuple[float, float]:
    """Seconds until the first page came, and for one more page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = f"http://127.0.0.1:{port}/login"
    began = time.monotonic()
    server = dev("run", "--port", str(port), "--data", str(data))
    try:
        while not _answers(page):
            if server.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                raise SystemExit("The server did not start.")
            time.sleep(0.02)
        first = round(time.monotonic() - began, 1)
        while not (data / "samples-loaded").exists() and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(0.1)
        return first, _timed(lambda: _answers(page), digits=3)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)


def _answers(page: str) -> bool:
    try:
        with urllib.request.urlopen(page, timeout=10) as answer:
            return bool(answer.read())
    except OSError:
        return False


def _timed(act: Callable[[], object], digits: int = 1) -> float:
    began = time.monotonic()
    act()
    return round(time.monotonic() - began, digits)


def _succeed(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        raise SystemExit(f"{process.args} ended with {process.returncode}.")


def _python() -> str:
    """The Python of the virtual environment's own base, so that the clone makes its own."""
    return str(Path(sys._base_executable).resolve())  # type: ignore[attr-defined]


def _tools(folder: Path) -> Path:
    folder.mkdir()
    for name in TOOLS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def _write(times: dict[str, float]) -> None:
    readme = ROOT / "README.md"
    rows = "".join(f"| {what} | {seconds} s |\n" for what, seconds in times.items())
    told = TABLE.sub(lambda _: f"| what | time |\n|---|---|\n{rows}", readme.read_text("utf-8"))
    readme.write_text(told, "utf-8")


if __name__ == "__main__":
    main()
