"""The demo's complaints as stories: what was filed, and what was answered at each step."""

import json
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


def answers(key: str) -> dict[str, dict[str, Any]]:
    """The answers by element id, in the order of the steps."""
    return {answer["element_id"]: answer["data"] for answer in SAMPLES[key]["answers"]}
