"""Validates what a call brings against the schemas of the OpenAPI document (JSON Schema 2020-12)."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from server.domain.json_gate import pointer_token
from server.domain.rejection import Rejected
from server.domain.texts import Label
from server.i18n import N_
from server.web.api.document import Document

_URI = "urn:kesu:openapi"
_SHOWN = 20
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")

_MESSAGES = {
    "required": ("malformed.required", N_("{name} is missing. Send it.")),
    "additionalProperties": ("malformed.unknown_field", N_("{name} is not a field of this call. Leave it out.")),
    "type": ("malformed.type", N_("{name} must be of type {value}.")),
    "enum": ("malformed.value", N_("{name} must be one of: {value}.")),
    "maxLength": ("malformed.value", N_("{name} is longer than {value} characters. Shorten it.")),
    "minLength": ("malformed.value", N_("{name} is shorter than {value} characters.")),
    "minimum": ("malformed.value", N_("{name} must be {value} or more.")),
    "maximum": ("malformed.value", N_("{name} must be {value} or less.")),
    "format": ("malformed.value", N_("{name} is not a valid {value}.")),
}
_OTHERWISE = ("malformed.value", N_("{name} is not written as the API's description asks."))

_WHOLE = Label(("所发送的内容\nThe body",))

_formats = FormatChecker(formats=())


def parse_time(text: str) -> datetime:
    """An RFC 3339 time, which always has its offset, as aware UTC. Raises ValueError."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(text)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


@_formats.checks("date-time", raises=ValueError)
def is_time(value: object) -> bool:
    """Whether a text is a time; anything else is left to `type`."""
    return not isinstance(value, str) or bool(parse_time(value))


def _fits_time(text: str) -> bool:
    try:
        return is_time(text)
    except ValueError:
        return False


class Checker:
    """Schemas by their JSON pointer in the document."""

    def __init__(self, document: Document) -> None:
        resource = DRAFT202012.create_resource(document.data)
        self._document = document
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._validator = lru_cache(maxsize=None)(self._make)
        self._quick = lru_cache(maxsize=None)(self._make_quick)

    def check(self, value: Any, pointer: str, name: str = "") -> None:
        """Raises Rejected (`malformed.*`) when `value` does not fit; `name` is the value's own name, if it has one."""
        if self._quick(pointer).is_valid(value):
            return
        found = [found for error in self._validator(pointer).iter_errors(value) for found in _refusals(error, name)]
        if not found:
            return
        code, message, field, params = found[0]
        details = [
            {"code": code, "message": message, "field": field, "params": params}
            for code, message, field, params in found[:_SHOWN]
        ]
        raise Rejected(code, message, field=field, details=details if len(found) > 1 else None, **params)

    def schema(self, pointer: str) -> Any:
        return self._document.at(pointer)

    def fits(self, value: Any, pointer: str) -> bool:
        return self._quick(pointer).is_valid(value) or bool(self._validator(pointer).is_valid(value))

    def _make(self, pointer: str) -> Draft202012Validator:
        schema = {"$ref": f"{_URI}#{pointer}"}
        return Draft202012Validator(schema, registry=self._registry, format_checker=_formats)

    def _make_quick(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """One that only says yes, many times faster; why it is no is asked of the other."""
        whole = {**self._document.data, "$ref": f"#{quote(pointer)}"}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats={"date-time": _fits_time})


def _refusals(error: ValidationError, name: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    keyword = str(error.validator)
    code, message = _MESSAGES.get(keyword, _OTHERWISE)
    for path in _places(error, keyword):
        pointer = "".join(f"/{pointer_token(str(token))}" for token in ([name] if name else []) + path)
        yield code, message, pointer, {"name": pointer or _WHOLE, "value": _shown(error.validator_value)}


def _places(error: ValidationError, keyword: str) -> list[list[Any]]:
    here: list[Any] = list(error.absolute_path)
    instance: Any = error.instance
    demanded: Any = error.validator_value
    if keyword == "required":
        return [[*here, key] for key in demanded if key not in instance and f"'{key}'" in error.message]
    if keyword == "additionalProperties" and isinstance(error.schema, Mapping):
        known = error.schema.get("properties", {})
        return [[*here, key] for key in instance if key not in known]
    return [here]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
