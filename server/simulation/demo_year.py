"""The demo's year: two processes beside the server play half of it each, and bring it over bit by bit.

The numbers it needs are taken before the port opens, so that nobody who files meanwhile gets one of them; those it did
not need are given back unless somebody has filed behind them. Killed at any moment, it goes on at the next start.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter as Counts
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import structlog
from sqlalchemy import Connection, func, insert, select, update

from server import logs
from server.app import MEGABYTE, build_context
from server.clock import ManualClock
from server.domain.bundle import Bundle, bundled_root
from server.files.store import FileStore
from server.persistence.models import CaseFile, Counter, DefinitionVersion
from server.settings import Settings
from server.simulation.haste import in_haste, seldom_swept
from server.simulation.moving import Move
from server.simulation.site import APPLICATION
from server.simulation.year import Plan, Year, beginning
from server.start import prepare

if TYPE_CHECKING:
    from server.casework.context import Context

log = structlog.get_logger(__name__)

SEED = "demo"
NOTE = "demo-year.json"
FOLDER = "demo-year"
HALVES = ("first", "second")
"""Folders of those who come in the first half of the year and in the second."""
PLAYED = "played"
ROOM = 2.0
"""So many numbers are taken in each calendar year for every complaint that is to come in: some come back as another."""
LOWER = 10
"""By how much the process gives way to others, where the system knows of it."""


@dataclass
class Note:
    """What is kept in the data folder about the year; `first` and `last` number taken, by calendar year."""

    complaints: int
    until: str
    first: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    done: bool = False


@dataclass(frozen=True)
class Brought:
    """Of one half: its complaints, the last number used by calendar year, and the processor's seconds it took."""

    complaints: int
    used: dict[str, int]
    worked: float


class DemoYear:
    """In the server: decide, take the numbers, start the processes, tell the log."""

    def __init__(self, context: "Context") -> None:
        self._context = context
        self._path = context.settings.data_dir / NOTE
        self._processes: list[subprocess.Popen[str]] = []
        self._note = self._decided()

    def take_numbers(self) -> None:
        """Before the port opens, at each start until the year is there."""
        note = self._note
        if note is None:
            return
        site = self._context.settings.site
        with self._context.database.write("take_numbers") as connection:
            if not note.last:
                for year in _years(datetime.fromisoformat(note.until), self._context.settings):
                    given = _given(connection, site, year)
                    note.first[str(year)], note.last[str(year)] = given + 1, given + _room(note.complaints)
                _write(self._path, note)
            for name, last in note.last.items():
                _count_on(connection, site, int(name), last)

    def start(self) -> None:
        """Begin to load in the background."""
        if self._note is not None:
            threading.Thread(target=self._load, name="demo year", daemon=True).start()

    def stop(self) -> None:
        """End what is under way; the next start goes on with it."""
        for process in self._processes:
            process.kill()
            process.wait()

    def _decided(self) -> Note | None:
        """None: nothing is wanted, or there is no need. Only a house without complaints is filled."""
        wanted = self._context.settings.demo_complaints
        if self._path.exists():
            note = Note(**json.loads(self._path.read_text("utf-8")))
            return None if note.done or not wanted else note
        with self._context.read() as connection:
            filled = connection.execute(select(CaseFile.id).limit(1)).first() is not None
            versions = set(connection.execute(select(DefinitionVersion.digest)).scalars())
        if filled or not wanted:
            return None
        if Bundle.from_folder(bundled_root(), APPLICATION).digest not in versions:
            log.warning("no year for the demo: the complaint process here is not the one that comes with Kesu")
            return None
        zone = self._context.settings.zone
        today = self._context.clock.now().astimezone(zone).date()
        note = Note(wanted, datetime.combine(today, time_of_day(), zone).astimezone(UTC).isoformat())
        _write(self._path, note)
        return note

    def _load(self) -> None:
        note, began = self._note, time.monotonic()
        if note is None:
            return
        log.info("the demo's year is being played", complaints=note.complaints)
        self._processes = [_ordered(self._context.settings, note, half) for half in range(len(HALVES))]
        texts = [_pipe(process.stdout).read() for process in self._processes]
        status = [process.wait() for process in self._processes]
        if any(status):
            log.warning("the demo's year was not loaded to its end; the next start goes on", status=status)
            return
        halves = [Brought(**json.loads(text)) for text in texts]
        finish_year(self._context, note, halves[-1].used)
        log.info(
            "the demo's year is loaded",
            seconds=round(time.monotonic() - began),
            complaints=sum(half.complaints for half in halves),
            processor_seconds=round(sum(half.worked for half in halves)),
        )


def _ordered(settings: Settings, note: Note, half: int) -> subprocess.Popen[str]:
    """The process of a half, with its order on standard input, which ends with its parent, however that ends."""
    command = [sys.executable, "-m", "server.simulation.demo_year"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    order = {"settings": _plain(settings), "note": asdict(note), "half": half}
    _pipe(process.stdin).write(json.dumps(order) + "\n")
    _pipe(process.stdin).flush()
    return process


def bring_half(live: "Context", note: Note, half: int) -> Brought:
    """Play it unless that was done before, and bring over what is not here yet."""
    folder = live.settings.data_dir / FOLDER
    play_half(live.settings, note, folder, half)
    side = _side(live.settings, folder / HALVES[half], datetime.fromisoformat(note.until))
    move = Move(side, live)
    for case_id in move.left():
        move.bring(case_id)
    with side.read() as connection:
        count = connection.execute(select(func.count()).select_from(CaseFile)).scalar_one()
        used = {str(row.year): row.value for row in connection.execute(select(Counter.year, Counter.value))}
    side.database.close()
    return Brought(count, used, time.process_time())


def finish_year(live: "Context", note: Note, used: Mapping[str, int]) -> None:
    """Both halves are here: give back the numbers behind those `used` last, and clear away what was played."""
    _give_back(live, note, used)
    note.done = True
    _write(live.settings.data_dir / NOTE, note)
    shutil.rmtree(live.settings.data_dir / FOLDER, ignore_errors=True)


def play_half(settings: Settings, note: Note, folder: Path, half: int) -> None:
    """In a folder of its own below `folder`."""
    own = folder / HALVES[half]
    if not (own / PLAYED).exists():
        shutil.rmtree(own, ignore_errors=True)
        _play(settings, note, own, half)
        (own / PLAYED).touch()


def _play(settings: Settings, note: Note, folder: Path, half: int) -> None:
    until = datetime.fromisoformat(note.until)
    side = _side(settings, folder, beginning(until))
    prepare(side, demo=True)
    # The procedure stays as it is, so that each complaint has a version that the other house has, too.
    year = Year(side, Plan(SEED, note.complaints, until, reviewed=False, half=half))
    before = Counts(moment.astimezone(settings.zone).year for moment in year.others) if half else Counts()
    with side.database.write("take_numbers") as connection:
        for name, first in note.first.items():
            _count_on(connection, settings.site, int(name), first - 1 + before[int(name)])
    with seldom_swept(), in_haste(side.database):
        year.run()
    side.database.close()


def _side(settings: Settings, folder: Path, now: datetime) -> "Context":
    """Another house under the same name, whose links and addresses hold in the first one, too."""
    own = {"data_dir": folder, "database_url": f"sqlite:///{(folder / 'kesu.db').absolute().as_posix()}"}
    side = build_context(settings.model_copy(update=own | {"smtp_url": "", "imap_url": ""}), clock=ManualClock(now))
    side.files = FileStore(folder / "files", settings.max_upload_mb * MEGABYTE, synced=False)
    return side


def _years(until: datetime, settings: Settings) -> list[int]:
    """Calendar years of the site that the played one lies in."""
    return sorted({moment.astimezone(settings.zone).year for moment in (beginning(until), until)})


def _room(complaints: int) -> int:
    return int(complaints * ROOM) + 50


def _given(connection: Connection, site: str, year: int) -> int:
    query = select(Counter.value).where(Counter.site == site, Counter.year == year)
    return connection.execute(query).scalar_one_or_none() or 0


def _count_on(connection: Connection, site: str, year: int, value: int) -> None:
    """The next number is above `value`."""
    here = (Counter.site == site) & (Counter.year == year)
    if connection.execute(select(Counter.value).where(here)).first() is None:
        connection.execute(insert(Counter).values(site=site, year=year, value=value))
    connection.execute(update(Counter).where(here, Counter.value < value).values(value=value))


def _give_back(live: "Context", note: Note, used: Mapping[str, int]) -> None:
    """Numbers that were not needed, unless one behind them is given: then they stay a gap."""
    site = live.settings.site
    with live.database.write("give_back") as connection:
        for year, last in note.last.items():
            here = (Counter.site == site) & (Counter.year == int(year)) & (Counter.value == last)
            connection.execute(update(Counter).where(here).values(value=min(used[year], last)))


def _plain(settings: Settings) -> dict[str, Any]:
    """As JSON for the other process, the secret included: it goes through a pipe."""
    found = settings.model_dump(mode="json") | {"secret_key": settings.secret(), "secret_key_file": None}
    return {name: value for name, value in found.items() if value is not None}


def _pipe(stream: "IO[str] | None") -> "IO[str]":
    if stream is None:
        raise TypeError("the process was started without this pipe")
    return stream


def _write(path: Path, note: Note) -> None:
    """Whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(note)), "utf-8")
    fresh.replace(path)


def main() -> None:
    """A process: its order comes on standard input, which ends with the server; it tells what it brought."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(LOWER)
    # Workers that fail are part of the play.
    logs.configure("critical")
    brought = bring_half(build_context(Settings(**order["settings"])), Note(**order["note"]), order["half"])
    print(json.dumps(asdict(brought)))


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
