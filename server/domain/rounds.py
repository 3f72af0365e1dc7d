"""Rounds: when a loop of the process begins anew, what it held before is frozen, never overwritten.

A user task whose property `loop` names a loop of application.toml begins a round each time it opens. The case file
counts in `rounds.<loop>`, and `<loop>_rounds` holds the closed ones: `{number, reason, closed_at, values}`. Gateways
compare `rounds.<loop>` with `rounds.limit`, so that every loop ends; who decides then is drawn in the diagram.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from server.domain.application import Loop

COUNTERS = "rounds"
LIMIT = "limit"


@dataclass(frozen=True)
class Round:
    """The round that begins: its number from 1, and why the one before did not suffice ("" when nobody said)."""

    loop: str
    number: int
    reason: str


def begin_round(case: dict[str, Any], name: str, loop: Loop, limit: int, now: str) -> Round | None:
    """Begin the next round of the loop `name` in `case`, in place; `now` (RFC 3339) is when the last one closed.

    None when the loop goes on in its present round, nothing of its own (the first field it keeps) being filled yet.
    """
    counters = case.setdefault(COUNTERS, {})
    counters.setdefault(LIMIT, limit)
    number = counters.get(name)
    if number is None:
        counters[name] = 1
        return None
    if not _at(case, loop.keeps[0]):
        return None
    reason = _reason(case, loop)
    case.setdefault(f"{name}_rounds", []).append(_closed(case, loop, number, reason, now))
    for path in loop.clears:
        _clear(case, path)
    counters[name] = number + 1
    return Round(name, number + 1, reason)


def is_used_up(case: Mapping[str, Any], name: str) -> bool:
    """Whether the loop `name` may not begin another round."""
    counters = case.get(COUNTERS) or {}
    number, limit = counters.get(name), counters.get(LIMIT)
    return number is not None and limit is not None and number >= limit


def _reason(case: Mapping[str, Any], loop: Loop) -> str:
    """The first filled reason; one that goes by another field's value counts only while that holds."""
    counting = (
        path for path in loop.reason if path not in loop.when or _at(case, loop.when[path][0]) == loop.when[path][1]
    )
    return next((text for text in (_at(case, path) for path in counting) if isinstance(text, str) and text), "")


def _closed(case: Mapping[str, Any], loop: Loop, number: int, reason: str, now: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for path in loop.keeps:
        value = _at(case, path)
        if value is None:
            continue
        *groups, last = path.split(".")
        place = values
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = deepcopy(value)
    row = {"number": number, "closed_at": now, "values": values}
    return row | ({"reason": reason} if reason else {})


def _at(case: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(case, Mapping):
            return None
        case = case.get(name)
    return case


def _clear(case: dict[str, Any], path: str) -> None:
    *groups, last = path.split(".")
    place: Any = case
    for group in groups:
        place = place.get(group) if isinstance(place, Mapping) else None
    if isinstance(place, dict):
        place.pop(last, None)
