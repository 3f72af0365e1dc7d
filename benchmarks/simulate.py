"""A simulated year: how fast complaints are played over the public API, and whether it had everything in it.

Counted are ends, event types, rungs of the ladder, and the paths through the diagrams that no complaint went. Exit
status 1 when a large year leaves a path out.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.app import build_context
from server.clock import ManualClock
from server.logs import configure
from server.settings import Settings
from server.simulation.account import account_of
from server.simulation.haste import in_haste, seldom_swept
from server.simulation.year import Plan, Year, beginning
from server.start import prepare
from tests.acceptance.walker import Map
from tests.population.coverage import met

COMPLAINTS = 1000
UNTIL = datetime(2026, 11, 29, 16, tzinfo=UTC)
TARGET_SECONDS = 60
"""For 300 complaints, on two idle cores."""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="A twentieth of the complaints, for a quick look.")
    parser.add_argument("--seed", default="1", help="Another year.")
    given = parser.parse_args(argv)
    complaints = COMPLAINTS // 20 if given.small else COMPLAINTS
    with tempfile.TemporaryDirectory() as folder:
        figure = _measure(Path(folder) / "data", complaints, given.seed)
    print(json.dumps(figure, ensure_ascii=False))
    print(
        f"{figure['complaints']} complaints of a year in {figure['seconds']} s, {figure['per_second']} a second "
        f"({figure['seconds_for_300']} s for 300, at most {TARGET_SECONDS} on idle cores), {figure['calls']} calls; "
        f"{len(figure['paths_missing'])} of {figure['paths']} paths were not gone."
    )
    sys.exit(1 if not given.small and figure["paths_missing"] else 0)


def _measure(folder: Path, complaints: int, seed: str) -> dict[str, Any]:
    configure("critical")
    settings = Settings(data_dir=folder, secret_key="a secret of the benchmark")
    context = build_context(settings, clock=ManualClock(beginning(UNTIL)))
    prepare(context, demo=True)
    year = Year(context, Plan(seed, complaints, UNTIL), _show)
    began, cpu = time.perf_counter(), time.process_time()
    with seldom_swept(), in_haste(context.database):
        year.run()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    account = account_of(year.world)
    plan = Map()
    went = met(context, plan).paths.keys()
    context.database.close()
    return {
        "name": "simulate",
        "seed": seed,
        "complaints": account.complaints,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "load": [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "per_second": round(account.complaints / seconds, 1),
        "seconds_for_300": round(300 * seconds / account.complaints, 1),
        "calls": year.world.office.calls,
        "steps": sum(life.steps for life in year.world.lives),
        "states": dict(sorted(account.states.items())),
        "ends": dict(sorted(account.ends.items())),
        "rungs": dict(sorted(account.rungs.items())),
        "events": dict(sorted(account.events.items())),
        "paths": len(plan.possible),
        "paths_missing": sorted(plan.words(path) for path in set(plan.possible) - went),
        "digest": account.digest,
    }


def _show(done: int, total: int) -> None:
    print(f"\r{done} of {total} complaints", end="\n" if done == total else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
