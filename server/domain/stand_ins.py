"""Stable stand-ins for what belongs to a person: names, mail addresses, phone numbers, and files."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from server.domain.form_schema import Schema

_WORDS = frozenset(
    {"contact", "leader", "sponsor", "chair", "person", "responsible", "attendees", "people", "keeper", "trainer"}
    | {"report_to", "told_by", "by"}
)
_NO_PERSON = frozenset({"product", "part", "document", "order", "file"})
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:\+\d{1,3}[ -]?\d[\d -]{5,14}\d|1[3-9]\d{9})(?![\w-])")
_MADE = re.compile(r"[0-9a-f]{32,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Ids and checksums that a worker made: other ones each time, which would say nothing in a file."""
_FIXED = ("oneOf", "anyOf", "enum", "const")
_SHORTEST = 2


class StandIns:
    """Gives each value its stand-in, the same for the same value, numbered as they come."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self.files: dict[str, str] = {}
        """File id to its stand-in."""

    def learn(self, schema: Schema, data: Any, group: str = "", name: str = "") -> None:
        """Note all that is personal, and every file, in `data`, read by its schema; `group` holds the field `name`."""
        if isinstance(data, Mapping):
            fields: Mapping[str, Schema] = schema.get("properties", {})
            for field, value in data.items():
                self.learn(fields.get(field, {}), value, name, field)
        elif isinstance(data, list):
            for item in data:
                self.learn(schema.get("items", {}), item, group, name)
        elif isinstance(data, str) and data:
            self._learn_text(schema, data, group, name)

    def learn_people(self, names: Iterable[str]) -> None:
        """Names of people of the house, wherever they stand in a text."""
        for name in names:
            self._give(name, "Person")

    def put(self, value: Any, schema: Schema | None = None) -> Any:
        """A copy of `value` with stand-ins for all that was learnt, and for what looks like an address or a phone."""
        schema = schema or {}
        if isinstance(value, Mapping):
            fields = schema.get("properties", {})
            return {name: self.put(inner, fields.get(name, {})) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.put(item, schema.get("items", {})) for item in value]
        if not isinstance(value, str) or any(keyword in schema for keyword in _FIXED):
            return value
        if value in self.files:
            return self.files[value]
        if value not in self._of and _MADE.fullmatch(value):
            self._give(value, "id")
        if value in self._of:
            return self._of[value]
        return value if schema.get("format") in ("date", "date-time") else self._in_text(value)

    def _learn_text(self, schema: Schema, text: str, group: str, name: str) -> None:
        if schema.get("format") == "attachment":
            self.files.setdefault(text, f"file-{len(self.files) + 1}")
        elif any(keyword in schema for keyword in _FIXED) or schema.get("format") in ("date", "date-time"):
            return
        elif schema.get("format") == "email":
            self._give(text, "mail")
        elif name in ("phone", "mobile", "tel"):
            self._give(text, "phone")
        elif name == "address":
            self._give(text, "Address")
        elif name == "name" and group == "customer":
            self._give(text, "Customer")
        elif name in _WORDS or name.endswith("_by") or (name == "name" and group not in _NO_PERSON):
            self._give(text, "Person")

    def _give(self, text: str, kind: str) -> None:
        if text in self._of or not text.strip():
            return
        self._counts[kind] = number = self._counts.get(kind, 0) + 1
        shapes = {"id": f"id-{number}", "mail": f"person{number}@example.com", "phone": f"+86 10 5550 {number:04d}"}
        self._of[text] = shapes.get(kind, f"{kind} {number}")

    def _in_text(self, text: str) -> str:
        for known in sorted((each for each in self._of if len(each) >= _SHORTEST), key=len, reverse=True):
            if known in text:
                text = _whole(known).sub(self._of[known].replace("\\", r"\\"), text)
        for pattern, kind in ((_MAIL, "mail"), (_PHONE, "phone")):
            for found in pattern.findall(text):
                if found not in self._of.values():
                    self._give(found, kind)
                    text = text.replace(found, self._of[found])
        return text


def _whole(text: str) -> re.Pattern[str]:
    """`text` where it is no part of a longer word; in Chinese there is no space between words."""
    before = r"(?<![A-Za-z0-9_])" if re.match(r"[A-Za-z0-9_]", text) else ""
    after = r"(?![A-Za-z0-9_])" if re.search(r"[A-Za-z0-9_]$", text) else ""
    return re.compile(before + re.escape(text) + after)
