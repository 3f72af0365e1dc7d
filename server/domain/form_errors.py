"""What is wrong with the data of a form, in words for the person who filled it."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError

from server.domain.form_formats import CHECKER
from server.domain.form_schema import Schema
from server.domain.json_gate import pointer_token
from server.domain.texts import Label
from server.i18n import N_, translate

_SENTENCES: dict[str, tuple[str, str]] = {
    "required": ("required", N_("{title}: this field is required.")),
    "enum": ("choice", N_("{title}: choose one of the offered values.")),
    "const": ("choice", N_("{title}: choose one of the offered values.")),
    "oneOf": ("choice", N_("{title}: choose one of the offered values.")),
    "anyOf": ("choice", N_("{title}: choose one of the offered values.")),
    "minLength": ("too_short", N_("{title}: at least {limit} characters.")),
    "maxLength": ("too_long", N_("{title}: at most {limit} characters.")),
    "minimum": ("too_small", N_("{title}: at least {limit}.")),
    "maximum": ("too_large", N_("{title}: at most {limit}.")),
    "exclusiveMinimum": ("too_small", N_("{title}: more than {limit}.")),
    "exclusiveMaximum": ("too_large", N_("{title}: less than {limit}.")),
    "minItems": ("too_few", N_("{title}: at least {limit} entries.")),
    "maxItems": ("too_many", N_("{title}: at most {limit} entries.")),
}
_TYPES = {
    "string": N_("{title}: this must be a text."),
    "number": N_("{title}: this must be a number."),
    "integer": N_("{title}: this must be a whole number."),
    "boolean": N_("{title}: this must be yes or no (true or false)."),
    "array": N_("{title}: this must be a list."),
    "object": N_("{title}: this must be a group of fields."),
}
_FORMATS = {
    "date": N_("{title}: write the date as 2026-02-28."),
    "date-time": N_("{title}: write date and time as 2026-02-28T09:30:00+08:00."),
    "email": N_("{title}: this is not an e-mail address like name@example.com."),
    "attachment": N_("{title}: this is not the id of an uploaded file."),
}
_FORMAT_RULES: dict[str, Any] = {
    "validate_formats": True,
    "formats": {name: check[0] for name, check in CHECKER.checkers.items()},
}
_MAX_COMPILED = 500
_compiled: dict[int, tuple[Schema, jsonschema_rs.Draft202012Validator]] = {}
_OTHER = N_("{title}: this value is not valid.")


@dataclass(frozen=True)
class FieldError:
    """One thing wrong: `field` is a JSON pointer into the data, `message` a msgid unless already translated."""

    field: str
    code: str
    message: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(self.message, language, **self.params)

    def detail(self) -> dict[str, Any]:
        """As an entry of a Rejected's `details`."""
        return {"field": self.field, "code": self.code, "message": self.message, "params": dict(self.params)}


def errors(schema: Schema, data: Any, language: str | None = None) -> list[FieldError]:
    """All errors of `data` against a resolved `schema` (Draft 2020-12, formats checked), outer ones before inner ones.

    With `language` the messages are translated, without it they are msgids to be filled from `params`.
    A missing group of fields is reported at the fields required in it.
    """
    if _quick(schema).is_valid(data):
        return []
    validator = Draft202012Validator(schema, format_checker=CHECKER)
    found: dict[tuple[str, str], FieldError] = {}
    for error in validator.iter_errors(data):
        for path, one in _explain(error, schema):
            found.setdefault((one.field, one.code), _in_language(one, path, language))
    return list(found.values())


def _quick(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    """A compiled validator that only says yes or no, many times faster; schemas are shared and never change."""
    found = _compiled.get(id(schema))
    if found is None:
        if len(_compiled) >= _MAX_COMPILED:
            _compiled.clear()
        # The schema is kept with its validator, so that its id stays its own.
        found = _compiled[id(schema)] = (schema, jsonschema_rs.Draft202012Validator(schema, **_FORMAT_RULES))
    return found[1]


def title_of(schema: Schema, path: Sequence[str | int]) -> Label:
    """The title of the field at `path` of a resolved schema; a row's fields are led by `list title number`."""
    parts: list[str] = []
    name, here = "", schema
    for step in path:
        if isinstance(step, int):
            lines = (name or "#").splitlines()
            parts.append("\n".join(f"{line} {step + 1}" for line in lines))
            here, name = here.get("items", {}), ""
        else:
            here = here.get("properties", {}).get(step, {})
            name = here.get("title") or step
    return Label((*parts, name) if name else tuple(parts))


def _explain(error: ValidationError, schema: Schema) -> Iterator[tuple[list[str | int], FieldError]]:
    path = list(error.absolute_path)
    limit: Any = error.validator_value
    keyword = str(error.validator)
    if keyword == "required":
        instance: Any = error.instance
        for name in (name for name in limit if name not in instance):
            for inner in _required_inside(_at(schema, [*path, name])):
                yield _one([*path, name, *inner], schema, *_SENTENCES["required"])
    elif keyword == "type":
        kind = limit if isinstance(limit, str) else limit[0]
        yield _one(path, schema, "type", _TYPES.get(kind, _OTHER))
    elif keyword == "format":
        yield _one(path, schema, "format", _FORMATS.get(limit, _OTHER))
    elif keyword == "minLength" and limit == 1:
        yield _one(path, schema, *_SENTENCES["required"])
    else:
        code, sentence = _SENTENCES.get(keyword, ("invalid", _OTHER))
        yield _one(path, schema, code, sentence, limit=limit)


def _required_inside(schema: Schema) -> list[list[str]]:
    """Paths of the fields that make a missing `schema` complete: itself, or what is required inside it."""
    names = schema.get("required") or []
    if not names or "properties" not in schema:
        return [[]]
    return [[name, *inner] for name in names for inner in _required_inside(_at(schema, [name]))]


def _at(schema: Schema, path: Sequence[str | int]) -> Schema:
    for step in path:
        schema = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
    return schema


def _one(
    path: list[str | int], schema: Schema, code: str, message: str, **params: Any
) -> tuple[list[str | int], FieldError]:
    pointer = "".join(f"/{pointer_token(str(step))}" for step in path)
    return path, FieldError(pointer, code, message, {"title": title_of(schema, path), **params})


def _in_language(error: FieldError, path: Sequence[str | int], language: str | None) -> FieldError:
    if language is None:
        return error
    return FieldError(error.field, error.code, error.text(language))
