"""What a complaint costs: working hours that its steps were open, and money that people entered."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.application_parts import Costs

PROPERTY = "costRate"
"""The property of an activity: what one working hour of it costs, in the application's currency."""
_HOUR = 3600
_PEOPLE = "user_task"


@dataclass(frozen=True)
class CaseCost:
    """In the application's currency. steps: by the hours they were open; items: money entered, by the item's key."""

    steps: float
    items: Mapping[str, float]

    @property
    def total(self) -> float:
        return math.fsum((self.steps, *self.items.values()))


def rate_of(text: str | None) -> float | None:
    """The number a property costRate says; None for what is no number, negative or without end."""
    try:
        rate = float(text or "")
    except ValueError:
        return None
    return rate if 0 <= rate < math.inf else None


def step_rate(costs: Costs | None, kind: str, properties: Mapping[str, str]) -> float | None:
    """What a working hour of a step costs; None: nothing.

    kind: of the wait, as the engine names it. Where nobody works (a call, a job, a timer) only a costRate of its own
    counts: what is inside a called process has costs of its own.
    """
    if costs is None:
        return None
    if PROPERTY in properties:
        return rate_of(properties[PROPERTY])
    return costs.rate if kind == _PEOPLE else None


def step_cost(worked: float, rate: float | None) -> float:
    """Of one step that was open for `worked` working seconds."""
    return 0.0 if rate is None else worked / _HOUR * rate


def item_costs(costs: Costs | None, case: Mapping[str, Any]) -> dict[str, float]:
    """The money entered into the case file, by the item's key; what is not filled is left out."""
    found = {} if costs is None else {key: _number_at(case, item.pointer) for key, item in costs.items.items()}
    return {key: value for key, value in found.items() if value is not None}


def case_cost(costs: Costs | None, case: Mapping[str, Any], steps: Iterable[tuple[float, float | None]]) -> CaseCost:
    """steps: (working seconds it was open, cost of an hour or None) of every step so far."""
    return CaseCost(math.fsum(step_cost(worked, rate) for worked, rate in steps), item_costs(costs, case))


def _number_at(value: Any, pointer: str) -> float | None:
    for part in pointer.split("/")[1:]:
        value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
