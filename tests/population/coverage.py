"""What the complaints of a house have met: paths, events, rungs of the ladder, steps; read over the API.

`python -m tests.population.coverage FOLDER` prints what a played year has left out.
"""

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from server.simulation.office import Office
from server.simulation.people import OUTSIDE
from tests.acceptance.paths import Path
from tests.acceptance.walker import Map
from tests.population.playing import populated

if TYPE_CHECKING:
    from server.casework.context import Context

Event = Mapping[str, Any]


@dataclass
class Met:
    """`odd`: complaints whose ways cannot be read as paths, as after a step was sent back, with the reason."""

    paths: Counter[Path] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    rungs: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """(level, group that it went up to, element)."""
    faults: int = 0
    """Incidents that no job stands behind."""
    called: int = 0
    """So often somebody called for the next in charge by hand."""
    ends: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    odd: dict[str, str] = field(default_factory=dict)


def met(context: "Context", plan: Map) -> Met:
    found, office = Met(), Office(context)
    for case in office.pages(OUTSIDE, "/complaints"):
        instance = office.get(OUTSIDE, f"/instances/{case['instance_id']}")
        found.ends[instance["end_event"] or instance["state"]] += 1
        found.waiting.update(each["element_id"] for each in instance["active"] if each["kind"] == "user_task")
        _read(found, plan, case["number"], office.pages(OUTSIDE, f"/instances/{case['instance_id']}/history"))
    return found


def _read(found: Met, plan: Map, number: str, history: Iterable[Event]) -> None:
    home = {flow: each.id for each in plan.processes.values() for flow in each.source}
    taken: dict[str, list[str]] = defaultdict(list)
    for event in history:
        found.events[event["type"]] += 1
        data = event["data"] or {}
        if event["type"] == "instance.advanced":
            for flow in data["path"]:
                if flow in home:
                    taken[home[flow]].append(flow)
        found.faults += event["type"] == "incident.opened" and data["job_id"] is None
        if event["type"] == "task.escalated":
            found.rungs[data["level"], data["group"], event["element_id"]] += 1
            found.called += "reason" in data
    for process, flows in taken.items():
        try:
            for path in plan.processes[process].walked(flows):
                found.paths[path] += 1
        except AssertionError as gap:  # what went before the gap counts
            found.odd[number] = f"{process}: {gap}"


def main(folder: File) -> None:
    plan = Map()
    with tempfile.TemporaryDirectory() as copy, populated(folder, File(copy) / "data") as population:
        found = met(population.context, plan)
    for path in plan.possible:
        if not found.paths[path]:
            print(plan.words(path))
    print(f"{len(set(plan.possible) - found.paths.keys())} of {len(plan.possible)} paths missing")
    for kind in ("events", "ends", "waiting", "odd"):
        print(kind, dict(sorted(getattr(found, kind).items())))
    for rung, count in sorted(found.rungs.items()):
        print(count, *rung)


if __name__ == "__main__":
    main(File(sys.argv[1]))
