"""Reading and writing the case file at dotted paths, and loop items that stand for rows of it.

task.data never holds case data. All it may hold are loop items: records that say which row of which collection an
instance of a loop works on. A name that is a loop item reads and writes the live row in the case file, found by the
row's own `id`, so results of parallel or sequential items never collide.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

LoopItem = dict[str, Any]  # {"path": dotted path of the collection or None, "id": row id or None, "index", "value"}
_KEYS = {"path", "id", "index", "value"}


def loop_item(path: str | None, row_id: str | None, index: int, value: Any) -> LoopItem:
    """A loop item; without path and id it is a plain value (cardinality, lists of texts)."""
    return {"path": path, "id": row_id, "index": index, "value": value}


def holds_loop_items_only(data: Mapping[str, Any]) -> bool:
    """True when task data is nothing but loop items."""
    return all(isinstance(item, dict) and item.keys() == _KEYS for item in data.values())


def item_value(case: Mapping[str, Any], data: Mapping[str, Any], name: str) -> Any:
    """The live row of a loop item; the value copied at activation when it is no row or has left the collection."""
    item = data[name]
    row = _find_row(case, data, item)
    return item["value"] if row is None else row


def read_path(case: Mapping[str, Any], data: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path (first segment: case field, else loop item); None where nothing is filled."""
    first, *rest = path.split(".")
    value = item_value(case, data, first) if first in data and first not in case else case.get(first)
    for segment in rest:
        value = value.get(segment) if isinstance(value, dict) else None
    return value


def write_path(case: dict[str, Any], data: Mapping[str, Any], path: str, value: Any) -> None:
    """Merge a value into the case at a dotted path as a JSON Merge Patch (RFC 7396): null clears, objects merge.

    A first segment that is a loop item writes to that item's row, made when it is missing. Raises ValueError where
    the path runs through something that is no object.
    """
    segments = path.split(".")
    holder: dict[str, Any] = case
    if segments[0] in data and segments[0] not in case:
        holder = _row_for_writing(case, data, segments[0])
        if len(segments) == 1:
            whole = {key: part for key, part in value.items() if key != "id"} if isinstance(value, dict) else None
            merge_patch(holder, {"value": value} if whole is None else whole)
            return
        segments = segments[1:]
    for segment in segments[:-1]:
        inner = holder.get(segment)
        if inner is None:
            if value is None:
                return
            inner = holder[segment] = {}
        if not isinstance(inner, dict):
            raise ValueError(f"{path} runs through {segment}, which is no object")
        holder = inner
    merge_patch(holder, {segments[-1]: value})


def place_of(case: Mapping[str, Any], data: Mapping[str, Any], path: str) -> str:
    """The dotted path that `write_path` would write to, seen from the case file: a loop's row is written as `-`."""
    first, _, rest = path.partition(".")
    if first not in data or first in case or data[first]["path"] is None:
        return path
    others = {name: item for name, item in data.items() if name != first}
    return ".".join(part for part in (place_of(case, others, data[first]["path"]), "-", rest) if part)


def merge_patch(target: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Apply a JSON Merge Patch in place; the patch is copied, never shared."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, Mapping):
            inner = target.get(key)
            if not isinstance(inner, dict):
                inner = target[key] = {}
            merge_patch(inner, value)
        else:
            target[key] = deepcopy(value)


def _collection(case: Mapping[str, Any], data: Mapping[str, Any], item: LoopItem) -> Any:
    others = {name: other for name, other in data.items() if other is not item}
    return read_path(case, others, item["path"])


def _find_row(case: Mapping[str, Any], data: Mapping[str, Any], item: LoopItem) -> dict[str, Any] | None:
    if item["path"] is None or item["id"] is None:
        return None
    rows = _collection(case, data, item)
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("id") == item["id"]:
            return row
    return None


def _row_for_writing(case: dict[str, Any], data: Mapping[str, Any], name: str) -> dict[str, Any]:
    item = data[name]
    if item["path"] is None or item["id"] is None:
        raise ValueError(f"{name} is no row with an id, so nothing can be written to it")
    row = _find_row(case, data, item)
    if row is None:
        others = {key: other for key, other in data.items() if other is not item}
        rows = _collection(case, data, item)
        if not isinstance(rows, list):
            write_path(case, others, item["path"], [])
            rows = _collection(case, data, item)
        row = {"id": item["id"]}
        rows.append(row)
    return row
