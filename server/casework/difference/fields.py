"""The difference of two forms, or of two case schemas: fields, choices, what is required, and how it is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.domain.bundle import Bundle
from server.domain.form_schema import Schema
from server.domain.forms import CASE_SCHEMA, FormBook
from server.domain.json_gate import pointer_token
from server.domain.rejection import Rejected
from server.engine.difference import Change, Kind

_INNER = frozenset({"properties", "items", "required"})
_CHOICES = ("oneOf", "anyOf", "enum")
ANYWHERE = "*"
"""The step of a pointer that stands for every row."""


@dataclass
class Field:
    """A field of a resolved schema; choices: label by value, as text."""

    schema: Schema
    required: bool
    choices: dict[str, str] = field(default_factory=dict)


def compare_forms(old: Bundle, new: Bundle) -> list[Change]:
    """What differs between the forms of two bundles and their case schemas. Never raises.

    What a form takes over from the case schema is told there alone.
    """
    ours, theirs = FormBook(old), FormBook(new)
    before, after = _case(ours, old), _case(theirs, new)
    found: list[Change] = []
    if before is None or after is None:
        return [Change("changed", f"forms/{CASE_SCHEMA}", "", "unreadable")] if before is not after else []
    told = list(_fields(f"forms/{CASE_SCHEMA}", before, after))
    found += told
    known = {(change.kind, change.subject, change.aspect) for change in told}
    for key in (key for key in theirs.keys() if key in ours):  # noqa: SIM118 - a book is no mapping
        if old[f"forms/{key}.json"] == new[f"forms/{key}.json"] and not told:
            continue
        own = _form(ours, theirs, key)
        found += [each for each in own if (each.kind, each.subject, each.aspect) not in known]
    return found


def _case(book: FormBook, bundle: Bundle) -> dict[str, Field] | None:
    try:
        return fields_of(book.case_schema())
    except (Rejected, KeyError):
        return None


def _form(ours: FormBook, theirs: FormBook, key: str) -> Iterator[Change]:
    file = f"forms/{key}.json"
    try:
        before, after = ours.schema(key), theirs.schema(key)
        one, other = ours.ui(key), theirs.ui(key)
    except Rejected as refusal:
        yield Change("changed", file, "", "unreadable", None, str(refusal))
        return
    yield from _fields(file, fields_of(before), fields_of(after))
    for hint in dict.fromkeys((*other, *one)):
        if one.get(hint) != other.get(hint):
            yield Change("changed", file, "", f"ui.{hint}", one.get(hint), other.get(hint), sort="form")
    if before.get("title") != after.get("title"):
        yield Change("changed", file, "", "title", before.get("title"), after.get("title"), sort="form")


def fields_of(schema: Schema) -> dict[str, Field]:
    """Every field of a resolved schema by its pointer; the fields of rows behind `/*`."""
    found: dict[str, Field] = {}
    _collect(schema, "", found)
    return found


def _collect(schema: Mapping[str, Any], pointer: str, found: dict[str, Field]) -> None:
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for name, inner in properties.items():
            here = f"{pointer}/{pointer_token(name)}"
            found[here] = Field(inner, name in schema.get("required", ()), _choices(inner))
            _collect(inner, here, found)
    if isinstance(schema.get("items"), dict):
        _collect(schema["items"], f"{pointer}/{ANYWHERE}", found)


def _choices(schema: Mapping[str, Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    for holder in (schema, schema.get("items") if isinstance(schema.get("items"), dict) else {}):
        for keyword in _CHOICES:
            listed = (holder or {}).get(keyword)
            for each in listed if isinstance(listed, list) else ():
                if isinstance(each, dict) and "const" in each:
                    values[str(each["const"])] = str(each.get("title", each["const"]))
                elif not isinstance(each, dict):
                    values[str(each)] = str(each)
    return values


def _fields(file: str, before: Mapping[str, Field], after: Mapping[str, Field]) -> Iterator[Change]:
    for pointer, now in after.items():
        was = before.get(pointer)
        if was is None:
            if pointer.rpartition("/")[0] in before or pointer.count("/") == 1 or _is_row(pointer, before):
                yield _change("added", file, pointer, "field", None, now.schema.get("type"), now)
            continue
        yield from _field(file, pointer, was, now)
    for pointer, was in before.items():
        if pointer not in after and (
            pointer.rpartition("/")[0] in after or pointer.count("/") == 1 or _is_row(pointer, after)
        ):
            yield _change("removed", file, pointer, "field", was.schema.get("type"), None, was)


def _is_row(pointer: str, there: Mapping[str, Field]) -> bool:
    """Whether the pointer is that of a row's field whose array is there."""
    return pointer.rpartition("/")[0].removesuffix(f"/{ANYWHERE}") in there


def _field(file: str, pointer: str, was: Field, now: Field) -> Iterator[Change]:
    if was.required != now.required:
        yield _change("changed", file, pointer, "required", was.required, now.required, now)
    for value in now.choices:
        if value not in was.choices:
            yield _change("added", file, pointer, "choice", None, value, now)
        elif was.choices[value] != now.choices[value]:
            yield _change("changed", file, pointer, f"choice.{value}", was.choices[value], now.choices[value], now)
    for value in was.choices:
        if value not in now.choices:
            yield _change("removed", file, pointer, "choice", value, None, now)
    for keyword in dict.fromkeys((*now.schema, *was.schema)):
        if keyword in _INNER or keyword in _CHOICES:
            continue
        one, other = was.schema.get(keyword), now.schema.get(keyword)
        if one != other:
            yield _change("changed", file, pointer, keyword, one, other, now)
    one, other = (_of_items(each.schema) for each in (was, now))
    if one != other:
        yield _change("changed", file, pointer, "items", one, other, now)


def _of_items(schema: Mapping[str, Any]) -> dict[str, Any]:
    items = schema.get("items")
    if not isinstance(items, dict):
        return {}
    return {key: value for key, value in items.items() if key not in _CHOICES and key != "properties"}


def _change(kind: Kind, file: str, pointer: str, aspect: str, before: Any, after: Any, there: Field) -> Change:
    return Change(kind, file, pointer, aspect, before, after, None, str(there.schema.get("title", "")), "field")
