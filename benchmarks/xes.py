"""The process log (XES): complaints and events a second, and the memory it needs at two sizes.

A short year is played, then copied with SQL until there are enough complaints; each log is written by `kesu xes` in a
process of its own, whose largest memory is read when it ends. Exit status 1 when ten times the complaints need more.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, String, cast, func, insert, literal, select

from server.app import build_context
from server.casework.context import Context
from server.clock import ManualClock
from server.logs import configure
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, ProcessInstance
from server.settings import Settings
from server.simulation.haste import in_haste, seldom_swept
from server.simulation.year import Plan, Year, beginning
from server.start import prepare

UNTIL = datetime(2026, 11, 29, 16, tzinfo=UTC)
PLAYED = 40
COMPLAINTS = 2_000
TIMES = 10
MOST_GROWTH = 1.1
SECRET = "a secret of the benchmark"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="A tenth of the complaints, for a quick look.")
    given = parser.parse_args(argv)
    complaints = COMPLAINTS // 10 if given.small else COMPLAINTS
    configure("critical")
    with tempfile.TemporaryDirectory() as folder:
        small, large = _measure(Path(folder) / "data", complaints)
    growth = round(large["peak_mb"] / small["peak_mb"], 3)
    print(json.dumps({"name": "xes", "sizes": [small, large], "memory_ratio": growth}))
    print(
        f"{large['complaints']} complaints with {large['events']} events in {large['seconds']} s: "
        f"{large['complaints_per_second']} complaints, {large['events_per_second']} events a second. "
        f"Memory {small['peak_mb']} MB at {small['complaints']} complaints, {large['peak_mb']} MB at "
        f"{large['complaints']} ({growth} times, at most {MOST_GROWTH})."
    )
    sys.exit(0 if growth <= MOST_GROWTH else 1)


def _measure(folder: Path, complaints: int) -> Iterator[dict[str, Any]]:
    settings = Settings(data_dir=folder, secret_key=SECRET)
    context = build_context(settings, clock=ManualClock(beginning(UNTIL)))
    prepare(context, demo=True)
    with seldom_swept(), in_haste(context.database):
        Year(context, Plan("xes", PLAYED, UNTIL)).run()
    for wanted in (complaints, complaints * TIMES):
        _copy(context, wanted)
        yield _written(folder)
    context.database.close()


def _copy(context: Context, wanted: int) -> None:
    """As many complaints as are wanted, each a copy of one that was played, history and all."""
    with context.read() as connection:
        played, last = connection.execute(select(func.count(), func.max(CaseFile.id)).select_from(CaseFile)).one()
    number = 0
    while played < wanted:
        number += 1
        many = min(played, wanted - played)
        with context.database.write("copy") as connection:
            for statement in _copies(f"-{last}", last, many):
                connection.execute(statement)
        with context.read() as connection:
            played, last = connection.execute(select(func.count(), func.max(CaseFile.id)).select_from(CaseFile)).one()


def _copies(mark: str, last: int, many: int) -> Iterator[Any]:
    """Statements that copy the first `many` complaints under ids behind `last` and names with `mark`."""
    some = select(CaseFile.id).order_by(CaseFile.id).limit(many)
    new_case = cast(ProcessInstance.case_id + last, Integer)
    chosen = select(ProcessInstance.id).where(ProcessInstance.case_id.in_(some))
    yield _copied(CaseFile, CaseFile.id.in_(some), id=CaseFile.id + last, number=CaseFile.number + literal(mark))
    yield _copied(
        ProcessInstance,
        ProcessInstance.case_id.in_(some),
        id=cast(ProcessInstance.id + literal(mark), String),
        case_id=new_case,
    )
    for table in (HistoryEvent, HistoryPayload):
        instance = cast(table.instance_id + literal(mark), String)
        yield _copied(table, table.instance_id.in_(chosen), instance_id=instance)


def _copied(table: Any, condition: Any, **changed: Any) -> Any:
    columns = [column.name for column in table.__table__.columns]
    values = [changed.get(name, getattr(table, name)) for name in columns]
    return insert(table).from_select(columns, select(*values).where(condition))


def _written(folder: Path) -> dict[str, Any]:
    """One log by the command line; its process is waited for with what it used."""
    command = [sys.executable, "-m", "server", "xes", "complaint", str(folder.parent / "log.xes")]
    environment = {**os.environ, "KESU_DATA_DIR": str(folder), "KESU_SECRET_KEY": SECRET, "LANG": "en_US.UTF-8"}
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        told = process.stderr.read() if process.stderr else ""
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(told)
    seconds = time.perf_counter() - began
    complaints, events = (int(word) for word in told.split() if word.isdigit())
    size = (folder.parent / "log.xes").stat().st_size
    return {
        "complaints": complaints,
        "events": events,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "complaints_per_second": round(complaints / seconds),
        "events_per_second": round(events / seconds),
        "log_mb": round(size / 1e6, 1),
        "peak_mb": round(usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3), 1),
    }


if __name__ == "__main__":
    main()
