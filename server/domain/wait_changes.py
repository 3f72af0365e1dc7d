"""What an instance waits for, as its history tells it: which waits began, ended, or stand elsewhere since.

A wait is told by the engine's `task_id` and its `kind`; `id` is that of the user task or job, if it is one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

_TOLD = ("task_id", "kind", "id", "element_id", "process_id", "due_at")
_PLACE = ("element_id", "process_id")

Lines = Iterable[Mapping[str, Any]]
Key = tuple[str, str]


def key_of(line: Mapping[str, Any]) -> Key:
    """By which a wait is known while it lasts."""
    return line["task_id"], line["kind"]


def wait_changes(before: Lines, after: Lines) -> dict[str, list[dict[str, Any]]]:
    """`{"begun"?, "ended"?, "moved"?}`: what leads from one list of waits to the other, without what is empty.

    Lines are those of `process_instance.waits`; names and rules, which the version tells as well, are left out.
    """
    old, new = ({key_of(line): line for line in lines} for lines in (before, after))
    found = {
        "begun": [_told(line, _TOLD) for key, line in new.items() if key not in old],
        "ended": [_told(line, ("task_id", "kind")) for key, line in old.items() if key not in new],
        "moved": [
            _told(line, ("task_id", "kind", *_PLACE))
            for key, line in new.items()
            if key in old and any(line[name] != old[key][name] for name in _PLACE)
        ],
    }
    return {name: lines for name, lines in found.items() if lines}


def follow(waits: dict[Key, dict[str, Any]], changes: Mapping[str, Any], since: str) -> None:
    """Apply `changes` to the waits by key, in place; what begins has waited `since`."""
    for line in changes.get("ended", ()):
        waits.pop(key_of(line), None)
    for line in changes.get("moved", ()):
        if key_of(line) in waits:
            waits[key_of(line)].update({name: line[name] for name in _PLACE})
    for line in changes.get("begun", ()):
        waits[key_of(line)] = {"id": None, "since": since, **line}


def _told(line: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: line[name] for name in names if line.get(name) is not None}
