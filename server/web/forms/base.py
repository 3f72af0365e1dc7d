"""Values compared and laid over each other."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson


def digest(value: Any) -> str:
    """Short fingerprint of a JSON value; empty values of any kind are alike."""
    plain = orjson.dumps(_bare(value), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(plain).hexdigest()[:12]


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: inner for key, one in value.items() if (inner := _bare(one)) is not None} or None
    if isinstance(value, list):
        return [_bare(one) for one in value] or None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def overlay(data: Any, draft: Any) -> Any:
    """`data` with a draft (a merge patch) on top, as a person sees it; rows are matched by their id."""
    if isinstance(draft, Mapping) and isinstance(data, Mapping | None):
        merged = dict(data or {})
        for name, value in draft.items():
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = overlay(merged.get(name), value)
        return merged
    if isinstance(draft, list) and all(isinstance(row, Mapping) for row in draft):
        known = {row["id"]: row for row in data or () if isinstance(row, Mapping) and "id" in row}
        return [overlay(known.get(row.get("id"), {}), row) for row in draft]
    return draft
