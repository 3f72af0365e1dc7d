"""One durable completion of a user task, with all it must do, against raw SpiffWorkflow's load + step + save.

Both run the complaint process in turn, step by step, with the same answers, on SQLite (WAL, synchronous=FULL).
Measured are the steps whose next wait is a user task, so that both make the same moves. Ours authorises, checks the
form, locks, advances, and writes case file, tasks, jobs and history in one commit; raw only moves and saves.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.raw_spiff import RawStore
from server.app import build_context
from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.domain.bundle import bundled_root
from server.queries.sign_in import actor_named
from server.queries.task_list import task_list
from server.runner.local_dispatcher import LocalDispatcher
from server.security.actor import Actor
from server.settings import Settings
from server.start import prepare

MEASURED = ("cause_side", "team", "meeting", "emergency", "plan", "approve_plan")
TARGET = 1.5


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="Fewer cases, for a quick look.")
    cases = 8 if parser.parse_args(argv).small else 40
    with tempfile.TemporaryDirectory() as folder:
        ours, raw = _measure(Path(folder), cases)
    ratio = statistics.median(ours) / statistics.median(raw)
    figure = {
        "name": "complete_task",
        "ratio": round(ratio, 2),
        "target": TARGET,
        "ours_ms": _milliseconds(ours),
        "raw_ms": _milliseconds(raw),
        "completions": len(ours),
    }
    print(json.dumps(figure))
    print(
        f"A durable task completion takes {ratio:.2f} times raw SpiffWorkflow's load + step + save (at most {TARGET})."
    )


def _milliseconds(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median": round(statistics.median(ordered) * 1e3, 2),
        "p95": round(ordered[int(len(ordered) * 0.95)] * 1e3, 2),
    }


def _measure(folder: Path, cases: int) -> tuple[list[float], list[float]]:
    context = build_context(Settings(data_dir=folder))
    prepare(context, demo=True)
    actor = actor_named(context, "admin")
    assert actor is not None
    dispatcher = LocalDispatcher(context)
    root = bundled_root()
    raw = RawStore(folder / "raw.db", root / "workflows" / "complaint", "complaint")
    sample = json.loads((root / "server" / "demo" / "complaints.json").read_text("utf-8"))[0]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(cases + 2):
        took = _one_case(context, actor, dispatcher, raw, sample)
        if number >= 2:  # the first cases fill caches on both sides
            for kept, new in zip(times, took, strict=True):
                kept.extend(new)
    return times


def _one_case(
    context: Context, actor: Actor, dispatcher: LocalDispatcher, raw: RawStore, sample: dict[str, Any]
) -> tuple[list[float], list[float]]:
    filed = context.execute(FileComplaint(actor=actor, channel=sample["channel"], fields=sample["fields"]))
    raw_id = raw.start(sample["fields"])
    ours_took, raw_took = [], []
    for answer in sample["answers"]:
        dispatcher.drain()
        tasks = task_list(context, actor, language="en", case=filed.body["number"])["items"]
        task = next(task for task in tasks if task["element_id"] == answer["element_id"])
        command = CompleteTask(actor=actor, command_id=task["id"], task_id=task["id"], data=answer["data"])
        ours = _timed(lambda command=command: context.execute(command))
        other = _timed(lambda answer=answer: raw.complete(raw_id, answer["element_id"], answer["data"]))
        if answer["element_id"] in MEASURED:
            ours_took.append(ours)
            raw_took.append(other)
        if answer["element_id"] == MEASURED[-1]:
            break
    return ours_took, raw_took


def _timed(act: Any) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
