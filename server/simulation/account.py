"""What came of a year: a digest that is the same whenever the same year is played, and how much of what there is."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.domain.history import EventType
from server.simulation.people import OUTSIDE

if TYPE_CHECKING:
    from server.simulation.life import Life
    from server.simulation.world import World

_RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32,64}\b")
"""Ids and sums that the product makes anew at every run."""
_COUNTED = frozenset({"incident_id", "run", "revision"})
"""Numbers that count over all complaints of a database."""


@dataclass
class Account:
    """`flows`: the elements and flows that complaints passed; `rungs`: how high escalations went."""

    complaints: int = 0
    states: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    """User tasks that are open, by element."""
    flows: set[str] = field(default_factory=set)
    rungs: Counter[str] = field(default_factory=Counter)
    digest: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "complaints": self.complaints,
            "states": dict(sorted(self.states.items())),
            "ends": dict(sorted(self.ends.items())),
            "waiting": dict(sorted(self.waiting.items())),
            "rungs": dict(sorted(self.rungs.items())),
            "events": dict(sorted(self.events.items())),
            "digest": self.digest,
        }


def account_of(world: "World") -> Account:
    """Read all histories over the API and add them up."""
    found = Account()
    total = hashlib.sha256()
    for life in world.lives:
        found.complaints += 1
        instance = world.office.get(OUTSIDE, f"/instances/{life.instance_id}")
        found.states[instance["state"]] += 1
        if instance["end_event"]:
            found.ends[instance["end_event"]] += 1
        for step in instance["active"]:
            if step["kind"] == "user_task":
                found.waiting[step["element_id"]] += 1
        total.update(_told(found, world, life))
    found.digest = total.hexdigest()
    return found


def _told(found: Account, world: "World", life: "Life") -> bytes:
    """The history without what is random in it, as one text."""
    names: dict[str, str] = {}
    lines = []
    for event in world.office.pages(OUTSIDE, f"/instances/{life.instance_id}/history"):
        found.events[event["type"]] += 1
        data = event["data"] or {}
        if event["type"] == EventType.INSTANCE_ADVANCED:
            found.flows.update(data["path"])
        if event["type"] == EventType.TASK_ESCALATED:
            found.rungs[f"{data['level']} {data['group']}"] += 1
        told = [event["seq"], event["at"], event["actor"], event["type"], event["element_id"], _plain(data, names)]
        lines.append(json.dumps(told, ensure_ascii=False, sort_keys=True))
    return "\n".join([life.number, *lines, ""]).encode()


def _plain(value: Any, names: dict[str, str]) -> Any:
    """`value` with ids as their turn in the history, so that which is which still counts."""
    if isinstance(value, str):
        return _RANDOM.sub(lambda match: names.setdefault(match[0], f"#{len(names)}"), value)
    if isinstance(value, list):
        return [_plain(each, names) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each, names) for key, each in value.items() if key not in _COUNTED}
    return value
