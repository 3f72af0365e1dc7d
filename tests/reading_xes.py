"""Reads XES as IEEE 1849 describes it (clauses 4 and 5) and says where a document is not as the standard asks.

Written from the standard, with nothing of the server: what it reads is what another tool would read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from lxml import etree

NAMESPACE = "{http://www.xes-standard.org/}"
_TYPES: dict[str, Callable[[str], Any]] = {
    "string": str,
    "id": str,
    "int": int,
    "float": float,
    "boolean": {"true": True, "false": False, "1": True, "0": False}.__getitem__,
    "date": datetime.fromisoformat,
}
_TRANSITIONS = frozenset(
    {"schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete"}
    | {"autoskip", "manualskip", "unknown"}
)
"""Of the standard lifecycle (7.2)."""
_ORDER = ("extension", "global", "classifier", *_TYPES, "trace", "event")


@dataclass
class Head:
    extensions: dict[str, str] = field(default_factory=dict)
    globals: dict[str, dict[str, Any]] = field(default_factory=dict)
    classifiers: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    attributes: dict[str, Any]
    events: list[dict[str, Any]]


def read(stream: IO[bytes], head: Head) -> Iterator[Case]:
    """The traces one by one; `head` is filled before the first. ValueError for what the standard does not allow."""
    ids: set[str] = set()
    rank, complete = 0, False
    for step, element in etree.iterparse(stream, events=("start", "end"), resolve_entities=False, no_network=True):
        _expect(element.tag.startswith(NAMESPACE), element, "is of another namespace")
        parent = element.getparent()
        kind = _kind(element)
        if step == "start":
            if parent is None:
                _expect(kind == "log", element, "is no log")
                _expect(float(element.get("xes.version")) >= 1849, element, "has no version of the standard")
            continue
        if parent is None:
            complete = True
        elif _kind(parent) == "log":
            here = _ORDER.index(kind) if kind not in _TYPES else _ORDER.index("string")
            _expect(here >= rank, element, "stands too late")
            rank = here
            if kind == "trace":
                yield _case(element, head, ids)
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]
            elif kind != "event":
                _of_head(element, kind, head)
    _expect(complete, "the document", "ends before its end")


def _of_head(element: etree._Element, kind: str, head: Head) -> None:
    if kind == "extension":
        _expect(all(element.get(name) for name in ("name", "prefix", "uri")), element, "is incomplete")
        _expect(element.get("prefix") not in head.extensions, element, "is there twice")
        head.extensions[element.get("prefix")] = element.get("uri")
    elif kind == "global":
        _expect(element.get("scope") in ("trace", "event"), element, "is of neither traces nor events")
        head.globals[element.get("scope")] = _attributes(element, head)
    elif kind == "classifier":
        name, keys = element.get("name"), element.get("keys").split()
        _expect(name.isidentifier(), element, "has a name that is none")
        _expect(set(keys) <= set(head.globals[element.get("scope", "event")]), element, "uses what is not global")
        head.classifiers[name] = keys
    else:
        head.attributes |= _attribute(element, head)


def _case(element: etree._Element, head: Head, ids: set[str]) -> Case:
    children = list(element)
    events = [child for child in children if _kind(child) == "event"]
    _expect(children[len(children) - len(events) :] == events, element, "has attributes behind its events")
    found = Case(_attributes(element, head, "event"), [_attributes(event, head) for event in events])
    _expect(set(head.globals.get("trace", ())) <= set(found.attributes), element, "lacks a global attribute")
    for event in found.events:
        _expect(set(head.globals.get("event", ())) <= set(event), element, f"has an event that lacks one: {event}")
        _expect(event.get("lifecycle:transition", "unknown") in _TRANSITIONS, element, f"has a wrong event: {event}")
        if "identity:id" in event:
            _expect(event["identity:id"] not in ids, element, f"has an id again: {event}")
            ids.add(event["identity:id"])
    return found


def _attributes(element: etree._Element, head: Head, passed: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        if _kind(child) != passed:
            one = _attribute(child, head)
            _expect(not found.keys() & one.keys(), child, "is there twice")
            found |= one
    return found


def _attribute(element: etree._Element, head: Head) -> dict[str, Any]:
    kind, key, value = _kind(element), element.get("key"), element.get("value")
    _expect(kind in _TYPES, element, "is no attribute")
    _expect(key is not None and value is not None, element, "has no key or no value")
    prefix, colon, _name = key.partition(":")
    _expect(not colon or prefix in head.extensions, element, f"uses {prefix}, which is not declared")
    read_value = _TYPES[kind](value)
    if kind == "date":
        _expect(read_value.tzinfo is not None, element, "has no time zone")
    return {key: read_value}


def _kind(element: etree._Element) -> str:
    return str(element.tag).removeprefix(NAMESPACE)


def _expect(holds: bool, element: Any, told: str) -> None:
    if not holds:
        shown = etree.tostring(element)[:200] if isinstance(element, etree._Element) else element
        raise ValueError(f"{shown} {told}")
