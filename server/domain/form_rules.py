"""What a form may look like, so that pages, scripts and people can all rely on it; checked before publishing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator

from server.domain.form_schema import KEYWORDS, Schema
from server.domain.form_widgets import widget_problems
from server.domain.forms import CASE_SCHEMA, FormBook
from server.domain.json_gate import FORBIDDEN_KEYS, pointer_token
from server.domain.rejection import Rejected
from server.i18n import N_, translate

FORMATS = frozenset({"date", "date-time", "email", "attachment"})

_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object"})
_BRANCHES = frozenset({"if", "then", "else"})
_CHOICE = frozenset({"const", "title", "description"})


@dataclass(frozen=True)
class FormProblem:
    """One thing wrong with a form: `file` in the bundle, `pointer` into its resolved schema, an English msgid."""

    file: str
    pointer: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(self.message, language, **self.params)


def problems(book: FormBook) -> list[FormProblem]:
    """Everything wrong with the forms of a bundle and with its case schema; an empty list when all is well."""
    return [told for key in (None, *book.keys()) for told in form_problems(book, key)]


def form_problems(book: FormBook, key: str | None) -> list[FormProblem]:
    """Likewise for the form `key` alone, or, with None, for the case schema."""
    file = f"forms/{CASE_SCHEMA if key is None else f'{key}.json'}"
    try:
        schema = book.case_schema() if key is None else book.schema(key)
        ui = {} if key is None else book.ui(key)
    except Rejected as error:
        return [FormProblem(error.field or file, "", error.message, error.params)]
    # The rules below may rely on what the standard says, so they come second.
    told = [*_standard(schema)] or [*_schema(schema, ""), *_hints(schema, ui)]
    return [FormProblem(file, pointer, message, params) for pointer, message, params in told]


Told = tuple[str, str, dict[str, Any]]


def _standard(schema: Schema) -> Iterator[Told]:
    if _is_standard(schema):
        return
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        at = "".join(f"/{pointer_token(str(step))}" for step in error.absolute_path)
        yield at, N_("This is no valid JSON Schema: {reason}"), {"reason": error.message[:200]}


def _is_standard(schema: Schema) -> bool:
    """The quick answer, without the words for what is wrong; no where it cannot be had."""
    try:
        return bool(jsonschema_rs.meta.is_valid(schema))
    except (ValueError, TypeError, OverflowError):  # by what its JSON cannot hold
        return False


def _schema(schema: Schema, at: str) -> Iterator[Told]:
    yield from _keywords(schema, at)
    kind = schema.get("type", "string")
    if not isinstance(kind, str) or kind not in _TYPES:
        yield at, N_("The type {type} is not one that forms have."), {"type": str(kind)[:60]}
    if "format" in schema and schema["format"] not in FORMATS:
        yield at, N_("The format {format} is not one that forms have."), {"format": str(schema["format"])[:60]}
    yield from _object(schema, at)
    yield from _array(schema, at)
    yield from _choices(schema, at)
    for position, branch in enumerate(schema.get("allOf", [])):
        yield from _condition(schema, branch, f"{at}/allOf/{position}")


def _keywords(schema: Schema, at: str) -> Iterator[Told]:
    for keyword in schema:
        if keyword not in KEYWORDS:
            near = get_close_matches(keyword, KEYWORDS, 1)
            yield (
                at,
                N_("Forms have no keyword {keyword}. Perhaps {near}?"),
                {"keyword": keyword[:60], "near": "".join(near) or "…"},
            )


def _object(schema: Schema, at: str) -> Iterator[Told]:
    properties = schema.get("properties")
    if properties is None:
        if schema.get("required"):
            yield at, N_("Properties and required of an object must stand in one place."), {}
        return
    if schema.get("type") != "object":
        yield at, N_("What has properties needs the type object."), {}
    for name in schema.get("required", []):
        if name not in properties:
            yield at, N_("{name} is required but not among the properties."), {"name": name}
        elif properties[name].get("readOnly") is True:
            yield at, N_("{name} is required and only to be read: nobody could fill it in."), {"name": name}
    for name, inner in properties.items():
        if name in FORBIDDEN_KEYS or name.startswith("__"):
            yield at, N_("A field cannot be called {key}. Use another name."), {"key": name}
        yield from _schema(inner, f"{at}/properties/{pointer_token(name)}")


def _array(schema: Schema, at: str) -> Iterator[Told]:
    items = schema.get("items")
    if schema.get("format") == "attachment":
        yield at, N_("Attachments are always a list whose items have the format attachment."), {}
    if schema.get("type") == "array" and not isinstance(items, dict):
        yield at, N_("A list needs items."), {}
    if not isinstance(items, dict):
        return
    if schema.get("type") != "array":
        yield at, N_("What has items needs the type array."), {}
    if items.get("format") == "attachment":
        if items.get("type") != "string":
            yield at, N_("Attachments are always a list whose items have the format attachment."), {}
        return
    if items.get("type") == "object" and items.get("properties", {}).get("id", {}).get("readOnly") is not True:
        yield at, N_("The rows of a list need an id that is readOnly, so that each can be told from the others."), {}
    yield from _schema(items, f"{at}/items")


def _choices(schema: Schema, at: str) -> Iterator[Told]:
    for keyword in ("oneOf", "anyOf"):
        for choice in schema.get(keyword, []):
            if not isinstance(choice, dict) or "const" not in choice or not set(choice) <= _CHOICE:
                yield at, N_("{keyword} may only list constants with a title."), {"keyword": keyword}
                break


def _condition(schema: Schema, branch: Any, at: str) -> Iterator[Told]:
    if not isinstance(branch, dict) or "if" not in branch or not set(branch) <= _BRANCHES:
        yield at, N_("allOf may only hold if, then and else."), {}
        return
    for keyword in ("then", "else"):
        yield from _addition(schema, branch.get(keyword, {}), f"{at}/{keyword}")


def _addition(schema: Schema, addition: Any, at: str) -> Iterator[Told]:
    """What `then` or `else` adds may only be about fields that the object itself lists."""
    listed = schema.get("properties", {})
    for name in addition.get("required", []):
        if name not in listed:
            yield at, N_("{name} is required but not among the properties."), {"name": name}
    for name, inner in addition.get("properties", {}).items():
        if name not in listed:
            yield (
                at,
                N_("A condition may not bring in the new field {name}. List it among the properties."),
                {"name": name},
            )
        else:
            yield from _addition(listed[name], inner, f"{at}/properties/{pointer_token(name)}")


def _hints(schema: Schema, ui: Mapping[str, Any]) -> Iterator[Told]:
    """Every pointer of the hints must lead to a field of the form, every widget must fit its field."""
    for pointer in _pointers(ui):
        if not _leads_somewhere(schema, pointer):
            shown = str(pointer)[:100]
            yield "/ui", N_("The form's ui speaks of {pointer}, which the form does not have."), {"pointer": shown}
    yield from widget_problems(schema, ui)


def _pointers(ui: Mapping[str, Any]) -> Iterator[Any]:
    yield from _list(ui.get("order"))
    for section in _list(ui.get("sections")):
        yield from _list(_members(section).get("fields"))
    yield from _members(ui.get("widgets"))
    yield from _members(ui.get("head"))
    for pointer, cells in _members(ui.get("cells")).items():
        yield pointer
        yield from (f"{pointer}/{name}" for name in _members(cells))
    for pointer, condition in _members(ui.get("show_when")).items():
        yield pointer
        if "field" in _members(condition):
            yield condition["field"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _leads_somewhere(schema: Schema, pointer: Any) -> bool:
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        return False
    here: Any = schema
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if "items" in here:
            here = here["items"]
            if name in ("*", "items", "-"):
                continue
        here = here.get("properties", {}).get(name)
        if not isinstance(here, dict):
            return False
    return True
