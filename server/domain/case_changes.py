"""What changed in a case file, field by field, and how a case file is rebuilt from its changes.

A field is named by a JSON pointer (RFC 6901) in which a row is addressed by its id, never by its place:
`/team/members/7f3a/name`. A row that came or went is one change at `/team/members/7f3a` with the whole row
as `after` or `before`. A new order of rows is one change at `/team/members/-` with the ids. `None` stands
for "not there", since a case file holds no nulls (`without_nulls`); nulls inside plain lists are values.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from types import NoneType
from typing import Any

import orjson

from server.domain.json_gate import pointer_token

# Tuples of plain types: an abstract Mapping or a union would be asked again for every field of every case.
_GROUP = (dict, NoneType)
_CONTAINER = (dict, list)

ORDER = "-"
"""The last step of the pointer that stands for the order of an array of rows (RFC 6901: past its end)."""


@dataclass(frozen=True)
class Change:
    """`before` and `after` are JSON values; None where the field was or is not there."""

    pointer: str
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        """As it stands in the history; what was or is not there is left out."""
        values = {"pointer": self.pointer, "before": self.before, "after": self.after}
        return {name: value for name, value in values.items() if value is not None}


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The changes that lead from one case file to the other; values are copies."""
    return [Change(one.pointer, _copy(one.before), _copy(one.after)) for one in _objects("", before, after)]


def stamp(changes: Iterable[Change], field_revisions: Mapping[str, int], revision: int) -> dict[str, int]:
    """`field_revisions` (pointer to the revision that last changed it) with `changes` made at `revision`."""
    # A group that only came or went empty is nobody's change: whoever fills it next is in no one's way.
    changed = (change for change in changes if not _is_empty_group(change))
    return {**field_revisions, **{change.pointer: revision for change in changed}}


def _is_empty_group(change: Change) -> bool:
    return (change.before, change.after) in ((None, {}), ({}, None))


def fold(changes: Iterable[Change | Mapping[str, Any]], start: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The case file that results from `changes`, applied in order to a copy of `start` (an empty case file).

    Raises ValueError when a change does not fit what stands there, which means the history has a gap.
    """
    case = deepcopy(dict(start or {}))
    fold_into(case, changes)
    return case


def fold_into(case: dict[str, Any], changes: Iterable[Change | Mapping[str, Any]]) -> None:
    """As `fold`, in place."""
    for change in changes:
        found = change if isinstance(change, Change) else _read(change)
        _replay(case, found)


def without_nulls(value: Any) -> Any:
    """A copy of a case file or part of it in which fields that are null are absent."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) if isinstance(item, _CONTAINER) else item for item in value]
    return value


def _read(change: Mapping[str, Any]) -> Change:
    return Change(change["pointer"], change.get("before"), change.get("after"))


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values: 1 and 1.0 are the same, 1 and true are not, the order of members is nothing."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def are_rows(value: Any) -> bool:
    """Whether `value` is a list of rows: objects with an `id` text each, no id twice. An empty list is."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return False
    ids = [row.get("id") for row in value]
    return all(isinstance(one, str) and one not in ("", ORDER) for one in ids) and len(set(ids)) == len(ids)


def tokens(pointer: str) -> list[str]:
    """The steps of a JSON pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _copy(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value)) if isinstance(value, _CONTAINER) else value


def _objects(pointer: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in (*before, *(key for key in after if key not in before)):
        if key in before and _is_as_it_was(before[key], after.get(key)):
            continue
        yield from _values(f"{pointer}/{pointer_token(key)}", before.get(key), after.get(key))


def _is_as_it_was(before: Any, after: Any) -> bool:
    """At the speed of C, for most of a case file does not change: False means that it is worth a closer look."""
    if before is after:
        return True
    # 1 equals true for Python, hence the texts.
    return isinstance(before, _CONTAINER) and before == after and orjson.dumps(before) == orjson.dumps(after)


def _values(pointer: str, before: Any, after: Any) -> Iterator[Change]:
    if before is after:
        return
    if isinstance(before, _GROUP) and isinstance(after, _GROUP):
        yield from _maybe_objects(pointer, before, after)
    elif _row_lists(before, after):
        yield from _rows(pointer, before, after)
    elif not same(before, after):
        yield Change(pointer, before, without_nulls(after))


def _maybe_objects(pointer: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Change]:
    inner = list(_objects(pointer, before or {}, after or {}))
    yield from inner
    if before is not None and after is None:
        yield Change(pointer, {}, None)
    if before is None and after is not None and not inner:
        yield Change(pointer, None, {})


def _row_lists(before: Any, after: Any) -> bool:
    lists = [value for value in (before, after) if value is not None]
    return all(are_rows(value) for value in lists) and any(lists)


def _rows(pointer: str, before: list[Any] | None, after: list[Any] | None) -> Iterator[Change]:
    old = {row["id"]: row for row in before or []}
    new = {row["id"]: row for row in after or []}
    for key, row in old.items():
        inner = f"{pointer}/{pointer_token(key)}"
        if key in new:
            yield from _objects(inner, row, new[key])
        else:
            yield Change(inner, row, None)
    for key, row in new.items():
        if key not in old:
            yield Change(f"{pointer}/{pointer_token(key)}", None, without_nulls(row))
    order = [key for key in old if key in new] + [key for key in new if key not in old]
    if order != list(new):
        yield Change(f"{pointer}/{ORDER}", order, list(new))
    if before is not None and after is None:
        yield Change(pointer, [], None)


def _replay(case: dict[str, Any], change: Change) -> None:
    *path, last = tokens(change.pointer)
    here: Any = case
    for position, token in enumerate(path):
        is_row_list = position == len(path) - 1 and isinstance(change.after, Mapping) and change.after.get("id") == last
        here = _step(here, token, [] if is_row_list else {})
    after = deepcopy(change.after)
    if isinstance(here, dict):
        if after is None:
            here.pop(last, None)
        else:
            here[last] = after
    elif last == ORDER:
        here.sort(key=lambda row: after.index(row["id"]))
    elif isinstance(after, dict):
        here.append(after)
    else:
        here.remove(_step(here, last, None))


def _step(here: Any, token: str, missing: Any) -> Any:
    if isinstance(here, dict):
        return here.setdefault(token, missing)
    for row in here if isinstance(here, list) else []:
        if row["id"] == token:
            return row
    raise ValueError(f"the history does not fit: nothing is called {token!r} where a change wants to go")
