"""A recorded test: what once came to a case from outside, in order, and what the process made of it.

`tests/<name>.json` of a bundle; docs/design/recorded-tests.md is its page. Whether a version still makes the same of
it is found by casework.replay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import orjson

from server.domain.json_gate import read_json
from server.domain.rejection import Rejected
from server.domain.texts import Sentence
from server.i18n import N_

FORMAT = 1
FOLDER = "tests/"
MAX_STEPS = 1000
MAX_BYTES = 2_000_000
MAX_DEPTH = 24
VERBS = ("file", "task", "job", "message", "timers", "send_back", "take_back", "amend")
"""What a step may be; each has exactly one of these."""

_FILE_NAME = re.compile(r"[\w][\w.-]{0,79}\.json")
_TEXT: dict[str, Any] = {"type": "string", "maxLength": 4000}
_ID: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
_IDS: dict[str, Any] = {"type": "array", "items": _ID, "maxItems": 2000}
_OBJECT: dict[str, Any] = {"type": "object"}
_MOMENT: dict[str, Any] = {"type": "string", "pattern": r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"}
_FILED = {
    "type": "object",
    "required": ["channel", "fields"],
    "additionalProperties": False,
    "properties": {"channel": _ID, "fields": _OBJECT, "start": _OBJECT, "received_at": _MOMENT},
}
_STEP = {
    "type": "object",
    "required": ["at"],
    "additionalProperties": False,
    "oneOf": [{"required": [verb]} for verb in VERBS],
    "properties": {
        "at": _MOMENT,
        "file": _FILED,
        "task": _ID,
        "job": _ID,
        "message": _ID,
        "timers": {**_IDS, "minItems": 1},
        "send_back": _ID,
        "take_back": _ID,
        "amend": _OBJECT,
        "process": _ID,
        "group": _ID,
        "which": {"type": "integer", "minimum": 1, "maximum": 1000},
        "data": _OBJECT,
        "topic": _ID,
        "result": {"type": ["object", "null"]},
        "writes": _OBJECT,
        "error": _ID,
        "payload": {"type": ["object", "null"]},
        "element": _ID,
        "to": _ID,
        "then": _IDS,
        "open": _IDS,
        "values": _OBJECT,
    },
    "dependentRequired": {"send_back": ["to"]},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["format", "steps"],
    "additionalProperties": False,
    "properties": {
        "format": {"const": FORMAT},
        "title": _TEXT,
        "notes": {"type": "array", "items": _TEXT, "maxItems": 50},
        "steps": {"type": "array", "items": _STEP, "minItems": 1, "maxItems": MAX_STEPS},
        "end": {"type": ["string", "null"], "maxLength": 200},
        "names": {"type": "object", "additionalProperties": _TEXT},
    },
}
_SHAPE = jsonschema_rs.Draft202012Validator(SCHEMA)


@dataclass(frozen=True)
class Step:
    """One thing that came from outside (`verb`, one of VERBS, its own value and `told`, all of the step), at a moment.

    What is expected after it: `then` the elements passed, `open` the user tasks, `values` by path; None: not looked at.
    """

    verb: str
    at: datetime
    told: Mapping[str, Any]
    then: tuple[str, ...] | None = None
    open: tuple[str, ...] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> Any:
        """What the verb is about: an element id, a message's name, the filing, …"""
        return self.told[self.verb]


@dataclass(frozen=True)
class RecordedTest:
    """`names`: what elements were called, for those that are gone; `ends`: whether the end is looked at."""

    name: str
    title: str
    steps: tuple[Step, ...]
    end: str | None = None
    ends: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


def files_of(bundle: Mapping[str, bytes]) -> list[str]:
    """Paths of the recorded tests in a bundle, in alphabetical order."""
    return sorted(path for path in bundle if path.startswith(FOLDER) and path.endswith(".json"))


def read_test(file: str, data: bytes) -> RecordedTest:
    """The test in the file of this path; raises Rejected `malformed.json`, `malformed.test` or `too_large`."""
    value = read_json(data, name=file, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    try:
        _SHAPE.validate(value)
    except jsonschema_rs.ValidationError as error:
        place = "/".join(str(step) for step in error.instance_path)
        raise _malformed(file, place, error.message[:300]) from None
    steps = tuple(_step(file, number, each) for number, each in enumerate(value["steps"]))
    if steps[0].verb != "file" or any(step.verb == "file" for step in steps[1:]):
        raise _malformed(file, "steps", Sentence(N_("the first step, and no other, files the complaint")))
    name = file.removeprefix(FOLDER).removesuffix(".json")
    return RecordedTest(
        name, value.get("title") or name, steps, value.get("end"), "end" in value, value.get("names", {})
    )


def write_test(test: Mapping[str, Any]) -> bytes:
    """The JSON text of a test as it stands in its file: indented, one ending newline, the same for the same test."""
    return orjson.dumps(test, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def path_of(name: str) -> str:
    """The path in the bundle of the test called `name`; raises Rejected `malformed.name`."""
    found = name.strip().removesuffix(".json") + ".json"
    if not _FILE_NAME.fullmatch(found):
        raise Rejected(
            "malformed.name",
            N_("“{name}” is no name for a test. Use letters, digits, _ and -."),
            field="/name",
            name=name[:80],
        )
    return FOLDER + found


def _step(file: str, number: int, told: Mapping[str, Any]) -> Step:
    verb = next(each for each in VERBS if each in told)
    return Step(
        verb,
        _moment(file, number, told["at"]),
        told,
        tuple(told["then"]) if "then" in told else None,
        tuple(told["open"]) if "open" in told else None,
        told.get("values", {}),
    )


def _moment(file: str, number: int, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise _malformed(file, f"steps/{number}/at", Sentence(N_("there is no such day or time"))) from None


def _malformed(file: str, place: str, reason: str | Sentence) -> Rejected:
    sentence = N_("{file} is no recorded test, at “{place}”: {reason}")
    return Rejected("malformed.test", sentence, field=f"/{place}", file=file, place=place or "–", reason=reason)
