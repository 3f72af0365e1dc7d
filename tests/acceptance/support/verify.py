"""What must be true of a case whoever drove it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.acceptance.support.schemas import Schema

if TYPE_CHECKING:
    from tests.acceptance.driver import Driver


def check_history(driver: "Driver", instance: Mapping[str, Any], done: Sequence[str]) -> list[dict[str, Any]]:
    """Gap-free, in order, one completion for each completed task; `done` are tasks known to be completed."""
    events = driver.all_items(f"/instances/{instance['id']}/history")
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), driver.told("history has gaps")
    times = [datetime.fromisoformat(event["at"]) for event in events]
    assert times == sorted(times), driver.told("history runs backwards")
    hashes = [event["hash"] for event in events]
    assert len(set(hashes)) == len(hashes), driver.told("two events have one hash")
    counted = Counter(event["data"]["task_id"] for event in events if event["type"] == "task.completed")
    assert set(counted.values()) <= {1}, driver.told(f"completed more than once: {counted}")
    listed = {task["id"] for task in driver.all_items("/tasks", state="completed", case=instance["case_number"])}
    assert set(counted) == listed, driver.told("history and list of completed tasks differ")
    assert set(done) <= listed, driver.told("a completed task is missing")
    return events


def check_saved(driver: "Driver", number: str, schema: Schema, patch: Mapping[str, Any]) -> None:
    """What was sent stands in the case file, character by character; lists and what the server writes aside."""
    case = driver.expect(200, "GET", f"/complaints/{number}").body["case"]
    ended = [rows[-1]["values"] for name, rows in case.items() if name.endswith("_rounds") and rows]
    for path, sent in _leaves(schema, patch):
        # A step that ends a round has its values in the round that was kept.
        found = [_at(one, path) for one in (case, *ended)]
        assert sent in (found if sent is not None else found[:1]), driver.told(
            f"/{'/'.join(path)} was sent as {sent!r} and stands as {found[0]!r}"
        )


def _at(case: Any, path: Iterable[str]) -> Any:
    for name in path:
        case = case.get(name) if isinstance(case, Mapping) else None
    return case


def _leaves(
    schema: Schema, patch: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[Iterable[str], Any]]:
    for name, part in schema.get("properties", {}).items():
        if name not in patch or part.get("readOnly") or "items" in part:
            continue
        if "properties" in part:
            # A group that is cleared loses what the form shows of it; what other forms know of it stays.
            inner = dict.fromkeys(part["properties"]) if patch[name] is None else patch[name]
            yield from _leaves(part, inner, (*path, name))
        else:
            yield (*path, name), patch[name]
