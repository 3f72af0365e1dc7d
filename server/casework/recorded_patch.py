"""The merge patch that a list of changes in the history once was."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from server.domain.case_changes import tokens
from server.domain.form_schema import Schema, is_rows

Step = tuple[list[str], Mapping[str, Any]]
"""A change, with the path that leads to it from here."""


def patch_of(changes: Iterable[Mapping[str, Any]], after: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """A merge patch that makes `changes` again; `after` is the case file they led to.

    A list of rows is given whole, as a patch must: rows that were not touched by their id alone.
    """
    return _patch([(tokens(change["pointer"]), change) for change in changes], after, schema)


def _patch(steps: Iterable[Step], after: Any, schema: Schema) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    touched: dict[tuple[str, ...], dict[str, list[Step]]] = {}
    for path, change in steps:
        rows_at = _rows_at(schema, path)
        if rows_at is not None and len(path) > rows_at:
            rows = touched.setdefault(tuple(path[:rows_at]), {})
            rows.setdefault(path[rows_at], []).append((path[rows_at + 1 :], change))
        else:
            _put(patch, path, change.get("after"), change)
    for path_to, rows in touched.items():
        standing, items = _at(after, path_to), _items_of(schema, path_to)
        whole = [_row(rows.get(row["id"], []), row, items) for row in standing] if isinstance(standing, list) else []
        _put(patch, list(path_to), whole if standing is not None else None, {})
    return patch


def _row(steps: list[Step], row: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Whole where it is new; else what was touched, a list in it by the same rule."""
    if any(not path and change.get("after") is not None for path, change in steps):
        return deepcopy(dict(row))
    return {"id": row["id"], **_patch([step for step in steps if step[0]], row, schema)}


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


def _items_of(schema: Schema, path: Iterable[str]) -> Schema:
    """The schema of the rows in the list at `path`."""
    for step in path:
        schema = schema.get("properties", {}).get(step, {})
    found: Schema = schema.get("items", {})
    return found


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
