"""The cause of an incident: what it has in common with others, so that people repair a cause and not a list."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from server.casework.library import PublishedVersion
from server.casework.register import FALLBACKS, value_at
from server.domain.fingerprint import EDITION, fingerprint

_CHOICE = re.compile(r"[a-z][a-z_]*")
_NAME_LENGTH, _NAME_WORDS = 60, 5


def cause_of(
    version: PublishedVersion, data: Mapping[str, Any], element_id: str | None, topic: str | None, message: str
) -> dict[str, Any]:
    """Columns of an incident that tell its cause: application, version, element, topic and kind of error."""
    found = fingerprint(message, names_in(version, data))
    parts = [version.key, str(version.id), element_id or "", topic or "", found]
    return {
        "application": version.key,
        "version_id": version.id,
        "topic": topic,
        "fingerprint": found,
        "group_key": sha256("\n".join(parts).encode()).hexdigest()[:16],
        "edition": EDITION,
    }


def names_in(version: PublishedVersion, data: Mapping[str, Any]) -> Iterator[str]:
    """Names and numbers of the case: its register columns and what stands beside the customer's name."""
    columns = version.application.columns
    customer = columns["customer"].pointer if "customer" in columns else FALLBACKS[1]
    beside = value_at(data, customer.rpartition("/")[0])
    values = [value_at(data, column.pointer) for column in columns.values()]
    values += [data.get("number"), *(beside.values() if isinstance(beside, Mapping) else ())]
    for value in values:
        short = isinstance(value, str) and len(value) <= _NAME_LENGTH and len(value.split()) <= _NAME_WORDS
        # A choice ("valid", "zero_km") is a word like any other in an error's text.
        if short and not _CHOICE.fullmatch(value):
            yield value
