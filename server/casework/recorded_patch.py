"""The merge patch that a list of changes in the history once was."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from server.domain.case_changes import ORDER, tokens
from server.domain.form_schema import Schema, is_rows


def patch_of(changes: Iterable[Mapping[str, Any]], after: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """A merge patch that makes `changes` again; `after` is the case file they led to.

    A list of rows is given whole, as a patch must: rows that were not touched by their id alone.
    """
    patch: dict[str, Any] = {}
    touched: dict[tuple[str, ...], dict[str, Any]] = {}
    for change in changes:
        path = tokens(change["pointer"])
        rows_at = _rows_at(schema, path)
        if rows_at is not None and len(path) > rows_at:
            _touch(touched, path, rows_at, change, after)
        else:
            _put(patch, path, change.get("after"), change)
    for path_to, rows in touched.items():
        standing = _at(after, path_to)
        whole = [rows.get(row["id"], {"id": row["id"]}) for row in standing] if isinstance(standing, list) else []
        _put(patch, list(path_to), whole if standing is not None else None, {})
    return patch


def nested(pointer: str, value: Any, schema: Schema) -> Any:
    """`value` as it stands in a case file that holds nothing else; rows as lists of one."""
    path = tokens(pointer)
    found, here = value, [schema]
    for step in path:
        inner = here[-1].get("items") if is_rows(here[-1]) else here[-1].get("properties", {}).get(step)
        here.append(inner or {})
    for step, view in zip(reversed(path), reversed(here[:-1]), strict=True):
        found = [found] if is_rows(view) else {step: found}
    return found


def _rows_at(schema: Schema, path: list[str]) -> int | None:
    """How many steps lead to the first list of rows on the way; None when there is none."""
    here: Schema = schema
    for position, step in enumerate(path):
        here = here.get("properties", {}).get(step, {})
        if is_rows(here):
            return position + 1
    return None


def _touch(
    touched: dict[tuple[str, ...], dict[str, Any]],
    path: list[str],
    rows_at: int,
    change: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    rows = touched.setdefault(tuple(path[:rows_at]), {})
    key, inner = path[rows_at], path[rows_at + 1 :]
    if key == ORDER:
        return
    if not inner:
        if change.get("after") is not None:
            rows[key] = deepcopy(dict(change["after"]))
        return
    standing = next((row for row in _at(after, path[:rows_at]) or [] if row.get("id") == key), None)
    if standing is not None and any(isinstance(_at(standing, inner[:end]), list) for end in range(1, len(inner))):
        rows[key] = deepcopy(standing)  # a list inside the row is given whole, too
    else:
        _put(rows.setdefault(key, {"id": key}), inner, change.get("after"), change)


def _put(place: dict[str, Any], path: list[str], value: Any, change: Mapping[str, Any]) -> None:
    *groups, last = path
    for group in groups:
        inner = place.get(group)
        if not isinstance(inner, dict):
            inner = place[group] = {}
        place = inner
    if value is None and change.get("before") == {}:
        # The group is gone as a whole; what it held is cleared with it.
        place[last] = None
    elif not (isinstance(value, dict) and not value and isinstance(place.get(last), dict)):
        place[last] = deepcopy(value)


def _at(case: Any, path: Iterable[str]) -> Any:
    for name in path:
        case = case.get(name) if isinstance(case, Mapping) else None
    return case
