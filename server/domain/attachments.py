"""Which files a case or a form's data names."""

from collections.abc import Mapping
from typing import Any


def attachment_ids(schema: Mapping[str, Any], data: Any) -> set[str]:
    """Ids in all fields of `data` whose resolved `schema` says `format: attachment`; odd data is passed over."""
    if schema.get("format") == "attachment":
        return {data} if isinstance(data, str) else set()
    if isinstance(data, dict):
        fields: Mapping[str, Any] = schema.get("properties", {})
        return set().union(*(attachment_ids(fields[name], value) for name, value in data.items() if name in fields))
    if isinstance(data, list) and "items" in schema:
        return set().union(*(attachment_ids(schema["items"], item) for item in data))
    return set()
