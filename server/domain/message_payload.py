"""What a message brings must be something a person could have filled in at the same place of the case file."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from server.domain.case_file import identify_rows
from server.domain.case_merge import plain_merge
from server.domain.form_errors import FieldError, errors
from server.domain.form_schema import Schema
from server.domain.json_gate import pointer_token
from server.domain.rejection import Rejected
from server.i18n import N_

ROW = "-"
"""The step of a place that stands for one row of a list."""


def check_payload(
    schema: Schema, place: str, case: Mapping[str, Any], payload: Mapping[str, Any], new_id: Callable[[], str]
) -> None:
    """Refuse a payload that does not fit the case `schema` at `place` (a dotted path, rows as `-`).

    The payload is a JSON Merge Patch there. What the message leaves out may be missing: the next form asks for it.
    Raises Rejected `message.payload`, `field` a pointer into the payload.
    """
    view, standing = _at(schema, case, place)
    unknown = [] if view is None else list(_unknown(view, payload, ""))
    if view is None or unknown:
        raise _unknown_field(*(unknown[0] if unknown else ("", place, ())), [pointer for pointer, _, _ in unknown])
    merged = plain_merge(standing, payload)
    wrong = [one for one in errors(view, identify_rows(view, merged, new_id)) if _was_sent(payload, one)]
    if wrong:
        first, details = wrong[0], [one.detail() for one in wrong[:100]]
        raise Rejected("message.payload", first.message, field=first.field, details=details, **first.params)


def _at(schema: Schema, case: Any, place: str) -> tuple[Schema | None, Mapping[str, Any]]:
    """The schema at `place`, None where it knows none, and what stands there now."""
    view: Schema | None = schema
    for step in place.split("."):
        if view is None:
            break
        view = view.get("items") if step == ROW else view.get("properties", {}).get(step)
        case = case.get(step) if isinstance(case, Mapping) else None
    return view, case if isinstance(case, Mapping) else {}


def _unknown(view: Schema, sent: Any, at: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(pointer, name, names known there) of every field that the schema does not list; a free object lists none."""
    properties = view.get("properties")
    if isinstance(sent, list) and isinstance(view.get("items"), Mapping):
        for number, row in enumerate(sent):
            yield from _unknown(view["items"], row, f"{at}/{number}")
    if not isinstance(sent, Mapping) or not isinstance(properties, Mapping):
        return
    for name, value in sent.items():
        pointer = f"{at}/{pointer_token(name)}"
        if name in properties:
            yield from _unknown(properties[name], value, pointer)
        else:
            yield pointer, name, tuple(properties)


def _unknown_field(pointer: str, name: str, known: tuple[str, ...], unknown: list[str]) -> Rejected:
    near = get_close_matches(name, known, 1, 0.6)
    sentence = (
        N_("What this message brings has no field {name}. Did you mean {near}?")
        if near
        else N_("What this message brings has no field {name}. Use those of the case file there: {known}.")
    )
    details = [{"field": one} for one in unknown[:100]]
    return Rejected(
        "message.payload",
        sentence,
        field=pointer,
        details=details,
        name=name[:80],
        near="".join(near),
        known=", ".join(known) or "–",
    )


def _was_sent(payload: Any, error: FieldError) -> bool:
    """Whether the error lies in what the payload brings, and not in what it leaves out."""
    here: Any = payload
    for token in error.field.split("/")[1:]:
        if not isinstance(here, Mapping):
            return True
        here = here.get(token.replace("~1", "/").replace("~0", "~"))
        if here is None:
            return False
    return True
