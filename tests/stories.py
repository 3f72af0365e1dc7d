"""The demo's complaints as stories: what was filed, and what was answered at each step."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SAMPLES: dict[str, dict[str, Any]] = {
    sample["key"]: sample
    for sample in json.loads((Path(__file__).parents[1] / "server/demo/complaints.json").read_text("utf-8"))
}


def fields(key: str) -> dict[str, Any]:
    """What was filed."""
    found: dict[str, Any] = SAMPLES[key]["fields"]
    return found


def steps(key: str) -> list[dict[str, Any]]:
    """What happened, in order: `{"element_id", "data"}` for a task, `{"message", "payload"}` for word from outside."""
    found: list[dict[str, Any]] = SAMPLES[key]["answers"]
    return found


def answers(key: str) -> dict[str, dict[str, Any]]:
    """The answers by element id, in the order of the steps; of a step done again in a later round the last one."""
    return {step["element_id"]: step["data"] for step in steps(key) if "element_id" in step}


def task_of(step: dict[str, Any], tasks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Of the open `tasks`, the one that `step` answers: where work goes on in parallel there are several."""
    return next(task for task in tasks if task["element_id"] == step["element_id"])
