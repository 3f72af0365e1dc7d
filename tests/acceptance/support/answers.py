"""Random valid answers to any form that keeps to the promised schema keywords."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from math import ceil, floor
from random import Random
from typing import Any

from tests.acceptance.support import texts
from tests.acceptance.support.schemas import Schema, constants, effective, fits, is_attachments, is_rows, problems

LEAST, SOME, ALL = 0.0, 0.5, 1.0
"""How likely an optional field is answered: only what is required, some, every one."""

_ROUNDS = 8
_KEEP = object()


class Answers:
    """`upload()` stores a small file and returns its id; `dense` is one of LEAST, SOME, ALL."""

    def __init__(self, rng: Random, upload: Callable[[], str], dense: float = SOME) -> None:
        self.rng = rng
        self.upload = upload
        self.dense = dense

    def patch(self, schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
        """A merge patch that makes `data` (what the form shows) a valid content of the form."""
        patch: dict[str, Any] = {}
        checked = demanded_of_people(schema)
        for attempt in range(_ROUNDS):
            before = merge(schema, data, patch)
            chance = self.dense if attempt == 0 else LEAST
            patch = _deep(patch, self._object(effective(checked, before), before, patch, chance))
            after = with_ids(schema, merge(schema, data, patch))
            if fits(checked, after):
                return patch
        raise AssertionError(f"no valid answer found: {problems(checked, after)} in {patch!r}")

    def leaning(
        self, schema: Schema, data: Mapping[str, Any], patch: dict[str, Any], wishes: Mapping[str, Any]
    ) -> dict[str, Any]:
        """`patch` with `wishes` (values by pointer) laid over it where the form has the field, and still valid."""
        wished: dict[str, Any] = {}
        for pointer, value in wishes.items():
            names = pointer.split("/")[1:]
            if _asked(schema, names):
                nested = value
                for name in reversed(names):
                    nested = {name: nested}
                wished = _deep(wished, nested)
        # A group that was to be cleared is filled instead.
        found = _deep({name: value for name, value in patch.items() if value is not None or name not in wished}, wished)
        more = self.patch(schema, merge(schema, data, found))
        return _deep(found, more)

    def _object(self, schema: Schema, standing: Any, sent: Any, chance: float) -> dict[str, Any]:
        """Fields to send besides `sent` (`standing` has it merged in already), so that the object gets valid."""
        found: dict[str, Any] = {}
        now = standing if isinstance(standing, Mapping) else {}
        given = sent if isinstance(sent, Mapping) else {}
        for name, part in schema.get("properties", {}).items():
            if part.get("readOnly"):
                continue
            required = name in schema.get("required", ())
            if "properties" in part:
                value = self._group(part, now.get(name), given.get(name), required, chance)
            else:
                value = self._field(part, now.get(name), name in given, required, chance)
            if value is not _KEEP:
                found[name] = value
        return found

    def _group(self, schema: Schema, standing: Any, sent: Any, required: bool, chance: float) -> Any:
        if standing is None and not required and not self._happens(chance):
            return _KEEP
        clearable = standing is not None and not required and not _holds_read_only(schema)
        if clearable and chance == SOME and self._happens(0.02):
            return None
        value = self._object(effective(schema, standing or {}), standing, sent, chance)
        return value if value or (required and standing is None) else _KEEP

    def _field(self, schema: Schema, standing: Any, given: bool, required: bool, chance: float) -> Any:
        valid = standing is not None and fits(demanded_of_people(schema), with_ids(schema, standing))
        if not valid and (required or standing is not None):
            return self.value(schema, standing)
        if given or not self._happens(chance):
            return _KEEP
        if standing is not None and not required and chance == SOME and self._happens(0.1):
            return None
        return self.value(schema, standing)

    def _happens(self, chance: float) -> bool:
        return self.rng.random() < chance

    def value(self, schema: Schema, standing: Any = None) -> Any:
        """Any valid value; `standing` matters for rows, whose ids may be sent again."""
        listed = constants(schema)
        if listed is not None:
            return self.rng.choice(listed)
        if "default" in schema and self._happens(0.2):
            return deepcopy(schema["default"])
        kind = schema.get("type")
        kind = self.rng.choice([one for one in kind if one != "null"]) if isinstance(kind, list) else kind
        if kind == "array" or "items" in schema:
            return self._array(schema, standing if isinstance(standing, list) else [])
        makers = {"integer": self._integer, "number": self._number, "boolean": self._boolean, "string": self._string}
        if kind in makers:
            return makers[kind](schema)
        if kind == "object" or "properties" in schema:
            return self.patch(schema, {})
        return self.rng.choice(("anything", 7, True))

    def _boolean(self, schema: Schema) -> bool:
        return self.rng.random() < 0.5

    def _integer(self, schema: Schema) -> int | float:
        low, high = limits(schema)
        first, last = ceil(low), floor(high)
        first += fits({**schema, "type": "integer"}, first) is False
        last -= fits({**schema, "type": "integer"}, last) is False
        value = self.rng.choice((first, last)) if self._happens(0.25) else self.rng.randint(first, last)
        # JSON Schema: a number with a zero fraction is an integer.
        return float(value) if abs(value) < 2**50 and self._happens(0.05) else value

    def _number(self, schema: Schema) -> int | float:
        low, high = limits(schema)
        edges = [edge for edge in (low, high, ceil(low), floor(high)) if fits(schema, edge)]
        if edges and self._happens(0.4):
            return self.rng.choice(edges)
        value = round(self.rng.uniform(low, high), self.rng.choice((1, 2, 6)))
        return value if fits(schema, value) else (low + high) / 2

    def _string(self, schema: Schema) -> str:
        form = schema.get("format")
        if form == "date":
            return texts.day(self.rng)
        if form == "date-time":
            return texts.moment(self.rng)
        if form == "email":
            return texts.email(self.rng, schema.get("maxLength"))
        if form == "attachment":
            return self.upload()
        return texts.text(self.rng, schema.get("minLength", 0), schema.get("maxLength"))

    def _array(self, schema: Schema, standing: list[Any]) -> list[Any]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", least + 3), least + 3)
        least = max(least, min(1, most)) if self.dense == ALL else least
        count = least if self.dense == LEAST else self.rng.randint(least, most)
        if is_attachments(schema):
            kept = [one for one in standing if self.rng.random() < 0.7][:count]
            return kept + [self.upload() for _ in range(count - len(kept))]
        if not is_rows(schema):
            return [self.value(schema["items"]) for _ in range(count)]
        kept = [self._known_row(schema["items"], row) for row in standing if self.rng.random() < 0.7][:count]
        rows = kept + [self._new_row(schema["items"]) for _ in range(count - len(kept))]
        self.rng.shuffle(rows)
        return rows

    def _known_row(self, schema: Schema, row: Mapping[str, Any]) -> dict[str, Any]:
        if "id" not in row:
            return self._new_row(schema)
        if self.rng.random() < 0.3:
            return deepcopy(dict(row))
        return {"id": row["id"], **self.patch(schema, row)}

    def _new_row(self, schema: Schema) -> dict[str, Any]:
        return self.patch(schema, {})


def _asked(schema: Schema, names: list[str]) -> bool:
    for name in names:
        schema = schema.get("properties", {}).get(name, {"readOnly": True})
        if schema.get("readOnly"):
            return False
    return True


def merge(schema: Schema, data: Any, patch: Any) -> Any:
    """What stands after `patch`: RFC 7396, and arrays of rows by `id` as interfaces.md says."""
    if is_rows(schema) and isinstance(patch, list):
        known = {row["id"]: row for row in data or [] if isinstance(row, Mapping) and "id" in row}
        return [merge(schema["items"], known.get(row.get("id"), {}), row) for row in patch]
    if not isinstance(patch, Mapping):
        return deepcopy(patch)
    found = deepcopy(dict(data)) if isinstance(data, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merge(schema.get("properties", {}).get(name, {}), found.get(name), value)
    return found


def with_ids(schema: Schema, data: Any) -> Any:
    """`data`, with an id in every row as the server will give it one."""
    if is_rows(schema) and isinstance(data, list):
        return [{"id": f"new{position}", **with_ids(schema["items"], row)} for position, row in enumerate(data)]
    if isinstance(data, Mapping):
        return {name: with_ids(schema.get("properties", {}).get(name, {}), value) for name, value in data.items()}
    return data


def _deep(first: dict[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(first)
    for name, value in second.items():
        both = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = _deep(found[name], value) if both else value
    return found


def limits(schema: Schema) -> tuple[float, float]:
    """The least and the greatest number worth trying; exclusive limits count as inclusive here."""
    lows = [schema[key] for key in ("minimum", "exclusiveMinimum") if key in schema]
    highs = [schema[key] for key in ("maximum", "exclusiveMaximum") if key in schema]
    low = max(lows) if lows else min([-1000, *(high - 1000 for high in highs)])
    return low, min(highs) if highs else low + 1_000_000


def demanded_of_people(schema: Schema) -> Schema:
    """`schema` without demanding what only the server can fill in."""
    found = dict(schema)
    properties = schema.get("properties", {})
    if "required" in schema:
        found["required"] = [name for name in schema["required"] if not properties.get(name, {}).get("readOnly")]
    if properties:
        found["properties"] = {name: demanded_of_people(part) for name, part in properties.items()}
    if isinstance(schema.get("items"), dict):
        found["items"] = demanded_of_people(schema["items"])
    return found


def _holds_read_only(schema: Schema) -> bool:
    inner = schema.get("properties", {}).values()
    return any(part.get("readOnly") or _holds_read_only(part) for part in inner)
