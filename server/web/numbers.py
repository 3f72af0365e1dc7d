"""Whole numbers of addresses and forms: none is larger than a database keeps."""

from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class _Number(IntegerConverter):
    """`<int:…>` of an address; a larger one leads nowhere."""

    def __init__(self, rules: Map, **options: Any) -> None:
        super().__init__(rules, **({"max": LARGEST} | options))


def install(app: Flask) -> None:
    """Before the first address is made."""
    app.url_map.converters["int"] = _Number


def whole_number(values: MultiDict[str, str], name: str) -> int | None:
    """The number called `name`, None without one; what is too large for any row is the largest, which no row has."""
    found: int | None = values.get(name, type=int)
    return None if found is None else max(-LARGEST, min(found, LARGEST))
